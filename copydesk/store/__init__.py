"""Where versions live.

``layout`` is the storage specification, ``plan`` decides, ``local`` acts on a folder, ``read`` is what readers may see.
"""

from copydesk.errors import StoreError
from copydesk.store.errors import (
    BrokenBuild,
    BrokenStore,
    DatasetNotWritable,
    DiskFull,
    NoSuchColumn,
    NoSuchDataset,
    NoSuchTable,
    NoSuchVersion,
    OutOfOrder,
    StoreBusy,
)
from copydesk.store.local import Published, check_writable, heal, publish
from copydesk.store.lock import staging_folder

__all__ = [
    "BrokenBuild",
    "BrokenStore",
    "DatasetNotWritable",
    "DiskFull",
    "NoSuchColumn",
    "NoSuchDataset",
    "NoSuchTable",
    "NoSuchVersion",
    "OutOfOrder",
    "Published",
    "StoreBusy",
    "StoreError",
    "check_writable",
    "heal",
    "publish",
    "staging_folder",
]
