"""Writes decisions down: at the end of ``decisions.toml``, one at a time, never changing what stands there."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import tomli

from copydesk.normalize.names import fold
from copydesk.normalize.names.authority import DECISIONS
from copydesk.normalize.names.decisions import UNDO, in_force
from copydesk.normalize.names.model import AuthorityError

_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided about the spellings of one name. ``entry`` is empty where the decision names none."""

    spellings: tuple[str, ...]
    decision: str
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """The decisions of an authority's folder, and who decides now, on which day."""

    folder: Path
    by: str
    on: date
    copied_from: Path | None = None
    """Another authority's folder, of which this one is made a copy with its first decision."""

    @property
    def path(self) -> Path:
        return self.folder / DECISIONS

    def tables(self) -> list[dict[str, Any]]:
        """All decisions as they stand in the file. Raises :class:`AuthorityError` where it is no TOML."""
        path = self.path
        if self.copied_from and not self.folder.exists():
            path = self.copied_from / DECISIONS
        if not path.exists():
            return []
        try:
            found = tomli.loads(path.read_text(encoding="utf-8-sig")).get("decision", [])
        except (ValueError, RecursionError) as error:
            what = f"not readable as TOML: {error}"
            raise AuthorityError(str(path), None, what, "Mend the file at that place.") from error
        return list(found)

    def standing(self) -> list[dict[str, Any]]:
        """The decisions that were not taken back."""
        return in_force(self.tables(), str(self.path))

    def add(self, verdict: Verdict) -> str:
        """Writes one decision down and returns its id."""
        return self.write([("", verdict)])[0]

    def undo(self, id_: str) -> str:
        """Takes the decision ``id_`` back, by another one, whose id is returned."""
        return self.write([(id_, None)])[0]

    def write(self, steps: Sequence[tuple[str, Verdict | None]]) -> list[str]:
        """Writes all steps at once: each takes back the decision it names (or ``""``), then decides (or None).

        Returns the ids of what was written. Raises :class:`AuthorityError` where the file cannot be read or written.
        """
        taken = {str(table.get("id")) for table in self.tables()}
        ids: list[str] = []
        lines: list[str] = []

        def put(about: str, fields: dict[str, str | list[str]]) -> None:
            ids.append(unused(f"{self.on}-{slug(about)}", taken))
            taken.add(ids[-1])
            said = {"id": ids[-1], **fields, "decided_by": self.by}
            lines.extend(("", "[[decision]]", *(f"{name} = {_toml(value)}" for name, value in said.items())))
            lines.append(f"decided_on = {self.on}")

        for old, verdict in steps:
            if old:
                put(f"undo {re.sub(r'^[0-9-]+', '', old)}", {"decision": UNDO, "of": old})
            if verdict is not None:
                entry: dict[str, str | list[str]] = {"entry": verdict.entry} if verdict.entry else {}
                put(verdict.spellings[0], {"spellings": list(verdict.spellings), "decision": verdict.decision, **entry})
        if lines:
            self._append("\n".join([*lines, ""]).encode())
        return ids

    def _append(self, body: bytes) -> None:
        if self.copied_from and not self.folder.exists():
            self._copy(self.copied_from)
        old = self.path.read_bytes() if self.path.exists() else b""
        try:
            with self.path.open("ab") as stream:
                stream.write(body if not old or old.endswith(b"\n") else b"\n" + body)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            what = f"cannot be written ({error.strerror})"
            raise AuthorityError(str(self.path), None, what, "Check its permissions.") from error

    def _copy(self, theirs: Path) -> None:
        try:
            shutil.copytree(theirs, self.folder, ignore=lambda _, names: [n for n in names if not n.endswith(".toml")])
        except OSError as error:
            what = f"cannot be made ({error.strerror})"
            raise AuthorityError(str(self.folder), None, what, "Name another with --authority.") from error


def slug(name: str) -> str:
    """A name as an id: small ASCII letters, words parted by hyphens."""
    words = (fold.plain(word) or _NO_LETTER.sub("", word.lower()) for word in re.split(r"[\s\W_]+", name))
    return "-".join(word for word in words if word) or "name"


def unused(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, or that with a number behind it where it is taken."""
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


def _toml(value: str | list[str]) -> str:
    # A TOML string is a JSON string, but for DEL, which it wants escaped too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
