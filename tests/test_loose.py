"""Pass three, labels: what is no sentence and has nothing to do with the article goes; subheadings and lists stay."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from growth import grows_linearly

from copydesk.article import KEPT_ROLES, TEXT_ROLES, Evidence, Role
from copydesk.cleaning import clean
from copydesk.label import loose
from copydesk.label.decide import decide
from copydesk.label.page import Page, read_page
from copydesk.label.scorer import model as scorer
from copydesk.label.scorer.model import Model, trees_of

STORY = (
    "The council of Brandle met on Monday and put the new bridge over the Wend off until the spring.",
    "Its mayor, Ada Firth, said that divers would look at the piers before any crane came near them.",
    "The old bridge has been closed to lorries since a barge struck it in the floods of January.",
    "Traders in Mill Lane say that the closure has cost them a third of their takings this year.",
)
TITLE = "Bridge over the Wend put off until spring"
EVENING = ("An evening on the quay", "Old Corn Exchange, doors at seven", "Book a seat")


def page_of(text: str, *, chance: float = 0.5, scored: bool = True) -> Page:
    """The text's lines: sentences as sure as can be, labels with this chance."""
    page, _ = read_page(text.split("\n"), ["en"])
    lines = [
        line._replace(chance=chance if line.shape.ending == "none" else 0.99, keep_from=0.3, likely=True, apart=0.0)
        for line in page
    ]
    return Page.of(lines, page.languages, page.headline, page.telling, scored)


def kept(page: Page, rule: str = "default") -> dict[int, tuple[Role, Evidence]]:
    """Every line in the text by that rule, below a headline."""
    title = {0: decide(Role.HEADLINE, "head.headline")}
    return {place: decide(Role.BODY, rule) for place in range(len(page))} | title


@pytest.fixture
def all_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """One tree stands in for those that ship: each label that is asked about goes."""
    tree = {"feature": [0], "threshold": [2.0], "left": [-1], "right": [-2], "value": [-4.0, 4.0]}
    model: Model = dataclasses.replace(scorer.default_model(), loose=trees_of([tree]))
    monkeypatch.setattr(scorer, "default_model", lambda: model)


def gone(page: Page, decided: dict[int, tuple[Role, Evidence]]) -> list[str]:
    after = loose.reviewed(page, decided)
    return [page[place].text for place in sorted(after) if after[place] != decided[place]]


@pytest.mark.usefixtures("all_go")
def test_a_label_goes_and_says_both_chances() -> None:
    page = page_of("\n".join([TITLE, *STORY[:2], *EVENING, *STORY[2:]]))
    role, evidence = loose.reviewed(page, kept(page))[3]
    assert (role, evidence.rule) == (Role.RELATED, "learned.loose")
    assert evidence.seen == "chance 0.02 as a label beside what stays of the page, 0.50 alone"
    assert gone(page, kept(page)) == list(EVENING)


@pytest.mark.usefixtures("all_go")
@pytest.mark.parametrize(
    "labels",
    [
        pytest.param("- Timber from Tarn\n- Two cranes\n- A diver", id="entries with a mark"),
        pytest.param("What it needs\n- Timber from Tarn\n- Two cranes", id="what heads entries"),
        pytest.param("Pull, Jenny, pull,\nThe tide is on the turn", id="a verse"),
        pytest.param("500 g flour\n12 small plums\nSalt", id="what goes into a dish"),
        pytest.param("Brandle Rovers 2\nTarn United 1", id="results"),
        pytest.param("“Nobody asked us”", id="what is said"),
        pytest.param("The mayor of Brandle said. Nobody else\nwould look at it before the spring.", id="a cut line"),
    ],
)
def test_lists_verses_results_and_what_is_said_are_not_asked_about(labels: str) -> None:
    page = page_of("\n".join([TITLE, *STORY[:2], labels, *STORY[2:]]))
    assert gone(page, kept(page)) == []


@pytest.mark.usefixtures("all_go")
def test_what_heads_an_article_without_a_headline_is_not_asked_about() -> None:
    page = page_of("\n".join([TITLE, *STORY, *EVENING]))
    unknown = {place: decide(Role.BODY, "default") for place in range(len(page))}
    assert gone(page, unknown) == list(EVENING)
    assert gone(page_of("\n".join(["Dear neighbours,", *STORY, *EVENING])), unknown) == []


@pytest.mark.usefixtures("all_go")
def test_what_a_rule_with_a_reason_kept_and_what_markup_told_is_not_asked_about() -> None:
    text = "\n".join([TITLE, *STORY[:2], *EVENING, *STORY[2:]])
    page, told = page_of(text), page_of(text, scored=False)
    assert gone(page, kept(page, "body.lineup")) == []
    assert gone(told, kept(told)) == []


def test_without_such_trees_nothing_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model = dataclasses.replace(scorer.default_model(), loose=None)
    monkeypatch.setattr(scorer, "default_model", lambda: model)
    page = page_of("\n".join([TITLE, *STORY, *EVENING]), chance=0.0)
    assert loose.reviewed(page, kept(page)) == kept(page)


def test_the_trees_that_ship_ask_for_what_is_told_to_them() -> None:
    trees = scorer.default_model().loose
    assert trees is not None
    assert trees.feature.max() < len(loose.NAMES)
    page = page_of("\n\n".join([TITLE, *STORY[:2], "\n".join(EVENING), "Traders and the bridge", *STORY[2:]]))
    first, last = loose.rows(page, kept(page), [3, 6])
    assert np.isfinite([first, last]).all()
    told, heads = (dict(zip(loose.NAMES, row, strict=True)) for row in (first, last))
    assert (told["run_lines"], told["run_place"], told["runs"], told["labels"]) == (3, 0, 2, 4)
    assert (told["run_chance"], told["came_above"], told["came_below"], told["parted_prose"]) == (0.5, 2.0, 2.0, 1.0)
    assert (told["run_shared"], told["leads"], told["fellows"]) == (0.0, 0.0, 0.0)
    assert heads["run_shared"] == 1.0
    assert heads["leads"] == 0.5, "the next paragraph is of the bridge and says nothing of traders"


GOES = {
    "an evening between paragraphs": (
        f"{TITLE}\n{STORY[0]}\n{STORY[1]}\nAn evening with the restaurant inspectors\n"
        f"Old Corn Exchange, doors at seven\nTickets at the door\nBook a seat\n{STORY[2]}\n{STORY[3]}",
        ("Old Corn Exchange, doors at seven", "Tickets at the door", "Book a seat"),
    ),
    "a question to the readers": (
        "Le conseil reporte le pont de la Wende au printemps\n"
        "Le conseil municipal de Brandelle a reporté lundi la construction du nouveau pont sur la Wende.\n"
        "La maire, Ada Feuillet, a déclaré que des plongeurs examineraient les piles avant l'arrivée des grues.\n"
        "La question du jour\nOui, et vite\nNon, jamais\nSans avis\n"
        "L'ancien pont est fermé aux camions depuis qu'une péniche l'a heurté pendant les crues de janvier.\n"
        "Les commerçants de la rue du Moulin disent avoir perdu un tiers de leurs recettes cette année.",
        ("Oui, et vite", "Non, jamais", "Sans avis"),
    ),
}
STAYS = {
    "subheadings": (
        f"{TITLE}\n\n{STORY[0]}\n\n{STORY[1]}\n\nA barge in the flood\n\n{STORY[2]}\n\nWhat traders say\n\n{STORY[3]}",
        ("A barge in the flood", "What traders say"),
    ),
    "subheadings without blank lines": (
        "Neue Brücke über die Wende kommt erst im Frühjahr\n"
        "Der Stadtrat von Brandel hat den Bau der neuen Brücke über die Wende am Montag auf das Frühjahr verschoben.\n"
        "Bürgermeisterin Ada Fink sagte, Taucher sähen sich erst die Pfeiler an, bevor ein Kran in ihre Nähe komme.\n"
        "Ein Kahn im Hochwasser\n"
        "Die alte Brücke ist für Lastwagen gesperrt, seit ein Kahn sie beim Hochwasser im Januar gerammt hat.\n"
        "Was die Händler sagen\n"
        "Händler in der Mühlgasse berichten, die Sperrung habe sie ein Drittel ihrer Einnahmen gekostet.",
        ("Ein Kahn im Hochwasser", "Was die Händler sagen"),
    ),
    "a dish": (
        "Soup for the bridge builders\n\nIt has been cooked in Brandle for as long as there have been floods.\n\n"
        "500 g floury potatoes\n2 leeks\nmarjoram\nsalt\n\n"
        "Peel the potatoes, cut them small, and cook them with the leeks for twenty minutes in a litre of water.\n\n"
        "Serve it with bread, and with a drop of vinegar if you like.",
        ("500 g floury potatoes", "2 leeks", "marjoram", "salt"),
    ),
}


@pytest.mark.parametrize("name", GOES)
def test_labels_that_go(name: str) -> None:
    text, labels = GOES[name]
    roles = {block.text: block.role for block in clean(text).blocks}
    assert [label for label in labels if roles[label] in KEPT_ROLES] == []
    assert sum(role in KEPT_ROLES for role in roles.values()) >= len(text.split("\n")) - len(labels) - 1


@pytest.mark.parametrize("name", STAYS)
def test_labels_that_stay(name: str) -> None:
    text, labels = STAYS[name]
    roles = {block.text: block.role for block in clean(text).blocks}
    assert [label for label in labels if roles[label] not in TEXT_ROLES] == []


def test_a_page_of_any_length_takes_linear_time() -> None:
    made = page_of("\n".join([TITLE, *STORY, *EVENING]))
    labels = page_of("\n".join([TITLE, *EVENING]))

    def work(count: int) -> None:
        for some in (made, labels):
            page = Page.of([*some] * count, some.languages, some.headline, some.telling)
            loose.reviewed(page, kept(page))

    assert grows_linearly(work, 400)
