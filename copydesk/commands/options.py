"""What commands have in common: how values are typed, and the options that several of them take."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.store.place import Place

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dataset", type=place, default=Path("dataset"), help="folder of versions, or its URL: s3://… (%(default)s)"
    )


def add_about(parser: argparse.ArgumentParser) -> None:
    add_dataset(parser)
    parser.add_argument("--about", type=Path, help="folder of dataset.toml (the dataset's; ./dataset for a URL)")


def add_html(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--html", type=Path, metavar="FILE", help="write it as a page that a browser shows")


def place(value: str) -> Place:
    from copydesk.store.place import as_place  # noqa: PLC0415 - a command pays only for what it uses

    return as_place(value)


def reason(value: str) -> str:
    if not value.split():
        raise argparse.ArgumentTypeError("a reason has at least a word")
    return value


def day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{value!r} is no date such as 2026-11-23") from error


def positive(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is no number above 0")
    return int(value)
