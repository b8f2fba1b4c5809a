"""The line scorer: what it promises whatever its weights, and what the shipped weights do to invented pages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from growth import grows_linearly
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.label.scorer import characters as ch
from copydesk.label.scorer import explain, features, load_model, model, score_lines, score_pages, stages
from copydesk.label.scorer.why import _GROUPS

GOLDEN = Path(__file__).parent / "golden"
TRAPS = sorted((GOLDEN / "traps").glob("*.txt"))
FURNITURE = sorted((GOLDEN / "furniture").glob("*.txt"))

# Articles to put furniture into, by the language that a furniture file's name begins with.
HOSTS = {
    "de": "de_kurz",
    "en": "en_donation_drive",
    "es": "es_muro_de_pago",
    "fr": "fr_appel_aux_dons",
    "hy": "hy_nvirahavak",
    "it": "it_coro",
    "nl": "de_spendenaktion",
    "pl": "pl_zbiorka",
    "ru": "ru_sbor_sredstv",
}

MENU = [
    "Home",
    "News",
    "Sport",
    "Weather",
    "Log in",
    "Subscribe",
    "Search",
    "Share",
    "Copy link",
    "Facebook",
    "WhatsApp",
]
FOOT = [
    "Most read",
    "Related stories",
    "Terms of use",
    "Privacy policy",
    "Cookie settings",
    "About us",
    "© 2024 The Harbour",
]


def read(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def solid(path: Path) -> list[str]:
    return [line for line in read(path) if line.strip()]


# ---------------------------------------------------------------- promises


@given(st.lists(st.text(max_size=40), max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_lines_get_a_chance_each_and_blank_ones_zero(lines: list[str]) -> None:
    scores = score_lines(lines)
    assert scores.text.shape == scores.apart.shape == (len(lines),)
    assert scores.text.dtype == np.float64
    assert np.isfinite(scores.text).all() and (scores.text >= 0).all() and (scores.text <= 1).all()
    assert all(value == 0 for line, value in zip(lines, scores.text, strict=True) if not line.strip())


@pytest.mark.parametrize(
    "lines", [[], [""], ["", "  "], ["---"], ["\ud800"], ["😀"], ["a\nb"], ["\u00ad\u200b"], ["𝔘" * 50]]
)
def test_odd_pages_are_pages_too(lines: list[str]) -> None:
    assert len(score_lines(lines).text) == len(lines)


def test_same_lines_same_chances_whatever_came_before() -> None:
    page = MENU + read(TRAPS[0]) + FOOT
    before = score_lines(page)
    for path in TRAPS:
        score_lines(read(path))
    after = score_lines(page)
    assert before.text.tobytes() == after.text.tobytes()
    assert before.apart.tobytes() == after.apart.tobytes()


def test_a_page_among_others_has_the_scores_that_it_has_alone() -> None:
    pages = [read(path) for path in (*TRAPS, *FURNITURE)] + [[], ["", " "], ["---"], MENU, ["\u00ad"]]
    profiles = [[0.0, 0.5, 1.0] * len(page) if number % 3 == 0 else None for number, page in enumerate(pages)]
    profiles = [told[: len(page)] if told else None for told, page in zip(profiles, pages, strict=True)]
    together = score_pages(pages, profiles=profiles)
    assert len(together) == len(pages)
    for page, profile, scores in zip(pages, profiles, together, strict=True):
        alone = score_lines(page, profile=profile)
        assert scores.text.tobytes() == alone.text.tobytes()
        assert scores.apart.tobytes() == alone.apart.tobytes()
        assert scores.keep_from.tobytes() == alone.keep_from.tobytes()
    assert score_pages([]) == []


@pytest.mark.parametrize("path", TRAPS, ids=lambda path: path.stem)
def test_blank_lines_around_a_page_change_nothing(path: Path) -> None:
    lines = read(path)
    alone, framed = score_lines(lines).text, score_lines(["", "", *lines, "", "", ""]).text
    assert framed[2:-3].tobytes() == alone.tobytes()


def test_white_space_around_a_line_changes_nothing() -> None:
    lines = read(TRAPS[0])
    assert (
        score_lines([f"  {line}\t" if line else line for line in lines]).text.tobytes()
        == score_lines(lines).text.tobytes()
    )


def test_a_profile_is_as_long_as_its_page() -> None:
    with pytest.raises(ValueError, match="profile"):
        score_lines(["One.", "Two."], profile=[0.0])


def test_an_article_that_its_source_holds_twice_is_not_taken_for_furniture() -> None:
    lines = solid(TRAPS[0])
    assert score_lines(lines, profile=[1.0] * len(lines)).text.tobytes() == score_lines(lines).text.tobytes()


def test_lines_that_recur_in_the_source_are_no_likelier_text() -> None:
    lines = MENU + solid(TRAPS[0]) + FOOT
    recurs = [1.0] * len(MENU) + [0.0] * len(solid(TRAPS[0])) + [1.0] * len(FOOT)
    told, untold = score_lines(lines, profile=recurs), score_lines(lines)
    assert told.text[: len(MENU)].mean() <= untold.text[: len(MENU)].mean() + 0.01


@pytest.mark.parametrize("unit", ["a", "“", ". ", "\u0301"])
def test_a_hostile_line_takes_linear_time(unit: str) -> None:
    assert grows_linearly(lambda length: score_lines([unit * (length // len(unit)), *MENU]), 25_000)


def test_many_lines_take_linear_time() -> None:
    assert grows_linearly(lambda count: score_lines(["subscribe"] * count), 5_000)


# ---------------------------------------------------------------- trees and features


def test_trees_are_walked_as_drawn() -> None:
    tree = {"feature": [0, 1], "threshold": [0.5, 2.0], "left": [1, -1], "right": [-2, -3], "value": [10.0, 20.0, 30.0]}
    stump = {"feature": [], "threshold": [], "left": [], "right": [], "value": [1.0]}
    trees = model.trees_of([tree, stump])
    rows = np.array([[0.5, 2.0], [0.5, 2.1], [0.6, 0.0]])
    assert trees.raw(rows).tolist() == [11.0, 31.0, 21.0]


def test_shipped_trees_say_what_the_library_that_fitted_them_said() -> None:
    reference = json.loads((GOLDEN / "scorer_reference.json").read_text(encoding="utf-8"))
    shipped = model.default_model()
    done = model.passes(reference["lines"], None, shipped)
    for name, trees in (("first", shipped.first), ("second", shipped.second), ("apart", shipped.apart)):
        rows = done.rows[:, : len(shipped.first_names)] if name == "first" else done.rows
        assert np.abs(trees.raw(rows) - np.array(reference["raw"][name])).max() < 1e-9


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    data = json.loads((Path(model.__file__).parent / "weights.json").read_text(encoding="utf-8"))
    data["first_names"][0] = "something else"
    (tmp_path / "other.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ValueError, match="other features"):
        load_model(tmp_path / "other.json")


def test_a_model_can_be_given() -> None:
    shipped = load_model(Path(model.__file__).parent / "weights.json")
    other = replace(shipped, version="0", keep={"prose": ((0.0, 0.9),), "other": ((0.0, 0.9),)}, second=shipped.first)
    lines = MENU + solid(TRAPS[0])
    assert (score_lines(lines, model=other).keep_from == 0.9).all()
    assert score_lines(lines, model=other).text.tobytes() != score_lines(lines).text.tobytes()


@pytest.mark.parametrize(
    "line", ["He left.", "«Ушёл».", "“Gone.”", "Գնաց։", "走了。", "ذهب؟", "वह गया।", "Weg!)", "He left. ", "(Fort …)"]
)
def test_sentences_end_in_every_script(line: str) -> None:
    assert features.look([line]).sentence.tolist() == [True]


@pytest.mark.parametrize("line", ["Sport", "7:15", "Mehr zum Thema:", "“Gone”", "Արխիվ", "3,5"])
def test_labels_do_not_end_as_sentences(line: str) -> None:
    assert features.look([line]).sentence.tolist() == [False]


def test_words_are_counted_alike_in_case_and_without_spaces() -> None:
    page = ch.read_page(["Sign IN now", "sign in now", "今日は雨"])
    assert page.line_words.tolist() == [3, 3, 4]
    assert (
        page.word_hash[:3].tolist() == page.word_hash[3:6].tolist() == [ch.hash_word(w) for w in ("sign", "in", "now")]
    )


def test_every_feature_has_something_to_say() -> None:
    for name in stages.names()[1]:
        assert name == "chance" or any(name.startswith(group[1]) for group in _GROUPS)
    assert {name for group in _GROUPS for name in group[2]} <= set(stages.names()[1])


# ---------------------------------------------------------------- what the shipped weights do


def test_next_to_nothing_of_an_article_is_set_aside() -> None:
    """Stories about appeals, offers and cookies, chants, transcripts: with blank lines between and without."""
    lost: list[str] = []
    total = 0
    for path in TRAPS:
        for lines in (read(path), solid(path)):
            scores = score_lines(lines)
            lost += [line for line, keep in zip(lines, scores.keep, strict=True) if line and not keep]
            total += len(solid(path))
    assert len(lost) <= 0.01 * total, lost


def test_menus_and_footers_go() -> None:
    gone = total = 0
    for path in TRAPS:
        lines = MENU + solid(path) + FOOT
        scores = score_lines(lines)
        apart = np.ones(len(lines), bool)
        apart[len(MENU) : len(lines) - len(FOOT)] = False
        gone, total = gone + int((~scores.keep & apart).sum()), total + int(apart.sum())
    assert gone >= 0.93 * total


def appeals_in_articles() -> tuple[int, int, int, int]:
    """Appeal lines that go, all, article lines set aside beside them, all: each block at head, middle and tail."""
    gone = total = lost = body = 0
    for path in FURNITURE:
        block, host = solid(path), solid(GOLDEN / "traps" / f"{HOSTS[path.stem[:2]]}.txt")
        for at in (0, len(host) // 2, len(host)):
            keep = score_lines([*host[:at], *block, *host[at:]]).keep
            mine = np.zeros(len(keep), bool)
            mine[at : at + len(block)] = True
            gone, total = gone + int((~keep & mine).sum()), total + len(block)
            lost, body = lost + int((~keep & ~mine).sum()), body + len(host)
    return gone, total, lost, body


def test_appeals_in_full_sentences_mostly_go_and_take_no_paragraph_with_them() -> None:
    gone, total, lost, body = appeals_in_articles()
    assert gone >= 0.7 * total
    assert lost <= 0.01 * body


def test_the_reason_given_fits_the_line() -> None:
    lines = MENU + solid(GOLDEN / "traps" / "en_cookie_ruling.txt") + FOOT
    kept, gone = len(MENU) + 1, 2
    assert score_lines(lines).keep[kept] and not score_lines(lines).keep[gone]
    assert "short" in explain(lines, gone) or "not" in explain(lines, gone)
    assert explain(lines, kept)
    assert explain([*lines, ""], len(lines)) == "blank"
    assert explain(lines, gone) == explain(lines, gone)
