"""The command line. Every error is one sentence that says what, where and what to do; exit codes are in ``errors``."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.errors import ConfigError, CopydeskError, NotVerified, StoreError

if TYPE_CHECKING:
    from copydesk.store import Place, Taken
from copydesk.printable import printable

_EXIT_CODES = """\
exit codes: 0 done · 1 a fault · 2 the command or a hand-edited file is wrong · 3 nothing to do with the raw folder
4 a critical expectation failed · 5 the dataset is not there, not writable, full or in use
6 a version is not what it says · 7 no Prefect server answers · 8 a gate stopped the version: look, then --accept it"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.command(arguments) or 0)
    except CopydeskError as error:
        _progress(str(error))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        where = error.filename or "the disk"
        print(f"copydesk: No space is left on {where}: free some. The last version is as it was.", file=sys.stderr)
        return StoreError.exit_code
    except KeyboardInterrupt:
        print("copydesk: stopped. The last version is as it was.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="copydesk",
        description="Turns scraped news into a dataset that a stranger can cite, load and check.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    run = commands.add_parser("run", help="read a raw folder and publish a version", epilog=_EXIT_CODES)
    run.add_argument("--raw", type=Path, default=Path("raw/sample"), help="folder of raw articles (%(default)s)")
    _add_about(run)
    run.add_argument("--as-of", type=_day, default=None, metavar="DATE", help="the day the version is of (today, UTC)")
    run.add_argument("--batch-files", type=_positive, default=500, metavar="N", help="files a batch (%(default)s)")
    for name, what in (
        ("authority", "folder of the authority of names (next to the raw folder)"),
        ("sources", "sources.toml (in or next to the raw folder)"),
        ("limits", "limits.toml (in or next to the raw folder, else Copydesk's)"),
        ("expectations", "folder of expectation suites (Copydesk's)"),
    ):
        run.add_argument(f"--{name}", type=Path, help=what)
    run.add_argument(
        "--sign-key", type=Path, metavar="FILE", help="sign with this minisign key ($COPYDESK_MINISIGN_KEY)"
    )
    run.add_argument("--notes", type=Path, metavar="FILE", help="a paragraph on what is new (dataset.toml)")
    run.add_argument("--accept", action="append", default=[], metavar="GATE", help="let a gate be shut; needs --reason")
    run.add_argument("--reason", action="append", default=[], metavar="TEXT", help="why; it is published")
    run.add_argument("--dry-run", action="store_true", help="compute everything, show it, and write nothing")
    run.add_argument("--plain", action="store_true", help="the same functions without Prefect")
    run.set_defaults(command=_run)

    explain = commands.add_parser("explain", help="show every line of an article with its role, rule and evidence")
    explain.add_argument("article", help="an article_id, the beginning of one, a raw path, or a raw file")
    _add_dataset(explain)
    explain.add_argument("--version", default="latest", help="which version (%(default)s)")
    explain.add_argument("--html", type=Path, metavar="FILE", help="write it as a page that a browser shows")
    explain.set_defaults(command=_explain)

    difference = commands.add_parser(
        "diff",
        help="compare two versions",
        epilog="exit codes, as diff has them: 0 the same · 1 different · 2 not compared",
    )
    difference.add_argument("old", help="a version, a version's folder, or a dataset's (its latest)")
    difference.add_argument("new", help="the same for the one to compare it with")
    difference.add_argument("--dataset", type=Path, default=Path("dataset"), help="folder of versions (%(default)s)")
    difference.add_argument("--html", type=Path, metavar="FILE", help="write it as a page that a browser shows")
    difference.set_defaults(command=_diff)

    verify = commands.add_parser("verify", help="check that a published version is what it says", epilog=_EXIT_CODES)
    verify.add_argument(
        "folder", type=_place, nargs="?", default=Path("dataset"), help="a dataset or version, or its URL (%(default)s)"
    )
    verify.add_argument("--raw", type=Path, help="compare with these raw files too")
    verify.add_argument("--public-key", metavar="KEY", help="the publisher's minisign key, or the file of it")
    verify.set_defaults(command=_verify)

    download = commands.add_parser("download", help="copy a version into a folder; goes on where it stopped")
    download.add_argument(
        "source", type=_place, metavar="URL", help="a dataset or version: https://…, s3://…, a folder"
    )
    download.add_argument("--version", default="latest", help="which version (%(default)s)")
    download.add_argument("--to", type=Path, default=Path("download"), help="folder of the copy (%(default)s)")
    download.set_defaults(command=_download)

    yank = commands.add_parser("yank", help="warn of a version; its data stay, and latest moves to the one before")
    yank.add_argument("version")
    _add_taking_back(yank, _yank)

    withdraw = commands.add_parser("withdraw", help="delete a version's data and leave a tombstone that says why")
    withdraw.add_argument("version")
    withdraw.add_argument("--replacement", metavar="VERSION", help="the version to use instead")
    _add_taking_back(withdraw, _withdraw)

    takedown = commands.add_parser("takedown", help="leave articles out of every version that is loaded or made")
    takedown.add_argument("article_ids", nargs="+", metavar="ARTICLE_ID")
    _add_taking_back(takedown, _takedown)

    _names(commands.add_parser("names", help="decide on unknown names, and check the authority of names"))
    return parser


def _names(names: argparse.ArgumentParser) -> None:
    """The commands below ``names``."""
    commands = names.add_subparsers(metavar="COMMAND", required=True)
    for name, does in (
        ("review", "ask about unknown names in the terminal, one key a decision"),
        ("export", "write the unknown names, and the decisions that stand, as CSV"),
        ("import", "take the decisions of a filled CSV"),
        ("lint", "say what is doubtful in the authority"),
    ):
        command = commands.add_parser(name, help=does)
        if name in ("export", "import"):
            command.add_argument("file", type=Path, metavar="FILE.csv", help="the CSV")
        command.add_argument(
            "--of",
            type=Path,
            default=Path("dataset"),
            metavar="DIR",
            help="a dataset, a version, or a raw folder (%(default)s)",
        )
        command.add_argument("--version", default="latest", help="which version of a dataset (%(default)s)")
        command.add_argument(
            "--authority", type=Path, help="folder of the authority (in or next to DIR, else raw/authority)"
        )
        command.add_argument(
            "--as-of", type=_day, default=None, metavar="DATE", help="the day of the decisions (today, UTC)"
        )
        if name == "review":
            command.add_argument("--again", action="store_true", help="also ask about names that were put off")
        command.set_defaults(command=_name_command, names=name)


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dataset", type=_place, default=Path("dataset"), help="folder of versions, or its URL: s3://… (%(default)s)"
    )


def _add_about(parser: argparse.ArgumentParser) -> None:
    _add_dataset(parser)
    parser.add_argument("--about", type=Path, help="folder of dataset.toml (the dataset's; ./dataset for a URL)")


def _add_taking_back(parser: argparse.ArgumentParser, command: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--reason", type=_reason, required=True, help="why; it is published")
    parser.add_argument("--as-of", type=_day, default=None, metavar="DATE", help="the day it is said (today, UTC)")
    parser.add_argument("--wait", type=_positive, default=600, metavar="SECONDS", help="for a run that is publishing")
    _add_about(parser)
    parser.set_defaults(command=command)


def _run(arguments: argparse.Namespace) -> int:
    from copydesk.build import Settings, run_plain  # noqa: PLC0415 - a command pays only for what it uses
    from copydesk.report import terminal  # noqa: PLC0415

    chosen = {"as_of": arguments.as_of} if arguments.as_of else {}
    settings = Settings(
        raw=arguments.raw,
        dataset=arguments.dataset,
        batch_files=arguments.batch_files,
        sources=arguments.sources,
        authority=arguments.authority,
        expectations=arguments.expectations,
        sign_key=arguments.sign_key,
        notes=arguments.notes,
        accepted=_accepted(arguments.accept, arguments.reason),
        about=arguments.about,
        limits=arguments.limits,
        **chosen,
    )
    if arguments.dry_run:
        from copydesk.rehearsal import rehearse, shown  # noqa: PLC0415

        print(shown(rehearse(settings, progress=_progress)))
        return 0
    if arguments.plain:
        report = run_plain(settings, progress=_progress)
    else:
        from copydesk.flows.local import run_flow  # noqa: PLC0415

        report = run_flow(settings)
    print(terminal(report))
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from copydesk.explain import explain, explain_html  # noqa: PLC0415

    with warnings.catch_warnings(record=True, action="always") as told:
        if arguments.html is None:
            print(explain(arguments.article, arguments.dataset, arguments.version))
        else:
            page = explain_html(arguments.article, arguments.dataset, arguments.version)
    _tell(sorted({str(warning.message) for warning in told}))
    if arguments.html is None:
        return 0
    _write(arguments.html, page)
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    """As ``diff`` does: 0 the same, 1 different, 2 not compared. So no fault may end with 1 here."""
    try:
        from copydesk.compare import compare, find, page, terminal  # noqa: PLC0415

        compared = compare(*(find(given, arguments.dataset) for given in (arguments.old, arguments.new)))
        if arguments.html is None:
            print(terminal(compared), flush=True)
        else:
            _write(arguments.html, page(compared))
    except CopydeskError as error:
        _progress(str(error))
        return 2
    except BrokenPipeError:  # the reader went away: what was found is still so
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception:
        traceback.print_exc()
        return 2
    return 0 if compared.same else 1


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StoreError(f"{path}: cannot be written ({error.strerror}). Name another file.") from error
    _progress(f"wrote {path}")


def _verify(arguments: argparse.Namespace) -> int:
    from copydesk.release.signing import read_public_key  # noqa: PLC0415
    from copydesk.verify import signed_by, verify  # noqa: PLC0415

    key = read_public_key(arguments.public_key) if arguments.public_key else None
    findings = verify(arguments.folder, raw=arguments.raw, public_key=key)
    _tell(_notes(arguments.folder))
    for finding in findings:
        print(printable(f"{finding.check}: {finding.where}: {finding.what}"))
    if findings:
        raise NotVerified(f"{arguments.folder}: {len(findings)} things are not as the version says. Do not use it.")
    print(printable(f"{arguments.folder}: every file, row and line is as the version says."))
    print(printable(f"{arguments.folder}: {signed_by(arguments.folder, key)}"))
    return 0


def _accepted(gates: Sequence[str], reasons: Sequence[str]) -> tuple[tuple[str, str], ...]:
    if len(gates) != len(reasons) or not all(reason.strip() for reason in reasons):
        raise ConfigError("Every --accept GATE needs a --reason TEXT of its own, in the same order.")
    return tuple((gate, " ".join(reason.split())) for gate, reason in zip(gates, reasons, strict=True))


def _name_command(arguments: argparse.Namespace) -> int:
    from copydesk import names_command as names  # noqa: PLC0415

    day = arguments.as_of or datetime.now(UTC).date()
    of, authority, version = arguments.of, arguments.authority, arguments.version
    if arguments.names == "lint":
        problems = names.lint_names(of, authority)
        print("\n".join(problems) or "Nothing is doubtful in the authority.")
        return ConfigError.exit_code if problems else 0
    if arguments.names == "review":
        print(names.review_names(of, authority, version, day, again=arguments.again))
    elif arguments.names == "export":
        print(names.export_names(arguments.file, of, authority, version, day))
    else:
        print(names.import_names(arguments.file, of, authority, day))
    return 0


def _download(arguments: argparse.Namespace) -> int:
    from copydesk.store import download  # noqa: PLC0415

    done = download(arguments.source, arguments.to, arguments.version, progress=_progress)
    _tell(done.notes)
    print(printable(f"{done.folder}") + ("" if done.new else " (it was there already)"))
    return 0


def _yank(arguments: argparse.Namespace) -> int:
    from copydesk.store import yank  # noqa: PLC0415

    done = yank(
        arguments.dataset,
        arguments.version,
        reason=arguments.reason,
        **_told_when(arguments),
    )
    return _taken(f"version {arguments.version}", "yanked", done)


def _withdraw(arguments: argparse.Namespace) -> int:
    from copydesk.store import withdraw  # noqa: PLC0415

    done = withdraw(
        arguments.dataset,
        arguments.version,
        reason=arguments.reason,
        **_told_when(arguments),
        replacement=arguments.replacement,
    )
    return _taken(f"version {arguments.version}", "withdrawn", done)


def _takedown(arguments: argparse.Namespace) -> int:
    from copydesk.store import takedown  # noqa: PLC0415
    from copydesk.takedowns import raw_of  # noqa: PLC0415

    done = takedown(
        arguments.dataset,
        arguments.article_ids,
        raw_of(arguments.dataset, arguments.article_ids),
        reason=arguments.reason,
        **_told_when(arguments),
    )
    return _taken("what was named", "taken down", done)


def _told_when(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the three have in common; the dataset's page follows from what they do."""
    from copydesk.build import about, pages  # noqa: PLC0415

    info, _ = about(arguments.dataset, arguments.about)
    when = arguments.as_of or datetime.now(UTC).date()
    return {"as_of": when, "wait_seconds": arguments.wait, "root_files": pages(info)}


def _taken(what: str, verb: str, done: Taken) -> int:
    _tell(done.healed)
    before = "" if done.new else " before: nothing changed"
    print(f"{what} was {verb}{before}; the latest version is {done.latest or 'none'}")
    return 0


def _notes(place: Place) -> Sequence[str]:
    """What a reader is told of a version, where it lies in a dataset."""
    from copydesk.store import open_files  # noqa: PLC0415
    from copydesk.store.place import split_place  # noqa: PLC0415
    from copydesk.store.read import notes_on  # noqa: PLC0415

    dataset, version = split_place(place)
    try:
        return notes_on(open_files(dataset), version or "latest")
    except StoreError:
        return ()


def _tell(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        _progress(sentence)


def _progress(what: str) -> None:
    print(f"copydesk: {printable(what)}", file=sys.stderr)


def _place(value: str) -> Place:
    from copydesk.store.place import as_place  # noqa: PLC0415

    return as_place(value)


def _reason(value: str) -> str:
    if not value.split():
        raise argparse.ArgumentTypeError("a reason has at least a word")
    return value


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{value!r} is no date such as 2026-11-23") from error


def _positive(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is no number above 0")
    return int(value)


if __name__ == "__main__":
    sys.exit(main())
