"""The commands that set a project up and keep it running: ``init``, ``doctor``, ``schedule``."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import ConfigError

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


_NAMED = {
    "about": "folder of dataset.toml (the dataset's)",
    "sources": "sources.toml (in or next to the raw folder)",
    "limits": "limits.toml (in or next to the raw folder, else Copydesk's)",
    "authority": "folder of the authority of names (next to the raw folder)",
    "expectations": "folder of expectation suites (Copydesk's)",
}
"""What ``doctor`` is told of by name, as ``run`` is."""


def add_commands(commands: Commands) -> None:
    """Adds the commands to the command line."""
    init = commands.add_parser("init", help="make a new project that runs as it stands")
    init.add_argument("folder", type=Path, metavar="DIR", help="where to; nothing there is written over")
    init.set_defaults(command=_init)

    doctor = commands.add_parser("doctor", help="say what is missing or odd, before a run does")
    _add_raw(doctor)
    doctor.add_argument("--dataset", default="dataset", help="folder of versions, or of dataset.toml (%(default)s)")
    for name, what in _NAMED.items():
        doctor.add_argument(f"--{name}", type=Path, help=what)
    doctor.set_defaults(command=_doctor)

    schedule = commands.add_parser("schedule", help="publish at set times, on the server that PREFECT_API_URL names")
    _add_raw(schedule)
    schedule.add_argument("--dataset", default="dataset", help="folder of versions, or its URL: s3://… (%(default)s)")
    schedule.add_argument("--about", type=Path, help="folder of dataset.toml (the dataset's; ./dataset for a URL)")
    schedule.add_argument("--name", help="of the deployment; one a dataset (FOLDER-served, after the folder around it)")
    schedule.add_argument("--cron", default="0 3 * * *", help="when: minute, hour, day, month, weekday (%(default)s)")
    schedule.add_argument("--timezone", default="UTC", help="of the times in --cron (%(default)s)")
    schedule.add_argument("--authority", type=Path, help="folder of the authority of names (next to the raw folder)")
    schedule.add_argument("--sources", type=Path, help="sources.toml (in or next to the raw folder)")
    schedule.add_argument("--expectations", type=Path, help="folder of expectation suites (Copydesk's)")
    schedule.add_argument("--notify", metavar="BLOCK", help="notification block to tell: custom-webhook/copydesk")
    schedule.set_defaults(command=_schedule)


def _add_raw(parser: argparse.ArgumentParser) -> None:
    """As for ``run``: where ``init`` puts them."""
    parser.add_argument("--raw", type=Path, default=Path("raw"), help="folder of raw articles (%(default)s)")


def _init(arguments: argparse.Namespace) -> int:
    from copydesk.setup.scaffold import create  # noqa: PLC0415 - a command pays only for what it uses

    for path in create(arguments.folder):
        print(path)
    print("\nIt runs as it stands. Next:\n")
    if arguments.folder.resolve() != Path.cwd():
        print(f"  cd {shlex.quote(str(arguments.folder))}")
    print(f"  {_command()} run --plain")
    print("\nREADME.md says what to replace by your own.")
    return 0


def _command() -> str:
    """What a person types to call this program again: it may be in an environment that is not on the path."""
    own = Path(sys.argv[0]).absolute()
    found = shutil.which("copydesk")
    if own.name != "copydesk" or (found and Path(found).samefile(own)):
        return "copydesk"
    return shlex.quote(str(own))


def _doctor(arguments: argparse.Namespace) -> int:
    from copydesk.setup.doctor import examine, told  # noqa: PLC0415
    from copydesk.setup.model import Project  # noqa: PLC0415

    if "://" in arguments.dataset:
        raise ConfigError(
            f"{arguments.dataset}: doctor looks at folders. Leave --dataset out, or name that of dataset.toml."
        )
    named = {name: place for name in _NAMED if (place := getattr(arguments, name)) is not None}
    findings = examine(Project(arguments.raw, Path(arguments.dataset), named))
    print(told(findings))
    return ConfigError.exit_code if any(finding.level == "mend" for finding in findings) else 0


def _schedule(arguments: argparse.Namespace) -> int:
    from copydesk.flows.serve import serve_build  # noqa: PLC0415
    from copydesk.store.place import is_url  # noqa: PLC0415

    remote = is_url(arguments.dataset)
    places = {
        name: str(place.absolute())
        for name in ("raw", "about", "authority", "sources", "expectations")
        if (place := getattr(arguments, name)) is not None
    }
    dataset = arguments.dataset if remote else str(Path(arguments.dataset).absolute())
    name = arguments.name or f"{(Path.cwd() if remote else Path(dataset).parent).name}-served"
    serve_build(name, arguments.cron, arguments.timezone, places | {"dataset": dataset, "notify": arguments.notify})
    return 0
