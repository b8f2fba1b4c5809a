"""What a published version holds. Each file has one small builder here, from a ``Release`` to bytes.

    README.md              the card: what it is, how to load it, its tables and columns (also a Hugging Face card)
    DATASHEET.md           the questions of Gebru et al. (Datasheets for Datasets), answered or said to be unanswered
    CHANGELOG.md           what changed since the last version, in numbers
    LICENSE-DATA           the licence's notice, and the terms of the outlets
    CITATION.cff           how to cite it
    datapackage.json       Data Package v2: every file, field, unit, key and constraint
    croissant.json         the same for loaders of machine-learning data, in Croissant 1.1 with its RAI vocabulary
    datacite.json          what a registry of DOIs asks for
    release.json           the manifest: hashes, rows, what changed, how it was checked and built
    SHA256SUMS             every other file's hash
    SHA256SUMS.minisig     its signature, where a key was given
    data/<table>.parquet   the tables
    csv/<table>.csv        the same rows, for spreadsheets and R
    changes/changes.json   what changed, counted and with examples
    changes/changes.parquet  the same row by row: which columns, why, by which rules
    quality/…              what the checks and alarms said (written by their owner, passed in as extra files)
    index.html, proofs/    pages for people (likewise)

``copydesk.release.write.write_release`` writes them all; ``copydesk.release.model`` has the values they are built from.
A builder reads no clock, no network and no file: every date is the release's ``as_of``.
"""

import re

VERSION = re.compile(r"([1-9][0-9]{3})\.([1-9]|1[0-2])\.(0|[1-9][0-9]{0,5})", re.ASCII)
"""``YYYY.M.N``: the calendar month, and the how-manieth version of it, from 0."""

README = "README.md"
DATASHEET = "DATASHEET.md"
CHANGELOG = "CHANGELOG.md"
LICENSE = "LICENSE-DATA"
CITATION = "CITATION.cff"
DATAPACKAGE = "datapackage.json"
CROISSANT = "croissant.json"
DATACITE = "datacite.json"
MANIFEST = "release.json"
SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.minisig"
CHANGES = "changes/changes.json"
CHANGED_ROWS = "changes/changes.parquet"
OWN = (
    README,
    DATASHEET,
    CHANGELOG,
    LICENSE,
    CITATION,
    DATAPACKAGE,
    CROISSANT,
    DATACITE,
    MANIFEST,
    SUMS,
    CHANGES,
    CHANGED_ROWS,
)
"""The files beside the tables that every version has."""


def parquet_path(table: str) -> str:
    """Where a table's Parquet file stands, below the version's folder."""
    return f"data/{table}.parquet"


def csv_path(table: str) -> str:
    """Where a table's CSV file stands, below the version's folder."""
    return f"csv/{table}.csv"
