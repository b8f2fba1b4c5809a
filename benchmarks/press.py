"""Score tables on real pages with their true articles, page by page of publishers.

    python benchmarks/press.py scorer --cv --folds DIR  the line scorer alone, each page by the model that has not
                                                        seen its publisher (from fit_scorer.py --folds DIR)
    python benchmarks/press.py scorer                   with the shipped weights: they have seen these pages
    python benchmarks/press.py clean [--folds DIR]      copydesk.clean, whole; with --folds, unseen as above

The figures are those of ``press/score.py``, which defines them. Pages: see ``scorer_pages.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import scorer_pages as pages_of
from scorer_pages import Labelled

from copydesk.label.scorer import Model, score_lines
from copydesk.label.scorer import model as scorer_model

Predictor = Callable[[Labelled, Model | None], dict[str, Any]]


def predict_with_scorer(page: Labelled, model: Model | None) -> dict[str, Any]:
    """Lines at or over the model's threshold, without repeats. No headline, byline or date."""
    scores = score_lines(page.lines, profile=page.profile, model=model)
    text = pages_of.kept_text(page.lines, scores.keep.tolist())
    return {"id": page.id, "text": text, "headline": None, "byline": [], "published": None}


def predict_with_clean(page: Labelled, model: Model | None) -> dict[str, Any]:
    """What ``copydesk.clean`` makes of the page alone: no profile of its source."""
    import copydesk  # noqa: PLC0415 - the scorer can be measured without the rest

    with standing_in(model):
        article = copydesk.clean("\n".join(page.lines), source=page.publisher)
    published = article.published.on.isoformat() if article.published and article.published.on else None
    facts = {"headline": article.headline, "byline": list(article.byline), "published": published}
    return {"id": page.id, "text": article.text, **facts}


@contextmanager
def standing_in(model: Model | None) -> Iterator[None]:
    """While it lasts, ``model`` is what the package ships: for code that asks for no model of its own."""
    shipped = scorer_model.default_model
    if model is not None:
        scorer_model.default_model = lambda: model  # type: ignore[assignment]
    try:
        yield
    finally:
        scorer_model.default_model = shipped


PREDICTORS: dict[str, Predictor] = {"scorer": predict_with_scorer, "clean": predict_with_clean}


def table(
    pages: Sequence[Labelled], predict: Predictor, models: dict[str, Model], score: Any, by: Sequence[str]
) -> str:
    """The judge's tables over the pages of one shape."""
    predictions = [predict(page, models.get(page.publisher)) for page in pages]
    _, groups = score.evaluate([page.gold for page in pages], predictions, by)
    parts = [score.table(groups, score.BODY)]
    if any(row["headline"] or row["byline"] or row["published"] for row in predictions):
        parts.append(score.table(groups, score.FACTS))
    return "\n".join(parts)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("predictor", choices=sorted(PREDICTORS))
    ask.add_argument("--cv", action="store_true", help="score each page with the model that has not seen its publisher")
    ask.add_argument("--folds", type=Path, help="folder of the models that fit_scorer.py --folds wrote; implies --cv")
    ask.add_argument("--shapes", nargs="+", default=list(pages_of.SHAPES), choices=pages_of.SHAPES)
    ask.add_argument("--by", nargs="+", default=["source"], choices=["source", "lang"])
    args = ask.parse_args()
    folder = pages_of.needed_folder()
    if args.cv and not args.folds:
        raise SystemExit("--cv needs --folds, the folder that fit_scorer.py --folds wrote its models to.")
    score = pages_of.judge(folder)
    for shape in args.shapes:
        pages = pages_of.load(folder, shape)
        models = pages_of.fold_models((page.publisher for page in pages), args.folds) if args.folds else {}
        print(f"{shape}\n{table(pages, PREDICTORS[args.predictor], models, score, args.by)}\n", flush=True)


if __name__ == "__main__":
    main()
