"""``copydesk run``: from a raw folder to a published version."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.commands.options import add_about, day, positive
from copydesk.commands.output import progress
from copydesk.errors import PUBLISHED_BUT_LOOK, ConfigError

if TYPE_CHECKING:
    from copydesk.commands.options import Commands


def add_commands(commands: Commands) -> None:
    """Adds the command to the command line."""
    run = commands.add_parser("run", help="read a raw folder and publish a version")
    run.add_argument("--raw", type=Path, default=Path("raw"), help="folder of raw articles (%(default)s)")
    add_about(run)
    run.add_argument("--as-of", type=day, default=None, metavar="DATE", help="the day the version is of (today, UTC)")
    run.add_argument("--workers", type=positive, metavar="N", help="processes at work (as many as there are cores)")
    run.add_argument(
        "--partition", type=positive, default=5_000, metavar="N", help="articles that one works on (%(default)s)"
    )
    run.add_argument("--engine", choices=("local", "dask"), default="local", help="who does the work (%(default)s)")
    run.add_argument("--scheduler", metavar="tcp://…", help="Dask's scheduler (a cluster of its own, on this machine)")
    run.add_argument("--work", type=Path, metavar="DIR", help="folder that all workers see (beside the dataset)")
    run.add_argument("--authority", type=Path, help="folder of the authority of names (next to the raw folder)")
    run.add_argument("--sources", type=Path, help="sources.toml (in or next to the raw folder)")
    run.add_argument("--limits", type=Path, help="limits.toml (in or next to the raw folder, else Copydesk's)")
    run.add_argument("--expectations", type=Path, help="folder of expectation suites (Copydesk's)")
    run.add_argument(
        "--sign-key", type=Path, metavar="FILE", help="sign with this minisign key ($COPYDESK_MINISIGN_KEY)"
    )
    run.add_argument("--notes", type=Path, metavar="FILE", help="a paragraph on what is new (dataset.toml)")
    run.add_argument("--accept", action="append", default=[], metavar="GATE", help="let a gate be shut; needs --reason")
    run.add_argument("--reason", action="append", default=[], metavar="TEXT", help="why; it is published")
    run.add_argument(
        "--repair",
        choices=["fast", "reference"],
        default="fast",
        help="judge misread lines the fast way or by plain ftfy, which gives the same (%(default)s)",
    )
    run.add_argument("--dry-run", action="store_true", help="compute everything, show it, and write nothing")
    run.add_argument("--plain", action="store_true", help="the same functions without Prefect")
    run.set_defaults(command=_run)


def _run(arguments: argparse.Namespace) -> int:
    from copydesk.build import run_plain  # noqa: PLC0415 - a command pays only for what it uses
    from copydesk.decoding.second_opinion import REPAIR  # noqa: PLC0415
    from copydesk.report import terminal  # noqa: PLC0415
    from copydesk.settings import Settings  # noqa: PLC0415

    chosen = {"as_of": arguments.as_of} if arguments.as_of else {}
    if arguments.repair == "reference":
        os.environ[REPAIR] = "reference"  # the processes that share the work inherit it
    settings = Settings(
        raw=arguments.raw,
        dataset=arguments.dataset,
        partition=arguments.partition,
        workers=arguments.workers,
        engine="dask" if arguments.scheduler else arguments.engine,
        scheduler=arguments.scheduler,
        work=arguments.work,
        sources=arguments.sources,
        limits=arguments.limits,
        authority=arguments.authority,
        expectations=arguments.expectations,
        sign_key=arguments.sign_key,
        notes=arguments.notes,
        accepted=_accepted(arguments.accept, arguments.reason),
        about=arguments.about,
        full=arguments.repair == "reference",
        **chosen,
    )
    if arguments.dry_run:
        from copydesk.rehearsal import rehearse, shown  # noqa: PLC0415

        print(shown(rehearse(settings, progress=progress)))
        return 0
    if arguments.plain:
        report = run_plain(settings, progress=progress)
    else:
        from copydesk.flows.local import run_flow  # noqa: PLC0415

        report = run_flow(settings, progress=progress)
    print(terminal(report))
    return PUBLISHED_BUT_LOOK if report.critical else 0


def _accepted(gates: Sequence[str], reasons: Sequence[str]) -> tuple[tuple[str, str], ...]:
    if len(gates) != len(reasons) or not all(reason.strip() for reason in reasons):
        raise ConfigError("Every --accept GATE needs a --reason TEXT of its own, in the same order.")
    return tuple((gate, " ".join(reason.split())) for gate, reason in zip(gates, reasons, strict=True))
