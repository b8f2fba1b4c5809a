"""One run of the flow from a terminal: on the server that PREFECT_API_URL names, else on an embedded one."""

from __future__ import annotations

import logging
import os
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import NoServer

if TYPE_CHECKING:
    from copydesk.settings import Report, Settings

_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # with it on, every embedded run prints "database is locked"
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # the default of 20 is too short on a busy machine
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what goes wrong is said once, by the command
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",  # the libraries of the embedded server: its pool, as it is stopped
    "PREFECT_CLIENT_MAX_RETRIES": "3",  # a quarter of a minute for a server that is being started again; else five
}


def server_url() -> str | None:
    """The address of the server that Prefect's settings name, if they name one."""
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415

    return PREFECT_API_URL.value()


def server_headers() -> dict[str, str]:
    """What a request to that server carries where it asks for a password (HTTP Basic, RFC 7617)."""
    from prefect.settings import PREFECT_API_AUTH_STRING  # noqa: PLC0415

    given = PREFECT_API_AUTH_STRING.value()
    return {"Authorization": f"Basic {b64encode(given.encode()).decode()}"} if given else {}


def quiet() -> None:
    """Leaves the terminal to this command and to Copydesk's own faults. Prefect reads it when it is imported."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    logging.getLogger("copydesk").setLevel(logging.WARNING)


def run_flow(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Report:
    """Runs the flow here and returns its report. Raises what the flow raises, and NoServer where no server answers.

    A server that goes away while the run is at work stops nothing: the tasks are done here. The report then says so.
    """
    quiet()
    if home := os.environ.get("PREFECT_HOME"):
        Path(home).mkdir(parents=True, exist_ok=True)  # where it is missing, the server waits for its database in vain
    from httpx import TransportError  # noqa: PLC0415
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings  # noqa: PLC0415

    from copydesk.flows.build import BuildParams, build_dataset  # noqa: PLC0415
    from copydesk.flows.heard import heard_by  # noqa: PLC0415
    from copydesk.flows.kept import keeping  # noqa: PLC0415
    from copydesk.quality.apart import ahead  # noqa: PLC0415

    chosen = {name: value for name, value in asdict(settings).items() if name in BuildParams.model_fields}
    # The heartbeat marks dead runs of a deployment; a run that somebody watches only waits a second for its thread.
    # Great Expectations loads while the embedded server starts.
    no_beat = temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
    with ahead(), keeping() as kept, heard_by(progress), no_beat:
        try:
            return build_dataset(BuildParams(**{**chosen, "dataset": str(settings.dataset)}))
        except RuntimeError as error:
            if not any(sign in str(error) for sign in ("Failed to reach API", "ephemeral Prefect API")):
                raise
            raise NoServer(f"Prefect's server does not answer: {error} Try again, or run with --plain.") from error
        except TransportError as error:
            _forget_events()
            if kept:
                gone = "Prefect's server went away, and its page of this run is not complete."
                return replace(kept[-1], healed=(*kept[-1].healed, gone))
            raise NoServer(
                f"Prefect's server went away ({error}), and nothing was published. Try again, or run with --plain."
            ) from error


def _forget_events() -> None:
    """Drops what Prefect still has to tell its server: at the end of the process it would try for 7 s an event."""
    from prefect.events.worker import EventsWorker  # noqa: PLC0415

    for worker in list(EventsWorker._instances.values()):
        with worker._queue.mutex:
            worker._queue.queue.clear()
