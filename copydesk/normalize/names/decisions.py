"""Decisions on proposed names, stored as data (``decisions.toml`` beside the entries) and applied again on every load.

    [[decision]]
    id = "2026-11-gurgen-melikyan"
    spellings = ["Gurgen Melikian", "Gurgen Melikyan"]
    decision = "new"            # new | variant | different | not-a-name | later
    entry = "gurgen-melikyan"   # the new entry's id; for variant and different: the entry's
    decided_by = "copydesk"
    decided_on = 2026-11-23

``new`` makes an entry of the spellings, the first being canonical; ``variant`` adds them to an entry as active forms;
``different`` keeps them as rejected forms of it; ``not-a-name`` and ``later`` only keep them out of the queue.

Decisions are kept for ever: the file only grows. One that was wrong is taken back by another, which names it:

    [[decision]]
    id = "2026-11-gurgen-melikyan-2"
    decision = "undo"
    of = "2026-11-gurgen-melikyan"
"""

from __future__ import annotations

from typing import Any

from copydesk.normalize.names.model import AuthorityError, Entry, Form, script_of

KINDS = ("new", "variant", "different", "not-a-name", "later")
UNDO = "undo"


def apply(entries: list[Entry], decided: list[dict[str, Any]], where: str) -> tuple[list[Entry], tuple[str, ...]]:
    """The entries after ``decided`` (tables of ``decisions.toml``), and every spelling that was decided on, sorted.

    Raises :class:`AuthorityError` where a decision is incomplete or names no entry.
    """
    by_id = {entry.id: entry for entry in entries}
    result = list(entries)
    settled: set[str] = set()
    for table in in_force(decided, where):
        kind, spellings, target = checked(table, where)
        settled.update(spellings)
        if kind == "new":
            entry = _new(table, target, spellings)
            if target in by_id:
                raise AuthorityError(
                    where, target, "a decision makes it new, but it is there", "Decide variant instead."
                )
            by_id[target] = entry
            result.append(entry)
        elif kind in ("variant", "different"):
            if target not in by_id:
                raise AuthorityError(
                    where, target, "a decision names this entry, which is not there", "Correct the id."
                )
            old = by_id[target]
            by_id[target] = _with_forms(old, spellings, "active" if kind == "variant" else "rejected")
            result[next(at for at, entry in enumerate(result) if entry.id == target)] = by_id[target]
    return result, tuple(sorted(settled))


def in_force(decided: list[dict[str, Any]], where: str) -> list[dict[str, Any]]:
    """The decisions that were not taken back, in order. Raises :class:`AuthorityError` for an undo of nothing."""
    standing: dict[str, dict[str, Any]] = {}
    for number, table in enumerate(decided):
        if table.get("decision") != UNDO:
            standing[str(table.get("id") or f"#{number}")] = table
        elif standing.pop(str(table.get("of")), None) is None:
            what = f"it takes back {table.get('of')!r}, which is no decision before it"
            raise AuthorityError(where, table.get("id"), what, "Correct of = …, or take it out.")
    return list(standing.values())


def checked(table: dict[str, Any], where: str) -> tuple[str, list[str], str]:
    """Kind, spellings and entry of a decision. Raises :class:`AuthorityError` where it is incomplete."""
    kind, spellings, target = table.get("decision"), table.get("spellings"), table.get("entry", "")
    name = table.get("id")
    if kind not in KINDS:
        raise AuthorityError(where, name, f"decision is {kind!r}", f"Use one of {', '.join(KINDS)}.")
    if not isinstance(spellings, list) or not spellings or not all(isinstance(one, str) and one for one in spellings):
        raise AuthorityError(where, name, f"spellings is {spellings!r}", 'Write spellings = ["…", "…"].')
    if kind in ("new", "variant", "different") and not target:
        raise AuthorityError(where, name, f"a decision {kind!r} names no entry", 'Add entry = "…".')
    return kind, spellings, target


def _new(table: dict[str, Any], id_: str, spellings: list[str]) -> Entry:
    families = tuple(dict.fromkeys(one.rsplit(" ", 1)[-1] for one in spellings if " " in one))
    forms = tuple(
        Form(one, _kind(one, spellings[0]), family=one.rsplit(" ", 1)[-1] if " " in one else None) for one in spellings
    )
    return Entry(
        id=id_,
        canonical=spellings[0],
        type=table.get("type", "person"),
        forms=forms,
        surname=families,
        reviewed_by=table.get("decided_by"),
        reviewed_on=str(table["decided_on"]) if table.get("decided_on") else None,
        source="decisions.toml",
    )


def _with_forms(entry: Entry, spellings: list[str], status: str) -> Entry:
    known = {form.form: form for form in entry.forms}
    for one in spellings:
        family = next((name for name in entry.surname if one.endswith(" " + name)), None)
        known[one] = Form(one, _kind(one, entry.canonical), status, family=family)
    return entry._replace(forms=tuple(known.values()))


def _kind(form: str, canonical: str) -> str:
    return "spelling" if script_of(form) == script_of(canonical) else "script"
