"""What Copydesk reads off pages of HTML, measured on real pages with their true articles, headlines, authors and dates.

    python benchmarks/press_html.py [--wrong]      what the pages state of themselves
    python benchmarks/press_html.py --folds DIR    their lines too, each page by the model that has not seen its
                                                   publisher (from fit_html_scorer.py --folds DIR)

The figures are those of ``press/score.py``. ``--wrong`` prints the pages where a fact differs. Pages: see
``html_pages.py``.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import html_pages
import scorer_pages

from copydesk.dates.stamp import parse_stamp
from copydesk.html import stated


def facts(html: bytes) -> dict[str, Any]:
    """A prediction's facts: what the page states, nothing else."""
    told = stated(html)
    published = told.published
    if published and not re.match(r"\d{4}-\d\d-\d\d", published):
        stamp = parse_stamp(published, language=told.language)
        published = stamp.edtf if stamp else None
    return {"headline": told.headline, "byline": list(told.byline), "published": published}


def texts(folder: Path, score: Any, folds: Path) -> dict[str, str]:
    """Page id to the lines that the scorer keeps."""
    from fit_html_scorer import FOLDS, kept_text  # noqa: PLC0415 - needs lightgbm

    from copydesk.html.score import html_scores, load_model  # noqa: PLC0415

    pages = html_pages.load(folder, score)
    number = scorer_pages.folds((page.publisher for page in pages), FOLDS)
    models = [load_model(folds / f"html_{fold}.json") for fold in range(FOLDS)]
    out = {}
    for page in pages:
        model = models[number[page.publisher]]
        scores = html_scores(page.page, page.vote, headline=page.headline, body=page.body, model=model)
        out[page.id] = kept_text(page, scores.article, scores.keep)
    return out


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--wrong", action="store_true", help="print the pages where a fact differs")
    ask.add_argument("--folds", type=Path, help="folder of the models that fit_html_scorer.py --folds wrote")
    args = ask.parse_args()
    folder = scorer_pages.needed_folder()
    score = scorer_pages.judge(folder)
    pages = html_pages.read(folder, score)
    text = texts(folder, score, args.folds) if args.folds else {}
    rows = [{"id": gold["id"], "text": text.get(gold["id"], "-"), **facts(html)} for gold, html in pages]
    _, groups = score.evaluate([gold for gold, _ in pages], rows, ())
    if text:
        print(score.table(groups, score.BODY))
    print(score.table(groups, score.FACTS))
    if not args.wrong:
        return
    for (gold, _), row in zip(pages, rows, strict=True):
        marks = score.score_facts(gold, row)
        if marks.get("title", 1) < 1:
            print(gold["publisher"], "HEADLINE", repr(gold["title"]), "/", repr(row["headline"]))
        if marks.get("author_f1", 1) < 1 or marks.get("author_false"):
            print(gold["publisher"], "AUTHORS", gold["authors_stated"], "/", row["byline"])
        if not marks.get("date_ok", 1):
            print(gold["publisher"], "DATE", gold["published_accept"], "/", row["published"])


if __name__ == "__main__":
    main()
