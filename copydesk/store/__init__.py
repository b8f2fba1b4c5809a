"""Where versions live.

``layout`` is the storage specification; ``plan``, ``notices`` and ``takedowns`` are values and decide; ``publish``,
``withdraw`` and ``heal`` act, through what ``files`` asks of a place; ``folder``, ``objects`` and ``web`` are places;
``read`` is what readers may see, and ``download`` makes a copy.
"""

from copydesk.errors import StoreError
from copydesk.store.download import Downloaded, download
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
    Withdrawn,
    YankedWarning,
)
from copydesk.store.place import Place, open_files, open_store
from copydesk.store.publish import Published, check_writable, heal, publish, sweep
from copydesk.store.withdraw import Taken, takedown, withdraw, yank

__all__ = [
    "BrokenBuild",
    "BrokenStore",
    "DatasetNotWritable",
    "DiskFull",
    "Downloaded",
    "NoSuchColumn",
    "NoSuchDataset",
    "NoSuchTable",
    "NoSuchVersion",
    "OutOfOrder",
    "Place",
    "Published",
    "StoreBusy",
    "StoreError",
    "Taken",
    "Withdrawn",
    "YankedWarning",
    "check_writable",
    "download",
    "heal",
    "open_files",
    "open_store",
    "publish",
    "sweep",
    "takedown",
    "withdraw",
    "yank",
]
