"""What a run is called, and whom its end is told: hooks of both flows. Telling can fail; a run never fails for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from prefect import runtime
from prefect.blocks.core import Block
from prefect.client.schemas import FlowRun
from prefect.exceptions import MissingResult
from prefect.flows import Flow
from prefect.states import State
from prefect.utilities.urls import url_for

from copydesk.notice import failed, finished

NOTIFY = "Notification block that is told how the run ended, by its slug: custom-webhook/copydesk. Nobody if left out."


def run_name() -> str:
    """The flow, the dataset, the day the run was due, and whether it is a full one: ``build dataset 2026-11-23``."""
    flow, due = runtime.flow_run.get_flow_name() or "run", runtime.flow_run.get_scheduled_start_time()
    return _name(flow, _params(runtime.flow_run.get_parameters()), due)


def tell_end(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Sends one message through the block that the run's parameters name, if they name one."""
    params = _params(flow_run.parameters)
    if not params.get("notify"):
        return
    name = _name(flow.name, params, flow_run.expected_start_time)  # a worker may not know what the run called itself
    subject, body = (finished if state.is_completed() else failed)(name, _outcome(state))
    block: Any = Block.load(params["notify"])
    block.notify("\n".join(filter(None, (body, url_for(flow_run)))), subject)


def _params(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    given = parameters.get("params") or {}
    return given if isinstance(given, Mapping) else dict(given)


def _name(flow: str, params: Mapping[str, Any], due: datetime | None) -> str:
    dataset = str(params.get("dataset", "")).rstrip("/").rpartition("/")[2] or "dataset"
    full = " full" if params.get("full") else ""
    return f"{flow.partition('-')[0]} {dataset} {due or datetime.now(UTC):%Y-%m-%d}{full}"


def _outcome(state: State[Any]) -> Any:
    """What the run returned or raised; the state's own words where its process was killed and could do neither."""
    try:
        outcome = state.result(raise_on_failure=False)
    except MissingResult:
        outcome = None
    return outcome if outcome is not None else state.message or state.name or "no word"


HOOKS: dict[str, Any] = {
    "on_completion": [tell_end],
    "on_failure": [tell_end],
    "on_crashed": [tell_end],
}
