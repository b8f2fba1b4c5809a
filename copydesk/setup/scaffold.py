"""A new project: files that run as they stand, to be replaced by one's own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from itertools import groupby
from pathlib import Path

from copydesk.errors import FULL, ConfigError, StoreError
from copydesk.release.questions import questions

_TEMPLATES = "project"
_HIDDEN = {"gitignore": ".gitignore"}  # under its own name it would rule the template's folder


def template(name: str) -> AbstractContextManager[Path]:
    """A file of the new project as it ships."""
    return as_file(files("copydesk.setup").joinpath(_TEMPLATES, name))


def plan() -> Mapping[str, bytes]:
    """Every file of a new project by its path, sorted."""
    with as_file(files("copydesk.setup").joinpath(_TEMPLATES)) as root:
        found = {
            _HIDDEN.get(name, name): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and (name := path.relative_to(root).as_posix())
        }
    return dict(sorted((found | _datasheet()).items()))


def create(target: Path) -> list[Path]:
    """Writes a new project into a folder that may be there. Returns the files.

    Raises ConfigError where one of them is there already, and StoreError where the folder cannot be written; in the
    first case nothing was written.
    """
    planned = {target / name: data for name, data in plan().items()}
    for path in planned:
        for place in (path, *path.parents):
            if place == target.parent:
                break
            if (place == path or not place.is_dir()) and (place.exists() or place.is_symlink()):
                raise ConfigError(f"{place} is there already, and nothing was written. Name another folder.")
    try:
        for path, data in planned.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
    except OSError as error:
        if error.errno in FULL:
            raise
        raise StoreError(f"{error.filename or target} cannot be written ({error.strerror}).") from error
    return list(planned)


def _datasheet() -> dict[str, bytes]:
    """A file a section of the datasheet, with the questions that no program can answer, each ready to be answered."""
    sheets = {}
    for title, asked in groupby(questions(), key=lambda question: question.section):
        lines = [f"# {title}. Take the mark from the line of a question that you answer; leave the others as they are."]
        for question in asked:
            if not question.computed:
                lines += ["", f"# {question.text}", f'# {question.id} = "Your answer."']
        if len(lines) > 1:
            name = "".join(letter if letter.isalnum() else "_" for letter in title.lower())
            sheets[f"dataset/datasheet/{name}.toml"] = ("\n".join(lines) + "\n").encode()
    return sheets
