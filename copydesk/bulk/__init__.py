"""Tables that need not fit into memory: read a part at a time, in the order of their keys.

A table is a pyarrow Table or a ``Stored`` one, which is read from disk each time that it is asked for. ``parts`` goes
through either; ``side_by_side`` goes through several at once, the rows of one article together, and ``unlike`` leaves
out what two have in common; ``merge`` makes one sorted table of many. Nothing here depends on how many rows there are,
but for the columns that are asked for whole.
"""

from copydesk.bulk.articles import keep, without_articles
from copydesk.bulk.merge import MERGED_BYTES, merge
from copydesk.bulk.parquet import parquet_rows
from copydesk.bulk.parts import regroup, row_bytes
from copydesk.bulk.picked import Picked
from copydesk.bulk.side import side_by_side
from copydesk.bulk.stored import Rows, Spool, Stored, Tables, in_memory, parts, read_stored, with_column, write_stored
from copydesk.bulk.totals import COUNT, Function, totals
from copydesk.bulk.unlike import differences, unlike

__all__ = [
    "COUNT",
    "MERGED_BYTES",
    "Function",
    "Picked",
    "Rows",
    "Spool",
    "Stored",
    "Tables",
    "differences",
    "in_memory",
    "keep",
    "merge",
    "parquet_rows",
    "parts",
    "read_stored",
    "regroup",
    "row_bytes",
    "side_by_side",
    "totals",
    "unlike",
    "with_column",
    "without_articles",
    "write_stored",
]
