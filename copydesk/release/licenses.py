"""Licences for data: what is known of the common ones, and the notice that goes into ``LICENSE-DATA``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from copydesk.release.markdown import render

if TYPE_CHECKING:
    from copydesk.release.model import Release


@dataclass(frozen=True, slots=True)
class License:
    id: str
    """SPDX."""
    name: str
    url: str
    hub: str
    """What the Hugging Face hub calls it."""
    notice: str
    """What it permits, in a few sentences. The text at ``url`` is the licence; this is not."""


def known_license(spdx: str) -> License | None:
    """What is known of a licence, by its SPDX identifier; None where it is not a common one for data."""
    return _licenses().get(spdx)


@cache
def _licenses() -> Mapping[str, License]:
    data = tomllib.loads(files("copydesk.release").joinpath("licenses.toml").read_text(encoding="utf-8"))
    return MappingProxyType({entry["id"]: License(**entry) for entry in data["license"]})


def license_file(release: Release) -> bytes:
    """``LICENSE-DATA``: the notice, where the licence's own text stands, and what the outlets say of reuse."""
    return render(
        "license.txt.jinja",
        info=release.info,
        known=known_license(release.info.license),
        sources=release.facts.sources,
        year=release.as_of.year,
    )
