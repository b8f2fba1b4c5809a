"""What pages of HTML state of themselves, measured on real pages with their true headlines, authors and dates.

    python benchmarks/press_html.py [--wrong]

The figures are those of ``press/score.py`` (table FACTS). ``--wrong`` prints the pages where something differs. Pages
stand in the folder that COPYDESK_SHARED names, or in ``<repo>/../shared``, under ``press/html``.
"""

from __future__ import annotations

import argparse
import gzip
import re
from pathlib import Path
from typing import Any

import scorer_pages as pages_of

from copydesk.html import stated
from copydesk.normalize.dates.stamp import parse_stamp


def load(folder: Path, score: Any) -> list[tuple[dict[str, Any], bytes]]:
    """Gold and bytes of each page, in the order of the gold."""
    return [
        (gold, gzip.decompress((folder / "html" / "raw" / gold["publisher"] / f"{gold['id']}.html.gz").read_bytes()))
        for gold in score.read_jsonl(folder / "html" / "gold.jsonl")
    ]


def facts(html: bytes) -> dict[str, Any]:
    """A prediction's facts: what the page states, nothing else."""
    told = stated(html)
    published = told.published
    if published and not re.match(r"\d{4}-\d\d-\d\d", published):
        stamp = parse_stamp(published, language=told.language)
        published = stamp.edtf if stamp else None
    return {"headline": told.headline, "byline": list(told.byline), "published": published}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--wrong", action="store_true", help="print the pages where something differs")
    args = ask.parse_args()
    folder = pages_of.press_folder()
    if folder is None:
        raise SystemExit("The real pages are not here: set COPYDESK_SHARED to the folder that holds press/.")
    score = pages_of.judge(folder)
    pages = load(folder, score)
    rows = [{"id": gold["id"], "text": "-", **facts(html)} for gold, html in pages]
    _, groups = score.evaluate([gold for gold, _ in pages], rows, ())
    print(score.table(groups, score.FACTS))
    if not args.wrong:
        return
    for (gold, _), row in zip(pages, rows, strict=True):
        marks = score.score_facts(gold, row)
        if marks.get("title", 1) < 1:
            print(gold["publisher"], "HEADLINE", repr(gold["title"]), "/", repr(row["headline"]), gold["title_alt"])
        if marks.get("author_f1", 1) < 1 or marks.get("author_false"):
            print(gold["publisher"], "AUTHORS", gold["authors_stated"], "/", row["byline"])
        if not marks.get("date_ok", 1):
            print(gold["publisher"], "DATE", gold["published_accept"], "/", row["published"])


if __name__ == "__main__":
    main()
