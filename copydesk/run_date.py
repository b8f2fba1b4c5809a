"""A run's date, held against the dataset's versions and against the clock, before there is any work to lose."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from copydesk import store
from copydesk.store.plan import check_order
from copydesk.store.read import read_index, taken_back

_ELSEWHERE = timedelta(1)
"""Somewhere it is tomorrow already."""


def check_day(dataset: store.Place, as_of: date) -> tuple[str, ...]:
    """What a person should know of the run's date: a sentence, or nothing.

    Raises OutOfOrder where the dataset has a good version of a later day, and BrokenStore.
    """
    files = store.open_files(dataset)
    good = [entry for entry in read_index(files.read, files.name) or () if entry.status == "success"]
    try:
        check_order(as_of, good)
    except store.OutOfOrder:
        check_order(as_of, [entry for entry in good if not taken_back(files, entry.version)])
    today = datetime.now(UTC).date()
    if as_of <= today + _ELSEWHERE:
        return ()
    return (
        f"The run's date is {as_of.isoformat()}, and the clock says {today.isoformat()}: if that is not meant, stop "
        "the run. No version of an earlier day can come after it.",
    )
