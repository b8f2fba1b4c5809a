"""The libraries whose versions a build's bytes may depend on."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

CLEANING = (
    *("anyascii", "brotli", "charset-normalizer", "ftfy", "justext", "lxml", "lxml-html-clean", "numpy", "py3langid"),
    *("pyarrow", "trafilatura", "zstandard"),
)
"""Of the rows of a single page. Not all have to be installed; trafilatura hands work to justext and lxml-html-clean."""

PUBLISHING = ("great-expectations", "jinja2", "markdown-it-py", "markupsafe", "ziaplot")
"""Of the rest of a version: what spans articles, what was checked, documents and pages."""


def versions(names: Iterable[str]) -> dict[str, str]:
    """The version of each that is installed, sorted by name."""
    found = {}
    for name in sorted(names):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
