"""What a run is called, and whom its end is told: hooks of both flows. Telling can fail; a run never fails for it."""

from __future__ import annotations

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
    what = (runtime.flow_run.get_flow_name() or "run").partition("-")[0]
    given = runtime.flow_run.get_parameters().get("params") or {}
    params = given if isinstance(given, dict) else given.model_dump()
    name = str(params.get("dataset", "")).rstrip("/").rpartition("/")[2] or "dataset"
    due = runtime.flow_run.get_scheduled_start_time() or datetime.now(UTC)
    return f"{what} {name} {due:%Y-%m-%d}{' full' if params.get('full') else ''}"


def tell_end(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - a worker names all
    """Sends one message through the block that the run's parameters name, if they name one."""
    params = flow_run.parameters.get("params") or {}
    slug = params.get("notify") if isinstance(params, dict) else getattr(params, "notify", None)
    if not slug:
        return
    subject, body = (finished if state.is_completed() else failed)(flow_run.name, _outcome(state))
    block: Any = Block.load(slug)
    block.notify("\n".join(filter(None, (body, url_for(flow_run)))), subject)


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
