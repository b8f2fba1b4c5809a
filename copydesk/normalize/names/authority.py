"""Reads an authority: a folder of TOML files, or one CSV file. Checks what it must, indexes it, and fingerprints it."""

from __future__ import annotations

import gc
import hashlib
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tomli

import copydesk
from copydesk.normalize.names import model
from copydesk.normalize.names.model import Authority, AuthorityError, Entry, Form, script_of

DECISIONS = "decisions.toml"
FIRST_WORD = re.compile(r"[^\W_]+")
_ENTRY_KEYS = frozenset(
    [
        "id",
        "canonical",
        "type",
        "wikidata",
        "gender",
        "given",
        "surname",
        "order",
        "surname_only",
        "forms",
        "context",
        "not",
        "not_same_as",
        "reviewed_by",
        "reviewed_on",
        "note",
    ]
)
_FORM_KEYS = frozenset(["form", "kind", "script", "status", "standalone", "case", "source", "since", "until", "note"])


def shipped() -> Path:
    """Where the authority that comes with Copydesk is: inside the wheel, else in the checkout."""
    package = Path(copydesk.__file__).parent
    inside = package / "authority"
    return inside if inside.is_dir() else package.parent / "raw" / "authority"


def load_authority(path: Path | str | None = None, *, cache_dir: Path | None = None) -> Authority:
    """The authority at ``path``: a folder with TOML files, one TOML file, or one CSV file; None is the shipped one.

    Of an authority of a megabyte and more a compiled copy is kept, which makes the next loading quick: in
    ``cache_dir``, else in the user's cache folder (``compiled`` says which). Raises :class:`AuthorityError`.
    """
    place = shipped() if path is None else Path(path)
    files = _files(place)
    stamps = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return _load(str(place), stamps, cache_dir)


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        files = sorted(place.glob("*.toml"), key=lambda file: file.name)
        if not files:
            raise AuthorityError(
                str(place), None, "no .toml file in this folder", "Add people.toml or give another folder."
            )
        return files
    if place.is_file():
        return [place]
    raise AuthorityError(
        str(place), None, "no such file or folder", "Check the path, or leave it out for the shipped one."
    )


@lru_cache(maxsize=8)
def _load(place: str, stamps: tuple[tuple[str, int, int], ...], cache_dir: Path | None) -> Authority:
    collecting = gc.isenabled()
    gc.disable()  # a large authority is a million small objects and no garbage: collecting would double the time
    try:
        return _read(place, [Path(name) for name, _, _ in stamps], cache_dir)
    finally:
        if collecting:
            gc.enable()


def _read(place: str, files: list[Path], cache_dir: Path | None) -> Authority:
    from copydesk.normalize.names import compiled, decisions, exchange  # noqa: PLC0415  (they import this module)

    contents = [(file, file.read_bytes()) for file in files]
    cache_dir = compiled.folder(cache_dir, sum(len(data) for _, data in contents))
    key = ""
    if cache_dir is not None:
        listing = [part for file, data in contents for part in (os.fsencode(file.name), hashlib.sha256(data).digest())]
        key = hashlib.sha256(b"\0".join([compiled.code(), *listing])).hexdigest()
        kept = compiled.read(cache_dir, key)
        if kept is not None:
            return kept
    records: list[dict[str, Any]] = []
    decided: list[dict[str, Any]] = []
    for file, data in contents:
        if file.suffix == ".csv":
            records += [{**record, "source": file.name} for record in exchange.records_from_csv(data, str(file))]
            continue
        tables = _toml(file, data)
        if file.name == DECISIONS:
            decided = tables.get("decision", [])
        else:
            records += [{**record, "source": file.name} for record in _entries_of(tables, file)]
    entries, applied = decisions.apply([entry_of(record) for record in records], decided, place)
    authority = build((entries, applied))
    compiled.write(cache_dir, key, authority)
    return authority


def _toml(file: Path, data: bytes) -> dict[str, Any]:
    try:
        return tomli.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise AuthorityError(
            str(file), None, f"not readable as TOML: {error}", "Mend the file at that place."
        ) from error


def _entries_of(tables: dict[str, Any], file: Path) -> list[dict[str, Any]]:
    found = tables.get("entry", [])
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise AuthorityError(str(file), None, "'entry' is not an array of tables", "Begin each entry with [[entry]].")
    return found


def entry_of(record: dict[str, Any]) -> Entry:
    """One entry from its TOML table or CSV row. Raises :class:`AuthorityError` where a field is missing or wrong."""
    where = str(record.get("source", "authority"))
    id_ = record.get("id")
    name = id_ if isinstance(id_, str) else None

    def fail(what: str, do: str) -> AuthorityError:
        return AuthorityError(where, name, what, do)

    if not name or not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name):
        raise fail(f"id {id_!r} is no slug", "Give it an id of lower-case letters, digits and single hyphens.")
    canonical = record.get("canonical")
    if not isinstance(canonical, str) or not canonical.strip():
        raise fail("canonical is missing", 'Add canonical = "…".')
    given, surname = _strings(record, "given", fail), _strings(record, "surname", fail)
    entry = Entry(
        id=name,
        canonical=canonical,
        type=_one_of(record, "type", model.TYPES, None, fail) or "",
        forms=_forms(record, given, surname, fail),
        wikidata=record.get("wikidata"),
        gender=_one_of(record, "gender", model.GENDERS, "", fail) or None,
        given=given,
        surname=surname,
        order=_one_of(record, "order", model.ORDERS, "given-first", fail) or "",
        surname_only=_one_of(record, "surname_only", model.SURNAME_ONLY, "if-introduced", fail) or "",
        context=_strings(record, "context", fail),
        forbid=_strings(record, "not", fail),
        not_same_as=_strings(record, "not_same_as", fail),
        reviewed_by=record.get("reviewed_by"),
        reviewed_on=str(record["reviewed_on"]) if record.get("reviewed_on") else None,
        note=record.get("note"),
        source=where,
        unknown_keys=tuple(sorted(set(record) - _ENTRY_KEYS - {"source"}))
        + tuple(
            sorted(
                {key for form in record.get("forms", ()) if isinstance(form, dict) for key in set(form) - _FORM_KEYS}
            )
        ),
    )
    if not entry.type:
        raise fail("type is missing", f"Add type = one of {', '.join(model.TYPES)}.")
    return entry


def _strings(record: dict[str, Any], key: str, fail: Any) -> tuple[str, ...]:
    value = record.get(key)
    if value is None:
        return ()
    values = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (list, tuple)) else None
    if values is None or not all(isinstance(one, str) and one.strip() for one in values):
        raise fail(f"{key} is {value!r}", f'Write {key} = "…" or {key} = ["…", "…"].')
    return values


def _one_of(record: dict[str, Any], key: str, allowed: tuple[str, ...], default: str | None, fail: Any) -> str | None:
    value = record.get(key, default)
    if value in allowed or value == default:
        return value
    raise fail(f"{key} is {value!r}", f"Use one of {', '.join(allowed)}.")


def _forms(record: dict[str, Any], given: tuple[str, ...], surname: tuple[str, ...], fail: Any) -> tuple[Form, ...]:
    """The listed forms, then every given name with every family name of the same script."""
    forms: dict[str, Form] = {}
    listed = record.get("forms", ())
    if not isinstance(listed, (list, tuple)):
        raise fail("forms is no list", 'Write forms = ["…", {form = "…", kind = "script"}].')
    families = sorted(surname, key=len, reverse=True)
    for one in listed:
        table = {"form": one} if isinstance(one, str) else one
        text = table.get("form") if isinstance(table, dict) else None
        if not isinstance(text, str) or not FIRST_WORD.search(text):
            raise fail(f"form {one!r} has no letters", 'Write "…" or {form = "…"}.')
        kind = _one_of(table, "kind", model.KINDS, "", fail)
        forms[text] = Form(
            text,
            kind or ("spelling" if script_of(text) == script_of(record["canonical"]) else "script"),
            _one_of(table, "status", model.STATUSES, "active", fail) or "active",
            _one_of(table, "standalone", model.STANDALONE, None, fail),
            _one_of(table, "case", model.CASES, "exact", fail) or "exact",
            next(
                (name for name in families if text == name or text.endswith(" " + name) or text.startswith(name + " ")),
                None,
            ),
        )
    if given and surname:
        backwards = record.get("order") == "family-first"
        scripts = [(name, script_of(name)) for name in given]
        main = script_of(record["canonical"])
        for family in surname:
            script = script_of(family)
            for name, own in scripts:
                if own == script:
                    text = f"{family} {name}" if backwards else f"{name} {family}"
                    if text not in forms:
                        forms[text] = Form(text, "spelling" if script == main else "script", family=family)
    return tuple(forms.values())


def build(parts: tuple[Iterable[Entry], tuple[str, ...]]) -> Authority:
    """An authority of these entries. Raises :class:`AuthorityError` where two share an id or a reference fails."""
    entries: dict[str, Entry] = {}
    order: dict[str, list[str]] = {}
    for entry in parts[0]:
        if entry.id in entries:
            do = "Ids are never reused: rename one, or join the entries."
            raise AuthorityError(entry.source, entry.id, f"this id is also in {entries[entry.id].source}", do)
        entries[entry.id] = entry
        order.setdefault(entry.source, []).append(entry.id)
    for entry in entries.values():
        for other in entry.not_same_as:
            if other not in entries:
                do = "Correct the id, or take it out."
                raise AuthorityError(entry.source, entry.id, f"not_same_as names {other!r}, which is no entry", do)
    entries = dict(sorted(entries.items()))
    digest = hashlib.sha256()
    for entry in entries.values():
        digest.update(_fingerprint(entry).encode())
    return Authority(
        version=digest.hexdigest(),
        entries=MappingProxyType(entries),
        index=model.index_of(entries),
        order=tuple((source, tuple(ids)) for source, ids in sorted(order.items())),
        decisions=parts[1],
    )


def _fingerprint(entry: Entry) -> str:
    """What an entry says, whatever file says it."""
    forms = "\x1e".join(
        f"{f.form}\x1f{f.kind}\x1f{f.status}\x1f{f.standalone}\x1f{f.case}\x1f{f.family}" for f in entry.forms
    )
    rest = (entry.id, entry.canonical, entry.type, entry.wikidata, entry.gender, entry.given, entry.surname)
    return repr((*rest, entry.surname_only, entry.context, entry.forbid, entry.not_same_as)) + forms + "\n"
