"""One run of the flow from a terminal: on the server that PREFECT_API_URL names, else on an embedded one."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.build import Report, Settings

_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # with it on, every embedded run prints "database is locked"
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # the default of 20 is too short on a busy machine
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what goes wrong is said once, by the command
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
}


def run_flow(settings: Settings) -> Report:
    """Runs the flow here and returns its report. Raises what the flow raises."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings  # noqa: PLC0415

    from copydesk.flows.build import BuildParams, build_dataset  # noqa: PLC0415

    chosen = {name: value for name, value in asdict(settings).items() if name in BuildParams.model_fields}
    # The heartbeat marks dead runs of a deployment; a run that somebody watches only waits a second for its thread.
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return build_dataset(BuildParams(**chosen))
