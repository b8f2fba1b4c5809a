"""The review queue: what is proposed, what is kept apart, and that a decision is data that is applied again."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.normalize.names import AuthorityError, find_names, load_authority, propose_names

KNOWN = '[[entry]]\nid = "anna-berg"\ncanonical = "Anna Berg"\ntype = "person"\ngiven = ["Anna"]\nsurname = ["Berg"]\n'
DECISION = (
    '[[decision]]\nid = "one"\nspellings = ["Gurgen Melikyan", "Gurgen Melikian"]\ndecision = "{}"\nentry = "{}"\n'
)


def folder(place: Path, decision: str = "") -> Path:
    (place / "people.toml").write_text(KNOWN, encoding="utf-8")
    if decision:
        (place / "decisions.toml").write_text(decision, encoding="utf-8")
    return place


TEXTS = {
    "one": "President Gurgen Melikian met Anna Berg. Later Gurgen Melikian left with Garik Melikian.",
    "two": "Mr. Gurgen Melikyan spoke in the Old Town Hall. Anne Berg was there.",
}


def test_spellings_of_one_name_come_together_and_other_people_do_not(tmp_path: Path) -> None:
    clusters = propose_names(TEXTS, load_authority(folder(tmp_path)))
    found = {cluster.canonical: cluster for cluster in clusters}
    gurgen = found["Gurgen Melikian"]
    assert gurgen.spellings == (("Gurgen Melikian", 2), ("Gurgen Melikyan", 1))
    assert gurgen.sources == ("one", "two")
    assert 1 <= len(gurgen.contexts) <= 3
    assert found["Garik Melikian"].spellings == (("Garik Melikian", 1),)
    assert "Anna Berg" not in found
    assert clusters[0] is gurgen


def test_a_cluster_says_whom_it_might_be(tmp_path: Path) -> None:
    clusters = propose_names(TEXTS, load_authority(folder(tmp_path)))
    (anne,) = [cluster for cluster in clusters if cluster.canonical == "Anne Berg"]
    assert [id_ for id_, _ in anne.nearest] == ["anna-berg"]


def test_a_decision_for_a_new_entry_links_from_then_on(tmp_path: Path) -> None:
    authority = load_authority(folder(tmp_path, DECISION.format("new", "gurgen-melikyan")))
    found = find_names("Gurgen Melikian came. Melikian left.", authority)
    assert [(one.entity_id, one.canonical_name) for one in found] == [("gurgen-melikyan", "Gurgen Melikyan")] * 2
    assert all("Gurgen" not in cluster.canonical for cluster in propose_names(TEXTS, authority))


def test_a_variant_is_linked_and_a_different_one_never_is(tmp_path: Path) -> None:
    variant = load_authority(folder(tmp_path, DECISION.format("variant", "anna-berg")))
    assert [one.entity_id for one in find_names("Gurgen Melikian came.", variant)] == ["anna-berg"]
    different = load_authority(folder(tmp_path, DECISION.format("different", "anna-berg") + "# changed\n"))
    assert find_names("Gurgen Melikian came.", different) == []


@pytest.mark.parametrize("kind", ["not-a-name", "later"])
def test_a_name_that_was_put_aside_is_not_proposed_again(tmp_path: Path, kind: str) -> None:
    authority = load_authority(folder(tmp_path, DECISION.format(kind, "")))
    assert "Gurgen Melikian" not in [cluster.canonical for cluster in propose_names(TEXTS, authority)]


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        (DECISION.format("maybe", "anna-berg"), "decision is 'maybe'"),
        (DECISION.format("variant", "nobody"), "which is not there"),
        (DECISION.format("new", "anna-berg"), "but it is there"),
        (DECISION.format("new", ""), "names no entry"),
    ],
)
def test_an_incomplete_decision_is_refused(tmp_path: Path, decision: str, says: str) -> None:
    with pytest.raises(AuthorityError, match=says):
        load_authority(folder(tmp_path, decision))
