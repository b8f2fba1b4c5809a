"""Plain values as YAML, for the two descriptors that must be YAML. Writes a subset that every YAML reader agrees on.

Every string is in double quotes, escaped: no value can be taken for a date, a boolean, a comment or the end of the
document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_ESCAPED = re.compile("[\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]")


def to_yaml(value: Mapping[str, Any]) -> str:
    """A mapping as a YAML document without its markers. Keys are plain words; values are of JSON's kinds."""
    return "".join(f"{line}\n" for line in _mapping(value))


def _mapping(value: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for key, item in value.items():
        if isinstance(item, Mapping) and item:
            lines += [f"{key}:", *(f"  {line}" for line in _mapping(item))]
        elif isinstance(item, Sequence) and not isinstance(item, str) and item:
            lines += [f"{key}:", *_sequence(item)]
        else:
            lines.append(f"{key}: {_scalar(item)}")
    return lines


def _sequence(items: Sequence[Any]) -> list[str]:
    lines: list[str] = []
    for item in items:
        if isinstance(item, Mapping):
            first, *rest = _mapping(item)
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
        else:
            lines.append(f"- {_scalar(item)}")
    return lines


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
    return json.dumps(value)
