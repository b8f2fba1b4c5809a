"""Validation in a process of its own, which loads Great Expectations while the articles are still being cleaned.

Only slim tables cross over, as Arrow files, and outcomes come back as JSON. The other process ends when this one does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from copydesk import tables
from copydesk.bulk import Tables, parts, read_stored, write_stored
from copydesk.errors import ConfigError, CopydeskError
from copydesk.processes import environment
from copydesk.quality.model import Outcome, Section, Validation
from copydesk.quality.validate import run_suites, slimmer, warm_up


class Validator:
    """A process that is started on entering and ended on leaving; ``validate`` may be called as often as needed."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from copydesk.quality.apart import work; work()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def validate(self, data: Tables, suites: Path, as_of: date) -> Validation:
        """As ``validate.validate``. Raises CopydeskError where the process came to its end."""
        with TemporaryDirectory(prefix="copydesk-validate-") as folder:
            self._say({"suites": str(suites.absolute()), "as_of": as_of.isoformat()})
            for table in tables.TABLES:
                schema, made = slimmer(table, suites, as_of)
                path = Path(folder) / f"{table.name}.arrow"
                write_stored(map(made, parts(data[table.name])), schema, path)
                self._say({"table": table.name, "path": str(path)})  # it is judged while the next is made
            answer = self._answer()
        if "error" in answer:
            raise ConfigError(answer["error"])
        return Validation(
            tuple(_outcome(entry) for entry in answer["outcomes"]),
            {table: tuple(_section(entry) for entry in page) for table, page in answer["pages"].items()},
        )

    def _say(self, told: Mapping[str, str]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(told) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._gone() from None

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise self._gone()
        return dict(json.loads(answer))

    def _gone(self) -> CopydeskError:
        _, told = self._process.communicate()
        return CopydeskError(f"The process that validates came to its end: {told.strip()[-500:] or 'no word'}.")


_AHEAD: ContextVar[Validator | None] = ContextVar("ahead", default=None)


@contextmanager
def ahead() -> Iterator[None]:
    """Starts a validator for whoever asks for one inside: it loads while something else is waited for."""
    with Validator() as validator:
        token = _AHEAD.set(validator)
        try:
            yield
        finally:
            _AHEAD.reset(token)


@contextmanager
def started() -> Iterator[Validator]:
    """The validator that was started ahead, else a new one."""
    if (validator := _AHEAD.get()) is not None:
        yield validator
        return
    with Validator() as validator:
        yield validator


def work() -> None:
    """The other process: on standard input a question a line, and a line for each table; an answer a line on standard
    output."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever else is printed must not stand among the answers
    warm_up()
    told = map(json.loads, sys.stdin)
    for question in told:
        slimmed = ((one["table"], read_stored(Path(one["path"]))) for one in islice(told, len(tables.TABLES)))
        try:
            validation = run_suites(slimmed, Path(question["suites"]), date.fromisoformat(question["as_of"]))
        except ConfigError as error:
            answer: dict[str, object] = {"error": str(error)}
        else:
            answer = asdict(validation)
        for _ in slimmed:
            pass  # tables that nobody wanted to see
        print(json.dumps(answer), file=answers, flush=True)


def _outcome(entry: Mapping[str, Any]) -> Outcome:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    return Outcome(**fields)


def _section(entry: Mapping[str, Any]) -> Section:
    return Section(entry["heading"], tuple((state, told, observed) for state, told, observed in entry["rows"]))
