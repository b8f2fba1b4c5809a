"""Pass three: a sentence that was kept in doubt goes if it does not go with what is left, and nothing else does."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from growth import grows_linearly

from copydesk.article import Evidence, Role
from copydesk.cleaning import clean
from copydesk.label import FIRST, SECOND, decisions, remains
from copydesk.label.decide import decide, run
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, read_page
from copydesk.label.scorer import model as scorer
from copydesk.label.scorer.model import Model, trees_of

STORY = (
    "The council of Brandle met on Monday and put the new bridge over the Wend off until the spring.",
    "Its mayor, Ada Firth, said that divers would look at the piers before any crane came near them.",
    "The old bridge has been closed to lorries since a barge struck it in the floods of January.",
    "Traders in Mill Lane say that the closure has cost them a third of their takings this year.",
)
SUBJECT = (
    "The paper told its readers to subscribe now for two crowns a month, and the court called that misleading.",
    "Whoever wanted to cancel had to write a letter, while a click was enough to subscribe now, the ruling says.",
)
OTHER = "A bakery in Tarn opens again after the fire, with the same oven and three new apprentices."


def page_of(texts: Sequence[str], doubted: dict[str, float], *, scored: bool = True) -> Page:
    """The lines, each a paragraph between blank lines, as sure as can be but for the doubted ones."""
    page, _ = read_page([part for text in texts for part in (text, "")], ["en"])
    lines = [line._replace(chance=doubted.get(line.text, 0.99), keep_from=0.3, likely=True, apart=0.0) for line in page]
    return Page.of(lines, page.languages, page.headline, page.telling, scored)


def kept(page: Page) -> dict[int, tuple[Role, Evidence]]:
    """Every line in the text, by the rule for want of a better one."""
    return {place: decide(Role.BODY, "default") for place in range(len(page))}


@pytest.fixture
def by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """One tree stands in for those that ship: a line under a chance of .6 goes, any other stays."""
    tree = {"feature": [0], "threshold": [0.6], "left": [-1], "right": [-2], "value": [-4.0, 4.0]}
    model: Model = dataclasses.replace(scorer.default_model(), remains=trees_of([tree]))
    monkeypatch.setattr(scorer, "default_model", lambda: model)


def gone(page: Page, decided: dict[int, tuple[Role, Evidence]]) -> list[str]:
    after = remains.reviewed(page, decided)
    return [page[place].text for place in sorted(after) if after[place] != decided[place]]


@pytest.mark.usefixtures("by_chance")
def test_a_doubted_sentence_goes_and_says_both_chances() -> None:
    page = page_of([*STORY, OTHER], {OTHER: 0.45})
    role, evidence = remains.reviewed(page, kept(page))[4]
    assert (role, evidence.rule) == (Role.RELATED, "learned.remains")
    assert evidence.seen == "chance 0.02 beside what stays of the page, 0.45 before that was known"
    assert gone(page, kept(page)) == [OTHER]


@pytest.mark.usefixtures("by_chance")
def test_a_label_close_above_what_goes_goes_with_it() -> None:
    page, _ = read_page(f"{STORY[0]}\n\n{STORY[1]}\n\nIn Tarn\n{OTHER}\n\n{STORY[2]}".split("\n"), ["en"])
    lines = [line._replace(chance=0.45 if line.text == OTHER else 0.95, likely=True) for line in page]
    page = Page.of(lines, page.languages, page.headline, page.telling)
    assert gone(page, kept(page)) == ["In Tarn", OTHER]


@pytest.mark.usefixtures("by_chance")
@pytest.mark.parametrize(
    ("line", "rule", "scored"),
    [
        pytest.param("Bridges and roads", "default", True, id="a label"),
        pytest.param(OTHER, "body.speaker", True, id="what a rule with a reason kept"),
        pytest.param(OTHER, "default", False, id="what the markup of a page told"),
    ],
)
def test_what_is_not_asked_stays(line: str, rule: str, scored: bool) -> None:
    page = page_of([*STORY, line], {line: 0.45}, scored=scored)
    assert gone(page, {**kept(page), 4: decide(Role.BODY, rule)}) == []


@pytest.mark.usefixtures("by_chance")
def test_who_speaks_among_others_that_speak_is_a_columnist() -> None:
    line = "You may ask why we still cross the river on foot, and so did I at first."
    column = [f"{text} You and we know it." for text in STORY]
    alone, among = page_of([*STORY, line], {line: 0.45}), page_of([*column, line], {line: 0.45})
    assert gone(alone, kept(alone)) == [line]
    assert gone(among, kept(among)) == []


def test_less_goes_from_crowded_pages_and_from_stories_about_what_furniture_is_about() -> None:
    plain, about = page_of(STORY, {}), page_of([*STORY, *SUBJECT], {})
    crowded = page_of([*STORY, *map(str, range(9))], {str(number): 0.0 for number in range(9)})
    limits = thresholds()
    assert remains._stay_from(plain, kept(plain)) == (limits.remains_prose[0], limits.remains_other[0])
    assert remains._stay_from(about, kept(about)) == (limits.remains_prose[-1], limits.remains_other[-1])
    assert remains._stay_from(crowded, kept(crowded)) == (limits.remains_crowded, limits.remains_crowded)
    aside = {**kept(about), **{place: decide(Role.APPEAL, "runs.appeal") for place in (4, 5)}}
    assert remains._stay_from(about, aside) == remains._stay_from(plain, kept(plain))


@pytest.mark.usefixtures("by_chance")
def test_what_goes_leaves_a_headline_at_the_head_of_the_page() -> None:
    title = "Bridge over the Wend put off until spring"
    page, _ = read_page(f"{OTHER}\n\n{title}\n\n{STORY[0]}\n\n{STORY[1]}".split("\n"), ["en"])
    lines = [line._replace(chance=0.45 if line.text == OTHER else 0.95, likely=True) for line in page]
    page = Page.of(lines, page.languages, page.headline, page.telling)
    roles = [remains.reviewed(page, kept(page))[place][0] for place in range(3)]
    assert roles == [Role.RELATED, Role.HEADLINE, Role.BODY]


def test_without_such_trees_nothing_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model = dataclasses.replace(scorer.default_model(), remains=None)
    monkeypatch.setattr(scorer, "default_model", lambda: model)
    page = page_of([*STORY, OTHER], {OTHER: 0.0})
    assert remains.reviewed(page, kept(page)) == kept(page)


def test_the_trees_that_ship_ask_for_what_is_told_to_them() -> None:
    trees = scorer.default_model().remains
    assert trees is not None
    assert trees.feature.max() < len(remains.NAMES)
    page = page_of([*STORY, OTHER], {OTHER: 0.45})
    (row,) = remains.rows(page, kept(page), [4])
    told = dict(zip(remains.NAMES, row, strict=True))
    assert np.isfinite(row).all()
    assert (told["chance"], told["chance_-1"], told["chance_+1"]) == (0.45, 0.99, -1.0)
    assert (told["steady"], told["steady_above"], told["from_steady"]) == (4, 4, 1)
    assert (told["least_other"], told["middle_other"], told["stays_-1"]) == (0.99, 0.99, 2.0)
    assert told["shared"] == 0.0


def test_the_middle_of_the_others_leaves_out_ones_own() -> None:
    chances = [0.1, 0.2, 0.4, 0.8]
    for place, own in enumerate(chances):
        others = chances[:place] + chances[place + 1 :]
        assert remains._others(chances, own) == (min(others), others[1])
    assert remains._others(chances, None) == (0.1, 0.3)
    assert remains._others([0.5], 0.5) == (-0.1, -0.1)


def test_a_page_is_decided_by_all_three_passes() -> None:
    text = "\n\n".join([*STORY, OTHER])
    page, _ = read_page(text.split("\n"), ["en"])
    passed = remains.reviewed(page, run(SECOND, page, run(FIRST, page, {})))
    assert decisions(page) == passed
    assert {block.evidence.rule for block in clean(text).blocks} >= {evidence.rule for _, evidence in passed.values()}


def test_a_page_of_any_length_takes_linear_time() -> None:
    made = page_of([*STORY, OTHER], {OTHER: 0.45})

    def work(count: int) -> None:
        page = Page.of([*made] * count, made.languages, made.headline, made.telling)
        remains.reviewed(page, kept(page))

    assert grows_linearly(work, 400)
