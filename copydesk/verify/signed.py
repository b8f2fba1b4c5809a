"""The signature of SHA256SUMS: there where release.json says so, and only there, and by the key that it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copydesk.release.signing import check_signature, key_id, trusted_comment
from copydesk.store.layout import RELEASE, SIGNATURE, SUMS
from copydesk.verify.files import read_json
from copydesk.verify.finding import Finding


def check_signed(folder: Path, public_key: str | None = None) -> list[Finding]:
    """The signature against release.json, and with the publisher's key where it is given.

    Without that key only this is known: whoever wrote release.json holds the key that it names.
    """
    release, findings = read_json(folder, RELEASE)
    if release is None:
        return findings
    try:
        why = _wrong(folder, release, public_key)
    except (KeyError, TypeError) as error:
        return [
            Finding("signature", RELEASE, f"it says of a signature what cannot be ({type(error).__name__}: {error})")
        ]
    return [Finding("signature", SIGNATURE if release["signed"] else SUMS, why)] if why else []


def _wrong(folder: Path, release: Mapping[str, Any], public_key: str | None) -> str | None:
    there = (folder / SIGNATURE).is_file()
    if not release["signed"]:
        if there:
            return f"{SIGNATURE} is there, and {RELEASE} says that the version is unsigned"
        return f"it is unsigned, and a signature by key {key_id(public_key)} was asked for" if public_key else None
    if not there:
        return f"it is not there, and {RELEASE} says that the version is signed"
    named = str(release["signature"]["public_key"])
    try:
        if public_key and public_key != named:
            return f"it is by key {key_id(named)}, and one by key {key_id(public_key)} was asked for"
    except ValueError as error:
        return f"{RELEASE} names no public key: {error}"
    comment = trusted_comment(release["dataset"], release["version"])
    return check_signature((folder / SUMS).read_bytes(), (folder / SIGNATURE).read_bytes(), named, comment)
