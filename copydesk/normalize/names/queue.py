"""The review queue as CSV, to decide on in a spreadsheet, and back. Decisions that stand are in it too.

    id,canonical,spellings,counts,contexts,nearest,sources,decision,entry

Fill ``decision`` (new, variant, different, not-a-name, later) and, for a variant or a different one, ``entry``. A row
with an ``id`` is a decision that was made before: changing it takes the old one back, emptying ``decision`` too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from copydesk.formulas import guarded, unguarded
from copydesk.normalize.names.decisions import KINDS
from copydesk.normalize.names.model import AuthorityError
from copydesk.normalize.names.propose import Cluster
from copydesk.normalize.names.record import Book, Verdict, slug, unused

COLUMNS = ("id", "canonical", "spellings", "counts", "contexts", "nearest", "sources", "decision", "entry")
_NEEDED = ("spellings", "decision")
_MARK = " | "


def to_csv(clusters: Sequence[Cluster], standing: Sequence[Mapping[str, Any]], show: Callable[[str], str]) -> str:
    """The queue and the standing decisions. ``show`` makes scraped text safe to look at."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for cluster in clusters:
        writer.writerow(
            _guarded(
                {
                    "canonical": cluster.canonical,
                    "spellings": _MARK.join(spelling for spelling, _ in cluster.spellings),
                    "counts": _MARK.join(str(count) for _, count in cluster.spellings),
                    "contexts": _MARK.join(f"… {show(context)} …" for context in cluster.contexts),
                    "nearest": _MARK.join(f"{id_} ({reason})" for id_, reason in cluster.nearest),
                    "sources": _MARK.join(show(source) for source in cluster.sources),
                }
            )
        )
    for table in standing:
        spellings = list(table["spellings"])
        row = {"id": table.get("id", ""), "decision": table["decision"], "entry": table.get("entry", "")}
        writer.writerow(_guarded({**row, "canonical": spellings[0], "spellings": _MARK.join(spellings)}))
    return out.getvalue()


def _guarded(row: Mapping[str, str]) -> dict[str, str]:
    """Names of folders, and names in pages, may look like formulas."""
    return {name: guarded(cell) for name, cell in row.items()}


def from_csv(data: bytes, where: str, book: Book, entries: Sequence[str]) -> list[tuple[str, Verdict | None]]:
    """What a filled queue asks for: pairs of a decision to take back (or ``""``) and a verdict to write (or None).

    ``entries``: the ids that a variant may be of. Reads all before anything is written. Raises :class:`AuthorityError`
    with the row, counted as a spreadsheet does.
    """
    rows = _rows(data, where)
    before = {str(table.get("id")): table for table in book.standing()}
    settled = {spelling for table in before.values() for spelling in table["spellings"]}
    known = list(entries)
    asked: list[tuple[str, Verdict | None]] = []
    for number, row in enumerate(rows, 2):
        old = before.get(row.get("id") or "")
        verdict = _verdict(row, f"{where}, row {number}", known, old)
        if old is not None:
            said = (list(old["spellings"]), old["decision"], old.get("entry", ""))
            if verdict is None or (list(verdict.spellings), verdict.decision, verdict.entry) != said:
                asked.append((str(old["id"]), verdict))
        elif verdict is not None and not set(verdict.spellings) <= settled:
            asked.append(("", verdict))
        if verdict is not None and verdict.decision == "new":
            known.append(verdict.entry)
    return asked


def _rows(data: bytes, where: str) -> list[dict[str, str]]:
    try:
        text = data.decode("utf-8-sig")
        first = text.partition("\n")[0]
        mark = max(",;\t", key=first.count)  # spreadsheets of many countries write semicolons
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
        missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            do = "Fill the file that `copydesk names export` wrote."
            raise AuthorityError(where, None, f"no column {', '.join(missing)}", do)
        return [{name: unguarded((value or "").strip()) for name, value in row.items() if name} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise AuthorityError(where, None, f"not readable as CSV: {error}", "Save it as CSV in UTF-8.") from error


def _verdict(row: Mapping[str, str], where: str, known: Sequence[str], old: Mapping[str, Any] | None) -> Verdict | None:
    kind, entry = row["decision"], row.get("entry", "")
    spellings = tuple(one.strip() for one in row["spellings"].split("|") if one.strip())
    if not kind:
        return None
    if kind not in KINDS:
        raise AuthorityError(where, None, f"decision is {kind!r}", f"Use one of {', '.join(KINDS)}.")
    if not spellings:
        raise AuthorityError(where, None, "spellings is empty", "Put the row back as it was exported.")
    own = old.get("entry") if old is not None and old["decision"] == "new" else None
    if kind == "new":
        entry = entry or unused(slug(spellings[0]), known)
        if entry in known and entry != own:
            raise AuthorityError(where, entry, "a decision makes it new, but it is there", "Decide variant instead.")
        return Verdict(spellings, kind, entry)
    if kind in ("variant", "different"):
        entry = entry or row.get("nearest", "").split(" ")[0]
        if entry not in known:
            raise AuthorityError(where, entry or None, "the decision names no known entry", "Fill the column entry.")
        return Verdict(spellings, kind, entry)
    return Verdict(spellings, kind)
