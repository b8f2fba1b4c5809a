"""What is wrong or doubtful in an authority, entry by entry. An authority with no problems is safe to link with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from copydesk.normalize.names.haystack import level
from copydesk.normalize.names.model import Authority, Entry
from copydesk.normalize.names.packs import words

_QID = re.compile(r"Q[1-9][0-9]{0,9}")
_ACRONYM_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: the file and the entry, the rule's name, and a sentence that says what to do."""

    source: str
    entry: str
    rule: str
    message: str


def lint(authority: Authority) -> list[Problem]:
    """All problems, in id order. Rules: ``shared-form``, ``english-word``, ``canonical``, ``wikidata``,
    ``short-acronym``,
    ``one-word-person``, ``surname-only``, ``order``, ``unknown-key``, ``no-forms``, ``not-same-as``,
    ``review``.
    """
    found = [problem for entry in authority.entries.values() for problem in _entry(entry)]
    found += [*_shared(authority), *_unsorted(authority), *_one_sided(authority)]
    return sorted(found, key=lambda problem: (problem.entry, problem.rule, problem.message))


def _entry(entry: Entry) -> Iterator[Problem]:
    def problem(rule: str, message: str) -> Problem:
        return Problem(entry.source, entry.id, rule, message)

    active = [form for form in entry.forms if form.status == "active"]
    if not active:
        yield problem("no-forms", "No form is active, so it is never found: add one, or take the entry out.")
    if entry.canonical not in {form.form for form in active}:
        yield problem("canonical", f"{entry.canonical!r} is not among its active forms: add it.")
    if entry.wikidata is not None and not _QID.fullmatch(str(entry.wikidata)):
        yield problem("wikidata", f"{entry.wikidata!r} is no Wikidata id: write Q and a number, or leave it out.")
    for key in entry.unknown_keys:
        yield problem("unknown-key", f"Nothing reads the key {key!r}: correct its spelling, or take it out.")
    if not entry.reviewed_by or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", entry.reviewed_on or ""):
        yield problem("review", "reviewed_by and reviewed_on (a date) say who answers for the entry: add both.")
    for form in active:
        text = level(form.form)
        if text.lower() in words("english_names") and form.standalone in (None, "yes") and form.standalone is None:
            yield problem(
                "english-word", f"{form.form!r} is also an English word: write its standalone out, or reject it."
            )
        letters = sum(letter.isalpha() for letter in text)
        if form.kind == "acronym" and letters < _ACRONYM_LETTERS and form.standalone is None:
            yield problem("short-acronym", f"{form.form!r} has fewer than three letters: write its standalone out.")
        if entry.type == "person" and " " not in text and "-" not in text and form.standalone is None:
            yield problem(
                "one-word-person", f"{form.form!r} is one word: make it a surname, or write its standalone out."
            )


def _shared(authority: Authority) -> Iterator[Problem]:
    for form, hits in sorted(authority.index.hits.items()):
        full = sorted({id_ for id_, position in hits if position >= 0})
        bare = sorted({id_ for id_, position in hits if position < 0})
        for id_ in full:
            entry = authority.entries[id_]
            others = [other for other in full if other != id_]
            if others and not entry.context and not set(others) <= set(entry.not_same_as):
                message = f"{form!r} is also a form of {', '.join(others)}: give it context words, or not_same_as."
                yield Problem(entry.source, id_, "shared-form", message)
        for id_ in bare:
            entry = authority.entries[id_]
            others = [other for other in bare if other != id_ and other not in entry.not_same_as]
            if others and entry.surname_only == "yes":
                message = (
                    f"the family name {form!r} is also that of {', '.join(others)}: use if-introduced, or not_same_as."
                )
                yield Problem(entry.source, id_, "surname-only", message)
            if entry.surname_only == "yes" and form.lower() in words("common_surnames"):
                message = f"the family name {form!r} is too common to link alone: use if-introduced."
                yield Problem(entry.source, id_, "surname-only", message)


def _unsorted(authority: Authority) -> Iterator[Problem]:
    for source, ids in authority.order:
        if source == "decisions.toml":
            continue  # decisions stand in the order in which they were made
        for before, after in pairwise(ids):
            if before > after:
                yield Problem(source, after, "order", f"stands after {before!r}: sort the entries by id.")


def _one_sided(authority: Authority) -> Iterator[Problem]:
    for entry in authority.entries.values():
        for other in entry.not_same_as:
            if entry.id not in authority.entries[other].not_same_as:
                yield Problem(entry.source, entry.id, "not-same-as", f"{other!r} does not say so too: add it there.")
