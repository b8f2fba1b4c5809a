"""Copydesk turns scraped news into a dataset that a stranger can cite, load and check.

The functions below are loaded when they are first used: importing Copydesk costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.article import Article as Article
    from copydesk.cleaning import clean as clean
    from copydesk.dates import find_dates as find_dates
    from copydesk.decoding import decode as decode
    from copydesk.loading import load as load
    from copydesk.normalize.names import compare_names as compare_names
    from copydesk.normalize.names import find_names as find_names

_HOME = {
    "Article": "copydesk.article",
    "clean": "copydesk.cleaning",
    "compare_names": "copydesk.normalize.names",
    "decode": "copydesk.decoding",
    "find_dates": "copydesk.dates",
    "find_names": "copydesk.normalize.names",
    "load": "copydesk.loading",
}

__all__ = ["Article", "clean", "compare_names", "decode", "find_dates", "find_names", "load"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'copydesk' has no attribute {name!r}")
