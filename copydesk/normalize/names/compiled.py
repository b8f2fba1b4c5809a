"""A compiled authority on disk: plain JSON, named after the hash of its source. Losing it costs only time."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path

from copydesk.normalize.names.model import Entry, Form

FORMAT = 1
_FORM_FIELDS = Form._fields
_ENTRY_FIELDS = tuple(field.name for field in fields(Entry))

Parts = tuple[list[Entry], tuple[str, ...]]


def _file(folder: Path, key: str) -> Path:
    return folder / f"authority-{FORMAT}-{key}.json"


def write(folder: Path | None, key: str, entries: list[Entry], decisions: tuple[str, ...]) -> None:
    """Keeps the entries under ``key``. Does nothing where ``folder`` is None or cannot be written."""
    if folder is None:
        return
    rows = [[getattr(entry, name) for name in _ENTRY_FIELDS] for entry in entries]
    body = json.dumps({"fields": [_ENTRY_FIELDS, _FORM_FIELDS], "entries": rows, "decisions": decisions})
    target = _file(folder, key)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_text(body, encoding="utf-8")
        part.replace(target)
    except OSError:
        return


def read(folder: Path | None, key: str) -> Parts | None:
    """What was kept under ``key``; None where there is nothing, or nothing that can be read."""
    if folder is None:
        return None
    try:
        body = json.loads(_file(folder, key).read_text(encoding="utf-8"))
        if body["fields"] != [list(_ENTRY_FIELDS), list(_FORM_FIELDS)]:
            return None
        return [_entry(row) for row in body["entries"]], tuple(body["decisions"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _entry(row: list[object]) -> Entry:
    values = dict(zip(_ENTRY_FIELDS, row, strict=True))
    forms = tuple(Form(*form) for form in values.pop("forms"))  # type: ignore[attr-defined]
    settled = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Entry(forms=forms, **settled)  # type: ignore[arg-type]
