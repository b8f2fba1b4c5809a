"""The commands below ``copydesk names``; ``copydesk.names_command`` does what they say."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.commands.options import day
from copydesk.errors import ConfigError
from copydesk.printable import printable

if TYPE_CHECKING:
    from copydesk.commands.options import Commands


def add_commands(commands: Commands) -> None:
    """Adds the commands to the command line."""
    names = commands.add_parser("names", help="decide on unknown names, and check the authority of names")
    below = names.add_subparsers(metavar="COMMAND", required=True)
    review = _add(below, "review", "ask about unknown names in the terminal, one key a decision")
    review.add_argument("--again", action="store_true", help="also ask about names that were put off")
    export = _add(below, "export", "write the unknown names, and the decisions that stand, as CSV")
    take = _add(below, "import", "take the decisions of a filled CSV")
    _add(below, "lint", "say what is doubtful in the authority")
    for command in (export, take):
        command.add_argument("file", type=Path, metavar="FILE.csv", help="the CSV")
    for command in (review, export):
        command.add_argument("--version", default="latest", help="which version of a dataset (%(default)s)")
    for command in (review, export, take):
        command.add_argument("--as-of", type=day, metavar="DATE", help="the day of the decisions (today, UTC)")


def _add(commands: Commands, name: str, does: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=does)
    command.add_argument(
        "--of",
        type=Path,
        default=Path("dataset"),
        metavar="DIR",
        help="a dataset, a version, or a raw folder (%(default)s)",
    )
    command.add_argument(
        "--authority", type=Path, help="folder of the authority (in or next to DIR, else raw/authority)"
    )
    command.set_defaults(command=_names, names=name)
    return command


def _names(arguments: argparse.Namespace) -> int:
    from copydesk import names_command as names  # noqa: PLC0415 - a command pays only for what it uses

    of, authority = arguments.of, arguments.authority
    if arguments.names == "lint":
        problems = names.lint_names(of, authority)
        where = printable(f"{names.authority_folder(of, authority)}")
        print("\n".join(problems) or f"Nothing is doubtful in the authority of names in {where}.")
        return ConfigError.exit_code if problems else 0
    today = arguments.as_of or datetime.now(UTC).date()
    if arguments.names == "review":
        print(names.review_names(of, authority, arguments.version, today, again=arguments.again))
    elif arguments.names == "export":
        print(names.export_names(arguments.file, of, authority, arguments.version, today))
    else:
        print(names.import_names(arguments.file, of, authority, today))
    return 0
