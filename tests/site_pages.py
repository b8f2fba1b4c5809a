"""Releases to make pages of: a plain one, one in which everything that was scraped attacks, and a large one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from small_release import DOCUMENTS, release_of, tables_of

from copydesk.frames import frame
from copydesk.proofs.sample import proof_files
from copydesk.release.model import Release
from copydesk.release.write import write_release
from copydesk.site import PAGE, UP
from copydesk.site.version import version_page
from copydesk.tables import table

ATTACKS = (
    "<script>attacked = 1</script>",
    '"><img src=x onerror="attacked = 1">',
    "' onmouseover='attacked = 1' x='",
    '" autofocus onfocus="attacked = 1" tabindex="0',
    "javascript:attacked=1",
    "[a link](javascript:attacked=1) ![a picture](https://attacker.example/p.png)",
    "<https://attacker.example/> https://attacker.example/a?b=c&d=e",
    "</script></style></title></textarea><svg onload=attacked=1>",
    "</code></pre></table><iframe srcdoc='<script>parent.attacked=1</script>'>",
    "<!-- --> ]]> <?php ?> &lt;script&gt; &#60;script&#62;",
    "{{ 7 * 7 }} {% raw %} {{ ''.__class__ }} ${attacked = 1} `attacked`",
    "# heading\n\n<b>bold</b>\n\n| a | b |\n|---|---|\n| <i>c</i> | d |",
    "left \u202eright\u202c \u2066open \u2067never closed",
    "a\x07\x1b[31mred\x7f\x85\x9b\r\ufeff\u200b\u2028\u2029",
    "Z" + "\u0351\u0325" * 300,
    "W" * 5_000,
    "أخبار عاجلة javascript:alert(1) 12",
)

VALIDATION: Mapping[str, Any] = {
    "success": True, "expectations": 3, "passed": 2,
    "suites": [{
        "table": "articles", "expectations": 3, "passed": 2, "failed": 1, "critical_failed": 0, "warnings": ["median"],
        "results": [
            {"expectation": "median", "description": "Articles are long enough.", "severity": "warning",
             "success": False, "failed_rows": 3, "examples": [], "observed": 4},
        ],
    }],
}  # fmt: skip


def plain_release(text: str = "full") -> Release:
    """Three sources, a name in two spellings, dates in two months, flags."""
    made = tables_of()
    articles = made["articles"].to_pylist()
    for number, row in enumerate(articles):
        row["published_on"] = date(2026, 10, 5) + timedelta(days=9 * number) if number else None
        row["flags"] = [["review:short_text"], ["opinion"], []][number % 3]
        row["completeness"] = ["complete", "truncated", "unknown"][number % 3]
    made["articles"] = _as(made, "articles", articles)
    made["mentions"] = _as(
        made, "mentions", [{**row, "entity_id": "Q1", "status": "linked"} for row in made["mentions"].to_pylist()]
    )
    return _release(made, text)


def hostile_release() -> Release:
    """What was scraped, and what the publisher wrote or copied, is one attack after another."""
    made = tables_of({f"s{n}/{n}.txt": f"{n}\n\nBody.\n" for n in range(len(ATTACKS))})
    for name in ("articles", "sources", "entities", "mentions"):
        rows = made[name].to_pylist()
        for number, row in enumerate(rows):
            attack = ATTACKS[number % len(ATTACKS)]
            row.update(_attacked(name, attack, number))
        made[name] = _as(made, name, rows)
    blocks = made["blocks"].to_pylist()
    for number, row in enumerate(blocks):
        row.update(role="widget", rule=ATTACKS[number % len(ATTACKS)][:60], text=ATTACKS[number % len(ATTACKS)])
    made["blocks"] = _as(made, "blocks", blocks)
    release = _release(made)
    info = replace(
        release.info, title=ATTACKS[0] + ATTACKS[3], description="\n\n".join(ATTACKS), publisher=ATTACKS[2],
        license="LicenseRef-" + ATTACKS[1], license_url="javascript:attacked=1", contact=ATTACKS[6],
        homepage="javascript:attacked=1",
    )  # fmt: skip
    results = [{**VALIDATION["suites"][0]["results"][0], "description": attack} for attack in ATTACKS]
    suite = {**VALIDATION["suites"][0], "table": ATTACKS[1], "results": results}
    answers = dict(zip(("M1", "M2", "C3", "U5", "T2"), ATTACKS[7:], strict=False))
    return replace(release, info=info, validation={"success": True, "suites": [suite]}, answers=answers)


def large_release(articles: int = 10_000) -> Release:
    """Many articles of many sources over years, each with a long headline and every flag: as heavy as a page gets."""
    days = [date(1990, 1, 1) + timedelta(days=number % 12_000) for number in range(articles)]
    rows = [
        {
            "article_id": hashlib.sha256(str(number).encode()).hexdigest()[:16],
            "source_id": f"source_{number % 300:03}",
            "headline": f"Заголовок {number} " * 40, "published_on": days[number], "language": "ru", "word_count": 999,
            "paragraph_count": 9, "completeness": "complete", "encoding": "utf-8", "repairs": [], "chars_raw": 9,
            "flags": [f"review:a_long_reason_{place}_{'x' * 40}" for place in range(12)], "chars_kept": 9,
            "raw_path": f"source/{number}.txt", "raw_sha256": "0" * 64, "content_sha256": "0" * 64,
        }
        for number in range(articles)
    ]  # fmt: skip
    blocks = [
        {
            "article_id": row["article_id"], "block": 0, "line_start": 0, "line_end": 1, "role": "widget",
            "rule": f"a.rule.with.a.long.name.{number % 500}", "confidence": 1.0, "text": "x", "repairs": [],
        }
        for number, row in enumerate(rows)
    ]  # fmt: skip
    sources = [
        {"source_id": f"source_{number:03}", "name": f"Источник {number} " * 20, "article_count": articles // 300}
        for number in range(300)
    ]
    made = tables_of()
    made |= {"articles": frame(table("articles"), rows), "blocks": frame(table("blocks"), blocks)}
    made |= {"sources": frame(table("sources"), sources)}
    return _release(made)


def write_version(release: Release, folder: Path) -> Path:
    folder.mkdir(parents=True)
    write_release(release, folder, lambda release, resources: {PAGE: version_page(release, resources, dataset=UP)})
    return folder


def _release(made: Mapping[str, pa.Table], text: str = "full") -> Release:
    release = release_of(made, "2026.11.0", None, text)
    proofs = proof_files(release.tables, 4)
    return replace(release, validation=VALIDATION, extra_files={**release.extra_files, **proofs})


def _as(made: Mapping[str, pa.Table], name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=made[name].schema)


def _attacked(name: str, attack: str, number: int) -> dict[str, Any]:
    day = date(2026, 11, 1) + timedelta(days=number)
    return {
        "articles": {
            "headline": attack, "url": "javascript:attacked=1", "flags": [f"review:{attack}", attack],
            "language": attack, "published_on": day, "completeness": "complete", "raw_path": attack, "byline": [attack],
        },
        "sources": {"name": attack, "homepage": "javascript:attacked=1", "terms": attack},
        "entities": {"canonical_name": attack, "type": "person", "variants": [attack]},
        "mentions": {"entity_id": "Q1", "canonical_name": attack, "status": "linked", "type": "person"},
    }[name]  # fmt: skip


__all__ = ["ATTACKS", "DOCUMENTS", "hostile_release", "large_release", "plain_release", "write_version"]
