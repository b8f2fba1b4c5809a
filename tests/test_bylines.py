"""One person, one form; agencies apart; and no two people made one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import copydesk
from copydesk.normalize.bylines import agency, authors, one_form
from copydesk.normalize.names import load_authority

AUTHORITY = load_authority()
ENTRY = '[[entry]]\nid = "nora-quill"\ncanonical = "Nora Quill"\ntype = "person"\nforms = ["Nora Quill"]\n'


@pytest.mark.parametrize(
    ("stated", "people", "agencies"),
    [
        (["Nora Quill"], ["Nora Quill"], []),
        (["NORA QUILL", "Nora  Quill", "nora quill"], ["Nora Quill"], []),
        (["Nora Quill", "N. Quill", "Nora Quilt"], ["Nora Quill", "N. Quill", "Nora Quilt"], []),
        (["Ele\u0301onore Blanc", "Eléonore Blanc"], ["Eléonore Blanc"], []),
        (["URSULA VAN DER MEER", "A. B. DUNN"], ["Ursula van der Meer", "A. B. Dunn"], []),
        (["SEAN O’BRIEN-MCKAY"], ["Sean O’Brien-McKay"], []),
        (["The Associated Press"], [], ["AP"]),
        (["associated press", "AP"], [], ["AP"]),
        (["AP/Reuters"], [], ["AP", "Reuters"]),
        (["Nora Quill (AFP)", "dpa"], ["Nora Quill"], ["AFP", "dpa"]),
        (["Nora Quill with Agence France-Presse"], ["Nora Quill"], ["AFP"]),
        (["Nora Quill, Reuters"], ["Nora Quill"], ["Reuters"]),
        (["Արմենպրես", "ТАСС"], [], ["Armenpress", "TASS"]),
        (["ნინო ბერიძე", "水野千景"], ["ნინო ბერიძე", "水野千景"], []),
        (["Hina Khan", "Pa Lusa Tran", "Quill, Nora"], ["Hina Khan", "Pa Lusa Tran", "Quill, Nora"], []),
        (["Nikol Pashinian"], ["Nikol Pashinyan"], []),
        ([], [], []),
    ],
)  # fmt: skip
def test_people_and_agencies(stated: list[str], people: list[str], agencies: list[str]) -> None:
    found = authors(stated, None, None, AUTHORITY)
    assert (list(found.people), list(found.agencies)) == (people, agencies)


@pytest.mark.parametrize(
    ("tail", "dateline", "agencies"),
    [
        ("With reporting by Reuters and dpa.", "YEREVAN (Armenpress)", ("Reuters", "dpa", "Armenpress")),
        ("Mit Material von DPA und AFP", None, ("dpa", "AFP")),
        ("The pa said aap and apa to the trend of the turan.", "PARIS", ()),
        (None, "MOSCOW (AP)", ("AP",)),
    ],
)
def test_tail_credit_and_dateline_name_agencies(tail: str | None, dateline: str | None, agencies: tuple[str]) -> None:
    assert authors(["Nora Quill"], tail, dateline, AUTHORITY).agencies == agencies


def test_a_decision_in_review_gives_a_person_one_form(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text(ENTRY, encoding="utf-8")
    before = load_authority(tmp_path)
    assert authors(["Nora Kwill", "Nora Quill"], None, None, before).people == ("Nora Kwill", "Nora Quill")
    decision = '[[decision]]\nid = "1"\nspellings = ["Nora Kwill"]\ndecision = "variant"\nentry = "nora-quill"\n'
    (tmp_path / "decisions.toml").write_text(decision, encoding="utf-8")
    assert authors(["Nora Kwill", "Nora Quill"], None, None, load_authority(tmp_path)).people == ("Nora Quill",)


@given(st.lists(st.text(max_size=20), max_size=4), st.text(max_size=30))
def test_settled_names_stay_settled(byline: list[str], tail: str) -> None:
    found = authors(byline, tail, None, AUTHORITY)
    assert len({one.casefold() for one in found.people}) == len(found.people)
    assert all(agency(name) == name for name in found.agencies)
    again = authors(found.people, None, None, AUTHORITY)
    assert not set(again.agencies) - set(found.agencies)


@given(st.text(max_size=30))
def test_one_form_is_its_own_form(name: str) -> None:
    once = one_form(name, AUTHORITY)
    assert one_form(once, AUTHORITY) == once


def test_an_article_states_both() -> None:
    page = (
        "Council puts the bridge off\n\nBy NORA QUILL and REUTERS\n\n"
        + "The council met on Tuesday and put the bridge off until the spring, its mayor said after a long evening.\n\n"
        * 3
    )
    article = copydesk.clean(page)
    assert article.byline_normalized == ("Nora Quill",)
    assert article.agencies == ("Reuters",)


def test_an_agency_has_one_name_wherever_it_is_named() -> None:
    """In a credit and in a byline; and what the rules for bylines take for an agency becomes no person."""
    package = Path(copydesk.__file__).parent
    pictures, texts = (
        tomllib.loads((package / "label" / name).read_text(encoding="utf-8"))["agencies"]
        for name in ("credits.toml", "names.toml")
    )
    apart = {
        form: name for name, forms in pictures.items() for form in (name, *forms) if agency(form) not in (None, name)
    }
    assert apart == {}
    assert [form for form in texts if agency(form) is None] == []
