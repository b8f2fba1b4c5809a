"""``DATASHEET.md``: every question of the datasheet, with the answer that the version itself or its publisher gives."""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup

from copydesk.release.citation import sentence
from copydesk.release.markdown import prose, render, render_blocks
from copydesk.release.model import Release
from copydesk.release.questions import Question, questions
from copydesk.release.responsible import STEPS
from copydesk.tables import TABLES


def datasheet(release: Release) -> bytes:
    """``DATASHEET.md``, after Gebru et al., Datasheets for Datasets."""
    computed = render_blocks(
        "answers.md.jinja",
        [question.id for question in questions() if question.computed],
        release=release,
        info=release.info,
        facts=release.facts,
        tables=TABLES,
        steps=STEPS,
        withheld=release.info.text == "none",
        cite=sentence(release),
        articles=release.tables["articles"].num_rows,
    )
    return render(
        "DATASHEET.md.jinja",
        release=release,
        info=release.info,
        sections=[
            (title, [(question, _answer(question, computed.get(question.id), release)) for question in asked])
            for title, asked in groupby(questions(), key=lambda question: question.section)
        ],
        unanswered=unanswered(release),
    )


def unanswered(release: Release) -> tuple[str, ...]:
    """Ids of the questions that neither the version nor its publisher answers, in the order of the datasheet."""
    return tuple(
        question.id for question in questions() if not question.computed and question.id not in release.answers
    )


def _answer(question: Question, computed: Markup | None, release: Release) -> Markup:
    given = release.answers.get(question.id)
    if computed and given:
        return Markup("{}\n\nThe publisher adds:\n\n{}").format(computed, prose(given))
    return computed or (prose(given) if given else Markup("*Not answered by the publisher.*"))
