"""The commands that take back what was published: ``yank``, ``withdraw`` and ``takedown``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from copydesk.commands.options import add_about, day, positive, reason
from copydesk.commands.output import progress, tell, warned

if TYPE_CHECKING:
    from copydesk.commands.options import Commands
    from copydesk.store import Taken


def add_commands(commands: Commands) -> None:
    """Adds the commands to the command line."""
    yank = commands.add_parser("yank", help="warn of a version; its data stay, and latest moves to the one before")
    yank.add_argument("version")
    _add_options(yank, _yank)

    withdraw = commands.add_parser("withdraw", help="delete a version's data and leave a tombstone that says why")
    withdraw.add_argument("version")
    withdraw.add_argument("--replacement", metavar="VERSION", help="the version to use instead")
    _add_options(withdraw, _withdraw)

    takedown = commands.add_parser("takedown", help="leave articles out of every version that is loaded or made")
    takedown.add_argument("article_ids", nargs="+", metavar="ARTICLE_ID")
    _add_options(takedown, _takedown)


def _add_options(parser: argparse.ArgumentParser, command: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--reason", type=reason, required=True, help="why; it is published")
    parser.add_argument("--as-of", type=day, default=None, metavar="DATE", help="the day it is said (today, UTC)")
    parser.add_argument("--wait", type=positive, default=600, metavar="SECONDS", help="for a run that is publishing")
    add_about(parser)
    parser.set_defaults(command=command)


def _yank(arguments: argparse.Namespace) -> int:
    from copydesk.store import yank  # noqa: PLC0415 - a command pays only for what it uses

    done = yank(arguments.dataset, arguments.version, **_common(arguments))
    return _taken(f"version {arguments.version}", "yanked", done)


def _withdraw(arguments: argparse.Namespace) -> int:
    from copydesk.store import withdraw  # noqa: PLC0415

    done = withdraw(arguments.dataset, arguments.version, replacement=arguments.replacement, **_common(arguments))
    return _taken(f"version {arguments.version}", "withdrawn", done)


def _takedown(arguments: argparse.Namespace) -> int:
    from copydesk.store import takedown  # noqa: PLC0415
    from copydesk.takedowns import raw_of  # noqa: PLC0415

    ids = arguments.article_ids
    with warned():
        raw = raw_of(arguments.dataset, ids)
    done = takedown(arguments.dataset, ids, raw, **_common(arguments))
    code = _taken("what was named", "taken down", done)
    if done.new:
        progress(
            "copydesk.load leaves it out from now on, and the next run too. The files of versions that are there still "
            "hold it: where it has to be gone, run, and withdraw them."
        )
    return code


def _common(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the three have in common; the dataset's page follows from what they do."""
    from copydesk.build import pages  # noqa: PLC0415
    from copydesk.publisher import about  # noqa: PLC0415

    info, _ = about(arguments.dataset, arguments.about)
    when = arguments.as_of or datetime.now(UTC).date()
    return {
        "reason": arguments.reason,
        "as_of": when,
        "wait_seconds": arguments.wait,
        "root_files": pages(info),
    }


def _taken(what: str, verb: str, done: Taken) -> int:
    tell(done.healed)
    before = "" if done.new else " before: nothing changed"
    print(f"{what} was {verb}{before}; the latest version is {done.latest or 'none'}")
    return 0
