"""Reads what the publisher wrote by hand, strictly: a misspelt key must not silently leave something out of a card."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from copydesk.alarms.thresholds import ALARMS
from copydesk.alarms.thresholds import default_thresholds as alarm_thresholds
from copydesk.release.gates import default_thresholds
from copydesk.release.licenses import known_license
from copydesk.release.model import ConfigError, Creator, DatasetInfo
from copydesk.release.questions import questions

_REQUIRED = ("name", "title", "description", "license", "creators", "publisher", "contact")
_OPTIONAL = (
    "license_url",
    "homepage",
    "keywords",
    "languages",
    "text",
    "funding",
    "doi",
    "published_at",
    "channel",
    "notes",
    "gates",
    "alarms",
)
_CREATOR_KEYS = ("name", "given_names", "family_names", "orcid", "affiliation")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?")
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,99}")
_WEB = re.compile(r"https?://[^\s<>\"']{1,2000}")
_ORCID = re.compile(r"https://orcid\.org/(?:[0-9]{4}-){3}[0-9]{3}[0-9X]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,5}")
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s<>\"']{1,500}")
_PLACEHOLDER = re.compile(r"\[more information needed\]|\bTODO\b|\bTBD\b|\bFIXME\b|lorem ipsum", re.IGNORECASE)


def read_info(path: Path) -> DatasetInfo:
    """``dataset.toml`` as a value. Raises ConfigError."""
    data = _read_toml(path)
    _only(path, "", data, (*_REQUIRED, *_OPTIONAL))
    for key in _REQUIRED:
        if key not in data:
            raise ConfigError(path, key, f"is missing; add a line that begins with `{key} = `")
    license_id = _match(path, data, "license", _SPDX, "an SPDX identifier such as CC-BY-4.0")
    known = known_license(license_id)
    if known is None and "license_url" not in data:
        raise ConfigError(path, "license_url", f"is missing; give the address of the text of {license_id}")
    text = data.get("text", "full")
    if text not in ("full", "none"):
        raise ConfigError(path, "text", f'is {text!r}; write "full", or "none" to publish without the articles\' text')
    channel = data.get("channel", "preview")
    if channel not in ("preview", "stable"):
        raise ConfigError(path, "channel", f'is {channel!r}; write "preview", or "stable" for versions to rely on')
    alarms, quiet = _alarms(path, data.get("alarms", {}))
    return DatasetInfo(
        name=_match(path, data, "name", _SLUG, "lower-case letters, digits, '.', '_' and '-'"),
        title=_line(path, data, "title"),
        description=_prose(path, data, "description"),
        license=license_id,
        license_url=_web(path, data, "license_url") or (known.url if known else ""),
        creators=_creators(path, data["creators"]),
        publisher=_line(path, data, "publisher"),
        contact=_line(path, data, "contact"),
        homepage=_web(path, data, "homepage"),
        keywords=_lines(path, data, "keywords"),
        languages=_languages(path, data),
        text=text,
        funding=_lines(path, data, "funding"),
        channel=channel,
        notes=_prose(path, data, "notes") if "notes" in data else None,
        gates=_thresholds(path, "gates", data.get("gates", {}), default_thresholds()),
        alarms=alarms,
        quiet=quiet,
        published_at=_folder(_web(path, data, "published_at")),
        doi=_match(path, data, "doi", _DOI, "a DOI such as 10.5281/zenodo.123") if "doi" in data else None,
    )


def read_answers(folder: Path) -> Mapping[str, str]:
    """Answers by question, from every ``*.toml`` of a folder that may be absent. Raises ConfigError.

    A question may be answered once. Where Copydesk computes the answer, the publisher's is added to it.
    """
    known = {question.id for question in questions()}
    answers: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        data = _read_toml(path)
        for key in data:
            if key not in known:
                raise ConfigError(path, key, "is no question of the datasheet; see the ids in DATASHEET.md")
            if key in answers:
                raise ConfigError(path, key, "is answered in another file too; keep one of the answers")
            answers[key] = _prose(path, data, key)
    return MappingProxyType(answers)


def read_notes(path: Path) -> str:
    """What is new in a version, from a file of its own. Raises ConfigError."""
    try:
        return _prose(path, {"notes": path.read_text(encoding="utf-8-sig")}, "notes")
    except OSError as error:
        raise ConfigError(path, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(path, "", f"cannot be read as UTF-8 text ({error})") from None


def _thresholds(path: Path, name: str, values: Any, known: Mapping[str, float]) -> Mapping[str, float]:
    if not isinstance(values, dict):
        raise ConfigError(path, name, f"should be a table of thresholds, under [{name}]")
    _only(path, f"{name}.", values, tuple(known))
    for key, value in values.items():
        most = 1 if known[key] < 1 else 10**9
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise ConfigError(path, f"{name}.{key}", f"is {value!r}; it should be a number from 0 to {most}")
    return MappingProxyType(dict(values))


def _alarms(path: Path, values: Any) -> tuple[Mapping[str, float], tuple[str, ...]]:
    """The thresholds, and the alarms that are quiet."""
    if not isinstance(values, dict) or "quiet" not in values:
        return _thresholds(path, "alarms", values, alarm_thresholds()), ()
    quiet = _lines(path, {"alarms.quiet": values["quiet"]}, "alarms.quiet")
    for name in quiet:
        if name.partition(":")[0] not in ALARMS:
            raise ConfigError(path, "alarms.quiet", f"{name!r} is no alarm; there are {', '.join(ALARMS)}")
    stated = {key: value for key, value in values.items() if key != "quiet"}
    return _thresholds(path, "alarms", stated, alarm_thresholds()), quiet


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(path, "", "there is no such file; `copydesk init` writes one to begin with") from None
    except UnicodeDecodeError as error:
        raise ConfigError(path, "", f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except (ValueError, RecursionError) as error:  # of its own, of numbers without end, of lists without end
        raise ConfigError(path, "", f"is not TOML: {error}") from None
    except OSError as error:
        raise ConfigError(path, "", f"cannot be read: {error.strerror}") from None


def _only(path: Path, prefix: str, data: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    for key in data:
        if key not in allowed:
            raise ConfigError(path, prefix + key, f"is not known here; there are {', '.join(allowed)}")


def _string(path: Path, data: Mapping[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(path, key, f"should be text in quotes, not {value!r}")
    if found := _PLACEHOLDER.search(value):
        raise ConfigError(path, key, f"still says {found[0]!r}; answer it, or leave the key out")
    return value.strip()


def _line(path: Path, data: Mapping[str, Any], key: str) -> str:
    value = _string(path, data, key)
    if len(value.splitlines()) > 1:
        raise ConfigError(path, key, "should be one line")
    return value


def _prose(path: Path, data: Mapping[str, Any], key: str) -> str:
    """Paragraphs, their own lines joined: how the file wraps them is no part of what they say."""
    paragraphs = re.split(r"\n[ \t]*\n", _string(path, data, key))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())


def _lines(path: Path, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = data.get(key, [])
    if not isinstance(values, list):
        raise ConfigError(path, key, f'should be a list such as ["news", "text"], not {values!r}')
    return tuple(_line(path, {key: value}, key) for value in values)


def _match(path: Path, data: Mapping[str, Any], key: str, pattern: re.Pattern[str], wanted: str) -> str:
    value = _line(path, data, key)
    if not pattern.fullmatch(value):
        raise ConfigError(path, key, f"is {value!r}; it should be {wanted}")
    return value


def _web(path: Path, data: Mapping[str, Any], key: str) -> str | None:
    return _match(path, data, key, _WEB, "a web address that begins with https://") if key in data else None


def _folder(address: str | None) -> str | None:
    return address.rstrip("/") + "/" if address else None


def _languages(path: Path, data: Mapping[str, Any]) -> tuple[str, ...]:
    tags = _lines(path, data, "languages")
    for tag in tags:
        if not _LANGUAGE.fullmatch(tag):
            raise ConfigError(path, "languages", f'{tag!r} is no BCP 47 tag such as "en" or "pt-BR"')
    return tags


def _creators(path: Path, values: Any) -> tuple[Creator, ...]:
    if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
        raise ConfigError(path, "creators", "should be at least one [[creators]] table with a name")
    return tuple(_creator(path, f"creators[{number}].", value) for number, value in enumerate(values))


def _creator(path: Path, prefix: str, value: Mapping[str, Any]) -> Creator:
    _only(path, prefix, value, _CREATOR_KEYS)
    if "name" not in value:
        raise ConfigError(path, prefix + "name", "is missing")
    if ("given_names" in value) != ("family_names" in value):
        raise ConfigError(path, prefix + "family_names", "give both given_names and family_names, or neither")
    fields = {key: _line(path, {prefix + key: text}, prefix + key) for key, text in value.items()}
    if "orcid" in fields:
        fields["orcid"] = "https://orcid.org/" + fields["orcid"].removeprefix("https://orcid.org/")
        if not _ORCID.fullmatch(fields["orcid"]):
            raise ConfigError(path, prefix + "orcid", "should look like 0000-0002-1825-0097")
    return Creator(**fields)
