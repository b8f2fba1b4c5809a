"""The commands for readers of a version: ``explain``, ``diff``, ``verify`` and ``download``."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.commands.options import add_dataset, add_html, place
from copydesk.commands.output import let_go, progress, tell, warned, write
from copydesk.errors import ConfigError, CopydeskError, NotVerified, StoreError
from copydesk.printable import printable

if TYPE_CHECKING:
    from copydesk.commands.options import Commands
    from copydesk.store.place import Place


def add_commands(commands: Commands) -> None:
    """Adds the commands to the command line."""
    explain = commands.add_parser("explain", help="show every line of an article with its role, rule and evidence")
    explain.add_argument("article", help="an article_id, the beginning of one, a raw path, or a raw file")
    add_dataset(explain)
    explain.add_argument("--version", default="latest", help="which version (%(default)s)")
    add_html(explain)
    explain.set_defaults(command=_explain)

    difference = commands.add_parser(
        "diff",
        help="compare two versions",
        epilog="exit codes, as diff has them: 0 the same · 1 different · 2 not compared",
    )
    difference.add_argument("old", help="a version, a version's folder, or a dataset's (its latest)")
    difference.add_argument("new", help="the same for the one to compare it with")
    difference.add_argument("--dataset", type=Path, default=Path("dataset"), help="folder of versions (%(default)s)")
    add_html(difference)
    difference.set_defaults(command=_diff)

    verify = commands.add_parser("verify", help="check that a published version is what it says")
    verify.add_argument(
        "folder", type=place, nargs="?", default=Path("dataset"), help="a dataset or version, or its URL (%(default)s)"
    )
    verify.add_argument("--all", action="store_true", help="every version that the dataset has, not the latest alone")
    verify.add_argument("--raw", type=Path, help="compare with these raw files too, of which one version was made")
    verify.add_argument("--public-key", metavar="KEY", help="the publisher's minisign key, or the file of it")
    verify.set_defaults(command=_verify)

    download = commands.add_parser("download", help="copy a version into a folder; goes on where it stopped")
    download.add_argument("source", type=place, metavar="URL", help="a dataset or version: https://…, s3://…, a folder")
    download.add_argument("--version", default="latest", help="which version (%(default)s)")
    download.add_argument("--to", type=Path, default=Path("download"), help="folder of the copy (%(default)s)")
    download.set_defaults(command=_download)


def _explain(arguments: argparse.Namespace) -> int:
    from copydesk.explain import explain, explain_html  # noqa: PLC0415 - a command pays only for what it uses

    shows = explain if arguments.html is None else explain_html
    with warned():
        shown = shows(arguments.article, arguments.dataset, arguments.version)
        if isinstance(shown, str):
            print(shown)
    if isinstance(shown, bytes):
        write(arguments.html, shown)
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    """As ``diff`` does: 0 the same, 1 different, 2 not compared. So no fault may end with 1 here."""
    try:
        from copydesk.compare import compare, find, page, terminal  # noqa: PLC0415

        compared = compare(*(find(given, arguments.dataset) for given in (arguments.old, arguments.new)))
        if arguments.html is None:
            print(terminal(compared), flush=True)
        else:
            write(arguments.html, page(compared))
    except CopydeskError as error:
        progress(str(error))
        return ConfigError.exit_code
    except BrokenPipeError:  # what was found is still so
        let_go()
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return ConfigError.exit_code
    return 0 if compared.same else 1


def _verify(arguments: argparse.Namespace) -> int:
    from copydesk.release.signing import read_public_key  # noqa: PLC0415
    from copydesk.store.place import split_place  # noqa: PLC0415
    from copydesk.verify import verify_each  # noqa: PLC0415

    folder, every = arguments.folder, arguments.all
    if every and arguments.raw:
        raise ConfigError("Raw files are compared with the version that was made of them: leave out --all, or --raw.")
    key = read_public_key(arguments.public_key) if arguments.public_key else None
    dataset, named = split_place(folder)
    wrong: dict[str, int] = {}
    for one in verify_each(folder, raw=arguments.raw, public_key=key, all_versions=every):
        which = f"{folder}" if named else f"{folder}, version {one.version}"
        tell(_notes(dataset, one.version))
        if one.findings:
            wrong[one.version] = len(one.findings)
        for finding in one.named if every else one.findings:
            print(printable(f"{finding.check}: {finding.where}: {finding.what}"))
        if not one.findings:
            print(printable(f"{which}: {one.said}"))
            print(printable(f"{which}: {one.signed}"), flush=True)
    if wrong:
        which = f"version {next(iter(wrong))} says. Do not use it"
        if len(wrong) > 1:
            which = f"the versions {', '.join(wrong)} say. Do not use them"
        raise NotVerified(f"{folder}: {sum(wrong.values())} things are not as {which}.")
    return 0


def _download(arguments: argparse.Namespace) -> int:
    from copydesk.store import download  # noqa: PLC0415

    done = download(arguments.source, arguments.to, arguments.version, progress=progress)
    tell(done.notes)
    print(printable(f"{done.folder}") + ("" if done.new else " (it was there already)"))
    return 0


def _notes(dataset: Place, version: str) -> Sequence[str]:
    """What a reader is told of a version, where it lies in a dataset."""
    from copydesk.store import open_files  # noqa: PLC0415
    from copydesk.store.read import notes_on  # noqa: PLC0415

    try:
        return notes_on(open_files(dataset), version)
    except StoreError:
        return ()
