"""``README.md``: the card of a version, for people, and for the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from copydesk.bulk import parts
from copydesk.formulas import FORMULA_GUARD
from copydesk.release import parquet_path
from copydesk.release.citation import bibtex, sentence
from copydesk.release.facts import NONE, Facts
from copydesk.release.licenses import known_license
from copydesk.release.manifest import Resource
from copydesk.release.markdown import render
from copydesk.release.model import Release
from copydesk.release.yaml import to_yaml
from copydesk.tables import SCHEMA_VERSION, TABLES, Column

_HUB_TYPES: Mapping[str, str] = {
    "string": "string",
    "int32": "int32",
    "int64": "int64",
    "float64": "float64",
    "bool": "bool",
    "date": "date32",
    "timestamp": "timestamp[us, tz=UTC]",
}
_EXAMPLE = ("article_id", "headline", "byline", "dateline", "published", "language", "word_count", "completeness")
_LONGEST = 200  # code points of a value in the example


def card(release: Release, resources: Sequence[Resource]) -> bytes:
    """``README.md``."""
    found = release.facts
    return render(
        "README.md.jinja",
        front=to_yaml(front_matter(release, resources, found)),
        release=release,
        info=release.info,
        license=known_license(release.info.license),
        facts=found,
        resources=resources,
        bytes={resource.path: resource.bytes for resource in resources},
        tables=TABLES,
        schema_version=SCHEMA_VERSION,
        example=_example(release),
        withheld=release.info.text == "none",
        guard=FORMULA_GUARD,
        cite=sentence(release),
        bibtex=bibtex(release),
        vacant=[name for name, rows in found.rows.items() if not rows],
        languages=[(tag, count) for tag, count in found.languages if tag != NONE],
    )


def front_matter(release: Release, resources: Sequence[Resource], found: Facts) -> dict[str, Any]:
    """What the hub reads: where each table is, what it holds, and how the dataset is to be listed."""
    info = release.info
    known = known_license(info.license)
    value: dict[str, Any] = {"pretty_name": info.title}
    value |= (
        {"license": known.hub}
        if known
        else {"license": "other", "license_name": info.license.lower(), "license_link": info.license_url}
    )
    if languages := info.languages or tuple(tag for tag, _ in sorted(found.languages) if tag != NONE):
        value["language"] = list(dict.fromkeys(tag.split("-")[0].lower() for tag in languages))
    value |= {
        "size_categories": [size_category(found.rows["articles"])],
        "tags": ["news", *(word for word in info.keywords if word != "news")],
        "version": release.version,
        "configs": [
            {
                "config_name": table.name,
                "data_files": [{"split": "train", "path": parquet_path(table.name)}],
            }
            | ({"default": True} if table.name == "articles" else {})
            for table in TABLES
        ],
    }
    sizes = {resource.path: resource.bytes for resource in resources}
    logical = {resource.path: resource.logical_bytes for resource in resources}
    value["dataset_info"] = [
        {
            "config_name": table.name,
            "features": [_feature(column) for column in table.columns],
            "splits": [
                {
                    "name": "train",
                    "num_bytes": logical[parquet_path(table.name)],
                    "num_examples": release.tables[table.name].num_rows,
                }
            ],
            "download_size": sizes[parquet_path(table.name)],
            "dataset_size": logical[parquet_path(table.name)],
        }
        for table in TABLES
    ]
    return value


def size_category(rows: int) -> str:
    """The hub's word for how many rows there are."""
    steps = [(10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M")]
    return next((name for limit, name in steps if rows < limit), "10M<n<100M" if rows < 10**8 else "100M<n<1B")


def _feature(column: Column) -> dict[str, str]:
    if column.type == "list":
        return {"name": column.name, "list": "string"}
    return {"name": column.name, "dtype": _HUB_TYPES[column.type]}


def _example(release: Release) -> list[tuple[str, str]]:
    """The first article, a few of its columns, where it has them."""
    part = next(parts(release.tables["articles"], _EXAMPLE), None)
    first = part.slice(0, 1).to_pylist() if part else []
    pairs = [(name, value) for row in first for name, value in row.items() if value not in (None, [])]
    return [(name, _short("; ".join(value) if isinstance(value, list) else str(value))) for name, value in pairs]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
