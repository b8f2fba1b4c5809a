"""Tables without the rows of some articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk.stored import Rows, Stored, Tables, parts


def without_articles(tables: Tables, ids: Iterable[str]) -> dict[str, Rows]:
    """The tables without the rows of these articles; a table that has no column for articles stays as it is."""
    gone = pa.array(sorted(ids), pa.string())
    return {
        name: keep(data, ["article_id"], lambda part: pc.invert(pc.is_in(part["article_id"], gone)))
        if "article_id" in data.column_names and len(gone)
        else data
        for name, data in tables.items()
    }


def keep(data: Rows, columns: Iterable[str], of: Callable[[pa.Table], pa.Array]) -> Rows:
    """The rows for which ``of`` is true, which is asked of parts with these columns."""
    masks = [of(part) for part in parts(data, list(columns))]
    chunks = [chunk for mask in masks for chunk in (mask.chunks if isinstance(mask, pa.ChunkedArray) else [mask])]
    mask = pa.concat_arrays(chunks) if chunks else pa.array([], pa.bool_())
    return data.only(mask) if isinstance(data, Stored) else data.filter(mask)
