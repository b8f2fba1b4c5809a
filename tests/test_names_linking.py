"""Linking: the golden cases, the measures the project promises for them, and the laws that hold for any text."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from growth import grows_linearly
from hypothesis import given, settings
from hypothesis import strategies as st
from names_golden import cases

from copydesk.article import Mention
from copydesk.dates.tokens import tokenize
from copydesk.normalize.names import Authority, find_names, find_names_in_fields, load_authority, rewrite, undo

SEEDS = Path(os.environ.get("COPYDESK_SHARED", Path(__file__).parent.parent.parent / "shared")) / "seeds"
AUTHORITY = load_authority()
PLAIN_FAMILIES = ("wild", "synthetic", "must_not_change", "unseen")


def linked(mentions: list[Mention]) -> list[tuple[int, int, str | None]]:
    return [(one.start, one.end, one.entity_id) for one in mentions if one.status == "linked"]


def in_first_line(case: dict) -> int:
    """Cases with a line in capitals state its entities apart, as marks would break the line."""
    return case["plain"].index("\n") if "capital_line" in case else 0


@pytest.mark.parametrize(
    "case", [case for family in PLAIN_FAMILIES for case in cases(family)], ids=lambda case: str(case["id"])
)
def test_golden(case: dict) -> None:
    found = linked(find_names(case["plain"], AUTHORITY))
    line = in_first_line(case)
    assert [entity for start, _, entity in found if start < line] == case.get("capital_line", [])
    assert [one for one in found if one[0] >= line] == case["gold"]


@pytest.mark.parametrize("case", cases("known_failures"), ids=lambda case: str(case["id"]))
def test_known_failures_are_as_recorded(case: dict) -> None:
    found = [one.entity_id for one in find_names(case["plain"], AUTHORITY) if one.status == "linked"]
    assert found == case["is"]
    assert found != case["wanted"], "mended: move the case to another family"


def test_measures_over_all_golden_cases() -> None:
    every = [case for family in (*PLAIN_FAMILIES, "known_failures") for case in cases(family)]
    assert len(every) >= 140
    right = wrong = missed = 0
    for case in every:
        line = in_first_line(case)
        found = {one for one in linked(find_names(case["plain"], AUTHORITY)) if one[0] >= line}
        gold = set(case["gold"])
        right, wrong, missed = right + len(found & gold), wrong + len(found - gold), missed + len(gold - found)
    assert right >= 320
    assert 2 * right / (2 * right + wrong + missed) >= 0.95
    assert wrong / (right + wrong) <= 0.02


def test_the_status_says_why_a_name_is_not_linked() -> None:
    def only(text: str) -> Mention:
        (mention,) = find_names(text, AUTHORITY)
        return mention

    compound = only("An anti-Pashinian crowd.")
    assert (compound.status, compound.entity_id, compound.flags) == ("suppressed", None, ("in_compound",))
    assert only("Siranush Sargsyan wrote it.").flags == ("other_person",)
    assert only("She moved to Georgia.").status == "ambiguous"
    assert only("Khandanian was vague.").status == "unlinked"
    assert only("The Prague Declaration.").flags == ("in_longer_name",)


def test_compounds_can_be_linked_on_demand() -> None:
    (mention,) = find_names("An anti-Pashinian crowd.", AUTHORITY, compounds=True)
    assert (mention.status, mention.entity_id) == ("linked", "nikol-pashinyan")
    assert "in_compound" in mention.flags


def test_titles_and_possessives_stand_outside_the_span_but_are_kept() -> None:
    text = "Prime Minister Nikol Pashinian’s plan."
    (mention,) = find_names(text, AUTHORITY)
    assert mention.surface == "Nikol Pashinian"
    assert {"title:Prime Minister", "possessive"} <= set(mention.flags)


def test_a_wrong_expansion_is_flagged_and_mended_in_the_second_text_only() -> None:
    text = "The Collective Security Organization (CSTO) met."
    mentions = find_names(text, AUTHORITY)
    assert [one.entity_id for one in mentions] == ["csto", "csto"]
    assert mentions[0].flags[0] == "expansion_mismatch"
    assert mentions[0].surface == "Collective Security Organization"
    assert rewrite(text, mentions) == "The Collective Security Treaty Organization (CSTO) met."


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Mr. Pashinian’s day.", "Mr. Pashinyan’s day."),
        ("PM Nikol Pashinian said.", "PM Nikol Pashinyan said."),
        ("PASHINIAN WINS IN EREVAN AGAIN", "PASHINYAN WINS IN YEREVAN AGAIN"),
        ("The CSTO and the OSZE.", "The CSTO and the OSZE."),
        ("From Khankendi to Shusha.", "From Khankendi to Shusha."),
        ("Kiev, not Kyiv.", "Kyiv, not Kyiv."),
        ("Armenian and Russian.", "Armenian and Russian."),
        ("An anti-Pashinian crowd.", "An anti-Pashinian crowd."),
    ],
)
def test_what_the_second_text_says(text: str, new: str) -> None:
    assert rewrite(text, find_names(text, AUTHORITY)) == new


def test_who_the_text_introduces_is_known_in_the_headline() -> None:
    fields = {"headline": "Khandanian Stays Vague", "text": "Sargis Khandanian was asked. Khandanian did not answer."}
    found = [(one.field, one.surface, one.status) for one in find_names_in_fields(fields, AUTHORITY)]
    assert found == [
        ("headline", "Khandanian", "linked"),
        ("text", "Sargis Khandanian", "linked"),
        ("text", "Khandanian", "linked"),
    ]


FORMS = sorted(AUTHORITY.index.hits)
PIECES = st.one_of(
    st.sampled_from(FORMS),
    st.sampled_from(["’s", "'s", "(", ")", "-", "–", "\n", "\n\n", "\u00a0", "[", "]", "\u00ad",
                     "Mr. ", "Ms. ", "anti-", ". ", "I\u0307"]),
    st.text(max_size=8),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(PIECES, st.sampled_from(["", " ", " "])), max_size=25))
def test_mentions_fit_the_text_and_undoing_gives_it_back(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + space for piece, space in pieces)
    mentions = find_names(text, AUTHORITY)
    ends = 0
    for one in mentions:
        assert one.start >= ends
        assert text[one.start : one.end] == one.surface != ""
        assert (one.entity_id is not None) == (one.status == "linked")
        ends = one.end
    assert undo(rewrite(text, mentions), mentions) == text
    assert mentions == find_names(text, AUTHORITY)


def test_a_mention_of_another_text_is_refused() -> None:
    mentions = find_names("Putin spoke.", AUTHORITY)
    with pytest.raises(ValueError, match="does not fit this text"):
        rewrite("Nobody spoke.", mentions)
    with pytest.raises(ValueError, match="was not rewritten here"):
        undo("Nobody spoke.", mentions)


@pytest.mark.parametrize(
    "piece",
    ["Pashinian ", "A ", "[", "-\n", "\n ", "(", "@", "A.", "Kim-", "’s ", "C (CSTO) ", "GEORGIA\n", "A-",
     "\u0301", "Georgia. ", "Georgia Tbilisi ", "Kim "],
)  # fmt: skip
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    assert grows_linearly(lambda length: find_names(piece * (length // len(piece)), AUTHORITY), 15_000)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed pages are not here (set COPYDESK_SHARED to their folder)")
@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("000", {"nikol-pashinyan": 7, "dmitry-peskov": 2, "sargis-khandanyan": 2, "ilham-aliyev": 1, "csto": 4}),
        ("001", {"nikol-pashinyan": 7, "dmitry-peskov": 4, "csto": 3, "wall-street-journal": 2, "la-repubblica": 1}),
        ("002", {"nikol-pashinyan": 5, "dmitry-peskov": 1, "csto": 1, "gyumri": 1, "moscow-times": 4}),
        (
            "003",
            {"nikol-pashinyan": 6, "vladimir-putin": 2, "samantha-power": 5, "yuri-kim": 2, "armen-grigoryan": 1,
             "csto": 6},
        ),
        ("004", {"nikol-pashinyan": 4, "sergey-lavrov": 6, "ararat-mirzoyan": 1, "mikhail-galuzin": 1, "cis": 3,
                 "csto": 2}),
    ],
)  # fmt: skip
def test_the_seed_pages(page: str, expected: dict[str, int]) -> None:
    (path,) = SEEDS.glob(f"{page}_*.txt")
    text = path.read_text(encoding="utf-8")
    mentions = find_names(text, AUTHORITY)
    assert undo(rewrite(text, mentions), mentions) == text
    counts = Counter(one.entity_id for one in mentions if one.status == "linked")
    assert {entity: counts[entity] for entity in expected} == expected
    persons = {one.entity_id for one in mentions if one.status == "linked" and one.type == "person"}
    assert persons == {entity for entity in expected if AUTHORITY.entries[entity].type == "person"}


def test_the_same_authority_object_or_its_place_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text(
        '[[entry]]\nid = "a-b"\ncanonical = "Anna Berg"\ntype = "person"\ngiven = ["Anna"]\nsurname = ["Berg"]\n',
        encoding="utf-8",
    )
    text = "Anna Berg wrote. Berg signed."
    loaded: Authority = load_authority(tmp_path)
    assert find_names(text, loaded) == find_names(text, tmp_path) == find_names(text, str(tmp_path))
    assert [one.entity_id for one in find_names(text, loaded)] == ["a-b", "a-b"]


ODD_PIECES = st.one_of(PIECES, st.sampled_from(["ʼ", "’", "[", "]", "F16", "_", "\u0307", "\u200b"]))


@given(st.lists(st.tuples(ODD_PIECES, st.sampled_from(["", " ", "  "])), max_size=25))
@settings(deadline=None)
def test_tokens_that_are_known_change_nothing(pieces: list[tuple[str, str]]) -> None:
    """Those of the dates are of the text as it stands, and names are looked for in a levelled one."""
    fields = {"headline": "Who says so", "text": "".join(piece + space for piece, space in pieces)}
    tokens = {name: tokenize(text) for name, text in fields.items()}
    assert find_names_in_fields(fields, AUTHORITY, tokens=tokens) == find_names_in_fields(fields, AUTHORITY)
