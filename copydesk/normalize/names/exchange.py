"""The authority in and out of other shapes: CSV for bulk work, and aliases from a Wikidata dump."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from copydesk.normalize.names.model import Authority, AuthorityError, Entry, Form, script_of

COLUMNS = (
    "id", "canonical", "type", "wikidata", "gender", "given", "surname", "order", "surname_only", "forms", "context",
    "not", "not_same_as", "reviewed_by", "reviewed_on", "note",
)  # fmt: skip
_ALSO = {
    "entity_id": "id", "slug": "id", "canonical_name": "canonical", "name": "canonical",
    "kind": "type", "entity_type": "type", "qid": "wikidata", "wikidata_id": "wikidata",
    "variants": "forms", "aliases": "forms", "spellings": "forms", "given_name": "given", "given_names": "given",
    "family": "surname", "family_name": "surname", "surnames": "surname",
}  # fmt: skip
"""Other names that people give these columns. A column's own name goes first where both are there."""
_TYPES = {"per": "person", "people": "person", "org": "organization", "organisation": "organization", "loc": "place",
          "gpe": "place", "location": "place", "misc": "other"}  # fmt: skip
_LISTS = ("given", "surname", "context", "not", "not_same_as")
_FORM_FIELDS = ("kind", "status", "standalone", "case")
_DEFAULTS = {"status": "active", "case": "exact"}
_LANGUAGES = ("en", "hy", "ru", "az", "ka", "tr", "fa", "uk", "fr", "de")


def to_csv(authority: Authority) -> str:
    """One row an entry, in id order. Lists are parted by ``|``; a form is its text, then ``;key=value`` where unusual.

    A ``|``, ``;`` or backslash inside a value has a backslash before it. :func:`from_csv` reads the same version back.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in authority.entries.values():
        row = {name: getattr(entry, "forbid" if name == "not" else name) for name in COLUMNS}
        row |= {name: "|".join(_escaped(one) for one in row[name]) for name in _LISTS}
        row["forms"] = "|".join(_form(form, entry) for form in entry.forms)
        writer.writerow(["" if row[name] is None else row[name] for name in COLUMNS])
    return out.getvalue()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace(";", "\\;")


def _form(form: Form, entry: Entry) -> str:
    usual = "spelling" if script_of(form.form) == script_of(entry.canonical) else "script"
    settled = {**_DEFAULTS, "kind": usual, "standalone": None}
    extra = [f";{name}={getattr(form, name)}" for name in _FORM_FIELDS if getattr(form, name) != settled[name]]
    return _escaped(form.form) + "".join(extra)


def from_csv(text: str, where: str = "CSV") -> Authority:
    """The authority that :func:`to_csv` wrote, or one written by hand with the same columns (only ``id``, ``canonical``
    and ``type`` must be there). Raises :class:`AuthorityError`."""
    from copydesk.normalize.names.authority import build, entry_of  # noqa: PLC0415  (that module imports this one)

    return build(([entry_of({**record, "source": where}) for record in records_from_csv(text.encode(), where)], ()))


def records_from_csv(data: bytes, where: str) -> list[dict[str, Any]]:
    """CSV rows as the tables that the TOML files would have. Raises :class:`AuthorityError`.

    Commas, semicolons or tabs may part the columns. Where there is neither ``given`` nor ``surname``, a person's family
    name is the last word of each of the forms, or the first with ``order`` family-first.
    """
    try:
        text = data.decode("utf-8-sig")
        mark = max(",;\t", key=text.partition("\n")[0].count)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
        named = [name.strip().lower() for name in reader.fieldnames or []]
        columns = [_ALSO.get(name, name) if _ALSO.get(name) not in named else name for name in named]
        reader.fieldnames = columns
        missing = [name for name in ("id", "canonical", "type") if name not in columns]
        if missing:
            raise AuthorityError(
                where, None, f"no column {', '.join(missing)}", f"Use the columns {', '.join(COLUMNS)}."
            )
        families = not {"given", "surname"} & set(columns)
        return [_with_family(_record(row, where)) if families else _record(row, where) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise AuthorityError(where, None, f"not readable as CSV: {error}", "Save it as UTF-8 with commas.") from error


def _record(row: dict[str | None, Any], where: str) -> dict[str, Any]:
    if None in row:
        do = "Put quotes round values that have commas."
        raise AuthorityError(where, row.get("id"), "more values than columns", do)
    record: dict[str, Any] = {name: value for name, value in row.items() if name and value}
    if "type" in record:
        kind = record["type"].strip().lower()
        record["type"] = _TYPES.get(kind, kind)
    for name in _LISTS:
        if name in record:
            record[name] = [_plain(one) for one in _parts(record[name], "|")]
    if "forms" in record:
        record["forms"] = [form for one in _parts(record["forms"], "|") if one.strip() for form in _forms_of(one)]
    else:
        record["forms"] = [record["canonical"]] if record.get("canonical") else []
    return record


def _with_family(record: dict[str, Any]) -> dict[str, Any]:
    """The record with the family names that its forms show, and its canonical name among the forms."""
    texts = [one if isinstance(one, str) else one["form"] for one in record["forms"]]
    canonical = record.get("canonical")
    if canonical and canonical not in texts:
        record["forms"] = [canonical, *record["forms"]]
        texts.insert(0, canonical)
    if record.get("type") == "person":
        place = 0 if record.get("order") == "family-first" else -1
        record["surname"] = list(dict.fromkeys(text.split()[place] for text in texts if " " in text.strip()))
        record["forms"] = [one for one in record["forms"] if one not in record["surname"]]
    return record


def _parts(text: str, at: str) -> list[str]:
    """``text`` parted at ``at`` where no backslash stands before it; the backslashes stay."""
    if "\\" not in text:
        return text.split(at)
    parts, start, position = [], 0, 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == at:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]


def _plain(text: str) -> str:
    if "\\" not in text:
        return text.strip()
    out, position = [], 0
    while position < len(text):
        position += text[position] == "\\"
        out.append(text[position : position + 1])
        position += 1
    return "".join(out).strip()


def _forms_of(text: str) -> list[dict[str, str] | str]:
    """The form that ``text`` is; or several, where semicolons part them and not what is said of one."""
    parts = [part for part in _parts(text, ";") if part.strip()]
    if not all("=" in part for part in parts[1:]):
        return [_plain(part) for part in parts]
    if len(parts) == 1:
        return [_plain(parts[0])]
    pairs = (one.partition("=") for one in parts[1:])
    return [{"form": _plain(parts[0]), **{name.strip(): value.strip() for name, _, value in pairs}}]


def aliases_from_wikidata(
    path: Path, ids: Collection[str], languages: Collection[str] = _LANGUAGES
) -> dict[str, tuple[Form, ...]]:
    """Labels and aliases of the items ``ids`` (Q…) from a Wikidata JSON dump (one item a line; ``.gz`` is unpacked).

    Returned by item, as forms with the status ``imported``: they are for review, and nothing links by them. Lines that
    cannot be read are passed over. Reads line by line, so a whole dump needs no memory.
    """
    wanted = frozenset(ids)
    found: dict[str, tuple[Form, ...]] = {}
    for line in _lines(path):
        # Parsing JSON is what takes time; most lines of a dump are other items.
        if not any(f'"{id_}"' in line for id_ in wanted) and len(wanted) < 64:
            continue
        try:
            item = json.loads(line.strip().rstrip(","))
        except ValueError:
            continue
        if isinstance(item, dict) and item.get("id") in wanted:
            found[item["id"]] = _aliases(item, languages)
    return {id_: found[id_] for id_ in sorted(found)}


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as stream:
            yield from stream
    else:
        with path.open(encoding="utf-8", errors="replace") as plain:
            yield from plain


def _aliases(item: dict[str, Any], languages: Collection[str]) -> tuple[Form, ...]:
    texts: dict[str, None] = {}
    for language in languages:
        label = item.get("labels", {}).get(language)
        aliases = item.get("aliases", {}).get(language, [])
        for one in ([label] if label else []) + list(aliases):
            if isinstance(one, dict) and isinstance(one.get("value"), str):
                texts.setdefault(one["value"])
    return tuple(Form(text, "spelling" if script_of(text) == "latin" else "script", "imported") for text in texts)
