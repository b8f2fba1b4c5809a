"""How far a run is, as an artifact on its page."""

from __future__ import annotations

from collections.abc import Callable

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.logging import get_run_logger

from copydesk.flows.heard import pace
from copydesk.pace import Hears


def progress(key: str, description: str) -> Hears:
    """An artifact that begins at nothing, and what moves it.

    A server that no longer answers is asked no more: a run does not stop, nor wait, for a bar.
    """
    log = get_run_logger()
    alive = True

    def attempt(action: Callable[[], object]) -> object:
        nonlocal alive
        try:
            return action() if alive else None
        except Exception as error:
            alive = False
            log.warning("The progress of this run is no longer shown: %s", error)
            return None

    told = pace()
    artifact = attempt(lambda: create_progress_artifact(0.0, key=key, description=description))

    def show(share: float, sentence: str) -> None:
        attempt(lambda: update_progress_artifact(artifact, round(100 * share, 1), sentence))  # type: ignore[arg-type]
        if share < 1:  # the end is the report
            told(share, sentence)

    return show
