"""Names and dates: what a span says it covers is what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pyarrow as pa

from copydesk.bulk import Rows, side_by_side
from copydesk.tables import ARTICLES
from copydesk.verify.finding import Finding, told

_FIELD = re.compile(r"([a-z_]+)(?:\[([0-9]{1,6})\])?", re.ASCII)
_COLUMNS = {column.name: column for column in ARTICLES.columns if column.type in {"string", "list"}}


class _NoSuchField(ValueError):
    pass


def check_spans(name: str, spans: Rows, articles: Rows, *, text: bool) -> list[Finding]:
    """Every row's surface against ``field[start:end]`` of its article. Every row has its article.

    A field is a text column of articles, or one item of a list column, as in ``corrections[0]``. Where the version
    holds no text (``text`` is False), spans in columns that are withheld are left alone.
    """
    wanted = [spans.column_names[0], "article_id", "field", "start", "end", "surface"]
    stretches = side_by_side([spans, articles], "article_id", [wanted, list(_COLUMNS)])
    return told("spans", name, (bad for stretch in stretches for bad in _misplaced(*stretch, text=text)))


def _misplaced(spans: pa.Table, articles: pa.Table, *, text: bool) -> Iterator[tuple[str, str]]:
    rows = {id_: row for row, id_ in enumerate(articles["article_id"].to_pylist())}
    values: dict[str, Callable[[int], str | None] | None] = {}
    for id_, article, field, start, end, surface in zip(*(column.to_pylist() for column in spans.columns), strict=True):
        try:
            if field not in values:
                values[field] = _reader(field, articles, text=text)
            read = values[field]
            if read is None:
                continue
            value = read(rows[article]) or ""
        except (_NoSuchField, IndexError) as error:
            yield id_, f"no value to look in: {error}"
            continue
        if not 0 <= start < end <= len(value) or value[start:end] != surface:
            yield id_, f"{field}[{start}:{end}] of {article} is {value[max(start, 0) : end]!r}, not {surface!r}"


def _reader(field: str, articles: pa.Table, *, text: bool) -> Callable[[int], str | None] | None:
    """Reads the field of an article by its row; None where it is withheld."""
    match = _FIELD.fullmatch(field)
    column = _COLUMNS.get(match[1]) if match else None
    if match is None or column is None or (column.type == "list") != (match[2] is not None):
        raise _NoSuchField(f"{field!r} is no text of an article")
    if column.carries_text and not text:
        return None
    values = articles[column.name].to_pylist()
    if match[2] is None:
        return lambda row: values[row]
    number = int(match[2])
    return lambda row: (values[row] or [])[number]
