"""The build at set times on one machine: this process waits, and starts a process of its own for each run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copydesk.errors import ConfigError, NoServer


def serve_build(name: str, cron: str, timezone: str, params: Mapping[str, str | None]) -> None:
    """Serves the deployment ``build-dataset/<name>`` until it is stopped. ``params``: ``BuildParams``, paths absolute.

    Raises ConfigError for a time or zone that is none, and NoServer where PREFECT_API_URL names no server that answers.
    """
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: PLC0415
    from prefect.client.schemas.schedules import CronSchedule  # noqa: PLC0415
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415

    from copydesk.flows.build import build_dataset  # noqa: PLC0415

    try:
        ZoneInfo(timezone)
        schedule = CronSchedule(cron=cron, timezone=timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f'{cron!r} in {timezone!r} is no time such as "0 3 * * *" in "Asia/Yerevan".') from error
    url = PREFECT_API_URL.value()
    if not url:
        raise NoServer("PREFECT_API_URL names no server: start one with `prefect server start`, and name it there.")
    with get_client(sync_client=True) as client:
        if error := client.api_healthcheck():
            raise NoServer(f"Prefect's server at {url} does not answer ({error!r}): start it, or correct the address.")
    print(f"Publishing at {cron!r} ({timezone}) until this is stopped; {url} shows the runs.", flush=True)
    build_dataset.serve(
        name=name,
        schedule=schedule,
        parameters={"params": {key: value for key, value in params.items() if value is not None}},
        tags=["copydesk"],
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        print_starting_message=False,
    )
