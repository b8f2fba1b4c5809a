"""The command line. Every error is one sentence that says what, where and what to do; exit codes are in ``errors``."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from copydesk.errors import ConfigError, CopydeskError, NotVerified, StoreError

_EXIT_CODES = """\
exit codes: 0 done · 1 a fault · 2 the command or a hand-edited file is wrong · 3 nothing to do with the raw folder
4 a critical expectation failed · 5 the dataset folder is not writable, full or in use
6 a version is not what it says · 7 no Prefect server answers · 8 a gate stopped the version: look, then --accept it"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.command(arguments) or 0)
    except CopydeskError as error:
        print(f"copydesk: {error}", file=sys.stderr)
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
    run.add_argument("--dataset", type=Path, default=Path("dataset"), help="folder of published versions (%(default)s)")
    run.add_argument("--as-of", type=_day, default=None, metavar="DATE", help="the day the version is of (today, UTC)")
    run.add_argument("--batch-files", type=_positive, default=500, metavar="N", help="files a batch (%(default)s)")
    run.add_argument("--authority", type=Path, help="folder of the authority of names (next to the raw folder)")
    run.add_argument("--sources", type=Path, help="sources.toml (in or next to the raw folder)")
    run.add_argument("--expectations", type=Path, help="folder of expectation suites (Copydesk's)")
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
    explain.add_argument("--dataset", type=Path, default=Path("dataset"), help="folder of versions (%(default)s)")
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
        "folder", type=Path, nargs="?", default=Path("dataset"), help="a dataset or version (%(default)s)"
    )
    verify.add_argument("--raw", type=Path, help="compare with these raw files too")
    verify.add_argument("--public-key", metavar="KEY", help="the publisher's minisign key, or the file of it")
    verify.set_defaults(command=_verify)

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

    if arguments.html is None:
        print(explain(arguments.article, arguments.dataset, arguments.version))
        return 0
    page = explain_html(arguments.article, arguments.dataset, arguments.version)
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
        print(f"copydesk: {error}", file=sys.stderr)
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
    for finding in findings:
        print(f"{finding.check}: {finding.where}: {finding.what}")
    if findings:
        raise NotVerified(f"{arguments.folder}: {len(findings)} things are not as the version says. Do not use it.")
    print(f"{arguments.folder}: every file, row and line is as the version says.")
    print(f"{arguments.folder}: {signed_by(arguments.folder, key)}")
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


def _progress(what: str) -> None:
    print(f"copydesk: {what}", file=sys.stderr)


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
