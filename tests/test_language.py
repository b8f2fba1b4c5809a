"""Languages are py3langid's own answers, however many texts are asked about at once."""

from __future__ import annotations

import random

import numpy as np
import py3langid
import pytest
from conftest import SAMPLE

from copydesk.language import language_of, languages_of
from copydesk.language_model import MEMORY, PAD, Model, classify, model


@pytest.fixture(scope="module")
def known() -> Model:
    return model()


def test_the_last_bytes_decide_what_state_the_automaton_is_in(known: Model) -> None:
    """From any state and from the first one, the same ``MEMORY`` bytes lead to the same state."""
    moves, rows, states = known.moves.reshape(-1, 256), known.rows >> 8, len(known.rows)
    # Rows of moves, each beside the first state's: the state there is, and the one there would be had the automaton
    # only begun. A pair whose two states are the same is done.
    pairs = np.unique(rows) * states + rows[0]
    for _ in range(MEMORY):
        one, other = np.divmod(pairs, states)
        after = []
        for byte in range(256):
            there, begun = moves[one, byte], moves[other, byte]
            after.append(np.unique((rows[there] * states + rows[begun])[there != begun]))
        pairs = np.unique(np.concatenate(after))
    assert not len(pairs)


def test_the_padding_leads_back_to_the_first_state(known: Model) -> None:
    assert not known.moves[known.rows + PAD].any()


def test_every_line_of_the_sample_is_in_the_language_that_py3langid_tells() -> None:
    lines = [line for path in sorted(SAMPLE.glob("*/*.txt")) for line in path.read_text("utf-8", "replace").split("\n")]
    lines = [line for line in dict.fromkeys(lines) if sum(map(str.isalpha, line)) >= 60]
    assert languages_of(lines) == [py3langid.classify(line)[0] for line in lines]


def test_what_is_between_languages_is_told_as_py3langid_tells_it() -> None:
    """Too few strings, none at all, capitals, foreign bytes: where sums come near to each other."""
    chance = random.Random(8)
    texts = ["", "1234", "\U0001f600", "a", "é", "ЖЖ", "AB CD", "\ud800 e", "\x00\x01"]
    texts += [
        "".join(chance.choice("aeinorst .éßжя中の") for _ in range(chance.randrange(1, 30))) for _ in range(1_500)
    ]
    assert classify(texts) == [py3langid.classify(text)[0] for text in texts]


def test_a_text_of_few_letters_has_no_language() -> None:
    short = "Hier stehen gerade noch zu wenig Buchstaben da, um etwas zu sagen: 59 sind es."
    assert sum(map(str.isalpha, short)) == 59
    assert languages_of([short, short + "!", short + "n"]) == [None, None, "de"]
    assert languages_of(["", "é" * 59, "é" * 60]) == [None, None, language_of("é" * 60)] != [None] * 3
