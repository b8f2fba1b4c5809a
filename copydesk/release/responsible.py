"""What the Croissant vocabulary for responsible AI asks, answered from the version and from the publisher's datasheet.

Croissant RAI 1.0. A key is there only where something is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from copydesk.release.facts import Facts
from copydesk.release.model import Release

STEPS = (
    "Decoding: bytes to text.",
    "Segmenting: text to lines, and lines to blocks.",
    "Labelling: every block gets one role, from one rule.",
    "Fields: headline, byline, dates and captions from the blocks of these roles.",
    "Names and dates: found in the fields, linked or resolved where that is sure.",
    "Duplicates: related to each other, never deleted.",
    "Checks: rows that break a promise go to the quarantine table.",
)
"""What is done to a page, in order."""

_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "rai:dataCollection": ("L1", "L2", "L3", "L4"),
    "rai:dataCollectionMissingData": ("C6",),
    "rai:dataCollectionRawData": ("P2",),
    "rai:dataManipulationProtocol": ("P1",),
    "rai:dataLimitations": ("C3", "C9", "C10", "U5"),
    "rai:dataBiases": ("C14", "U4"),
    "rai:dataSocialImpact": ("C12", "L12"),
    "rai:dataUseCases": ("U1", "U3"),
    "rai:personalSensitiveInformation": ("C11", "C13", "C15", "C16"),
    "rai:dataReleaseMaintenancePlan": ("T1", "T4", "T6"),
}
"""The questions of the datasheet whose answers by the publisher belong under a key."""


def responsible(release: Release, found: Facts) -> dict[str, str | list[str]]:
    """The ``rai:`` keys of ``croissant.json``, in a fixed order."""
    computed = _computed(release, found)
    value: dict[str, str | list[str]] = {"rai:dataCollectionType": "Web Scraping"}
    for key, questions in _ANSWERS.items():
        given = [release.answers[question] for question in questions if question in release.answers]
        if parts := ([computed[key]] if key in computed else []) + given:
            value[key] = "\n\n".join(parts)
    return value | {
        "rai:dataPreprocessingProtocol": list(STEPS),
        "rai:dataImputationProtocol": "None. A value that the page does not state is null.",
        "rai:dataAnnotationProtocol": (
            f"Every line of every page has a role, given by a rule that the version names: {found.lines:,} lines, of "
            f"which {found.lines_set_aside:,} are set aside. No person annotated this version, and no language model."
        ),
        "rai:machineAnnotationTools": [_tool(release)],
    }


def _computed(release: Release, found: Facts) -> dict[str, str]:
    raw = "Raw pages are known by their paths and SHA-256, in the table articles."
    if release.info.text == "full":
        raw += " Their decoded lines are in the table blocks, each with what a repair changed."
    quarantine = found.rows["quarantine"]
    return {
        "rai:dataCollection": f"Pages of {found.rows['sources']:,} outlets, handed to {_tool(release)} as raw files.",
        "rai:dataCollectionMissingData": (
            f"{found.dated:,} of {found.rows['articles']:,} articles state a day of publication. {quarantine:,} raw "
            "files or records could not be used; the table quarantine says why."
        ),
        "rai:dataCollectionRawData": raw,
        "rai:dataManipulationProtocol": (
            "No text is rewritten but by repairs, which are listed with each block. Names are replaced by "
            "canonical ones in the column text_normalized alone. Duplicates are related to each other, none is deleted."
        ),
        "rai:dataLimitations": "Roles, names and dates are given by rules, which can be wrong.",
        "rai:dataReleaseMaintenancePlan": (
            "A version never changes. New raw material or new rules give a new version, and its changelog says what is "
            "other than before, row by row."
        ),
    }


def _tool(release: Release) -> str:
    return " ".join(["Copydesk", *filter(None, [release.provenance.get("copydesk")])])
