"""In which order a numeric date is read: the locale's, or the one that other dates of the text prove."""

from __future__ import annotations

from collections.abc import Iterable

from copydesk.dates.expression import Expression

# Unicode CLDR, short dates: the United States and the Philippines put the month first.
_MONTH_FIRST = ("US", "PH")
# Canada writes all three; Chinese, Japanese and Korean put the year first, so 9/3/2023 is foreign there.
_NO_ORDER_REGIONS = ("CA",)
_NO_ORDER_LANGUAGES = ("zh", "ja", "ko")
_SEPARATORS = "/-"


def order_of(locale: str | None) -> str | None:
    """``mdy`` or ``dmy``, as the locale writes numeric dates; None where it doesn't tell: ``en``, ``en-CA``, ``ja``."""
    if not locale:
        return None
    language, *subtags = locale.replace("_", "-").split("-")
    region = next((subtag.upper() for subtag in subtags if len(subtag) == 2), None)
    if region in _MONTH_FIRST:
        return "mdy"
    if region in _NO_ORDER_REGIONS or language.lower() in _NO_ORDER_LANGUAGES:
        return None
    return None if language.lower() == "en" and region is None else "dmy"


def numeric_orders(found: Iterable[Expression], locale: str | None) -> dict[str, str]:
    """The order for each separator and where it is from, as ``mdy:locale`` or ``dmy:proof``.

    Without a locale, dates of the same separator that allow one order only are proof, if all of them agree.
    """
    stated = order_of(locale)
    if stated is not None:
        return dict.fromkeys(_SEPARATORS, f"{stated}:locale")
    proofs: dict[str, set[str]] = {}
    for one in found:
        if one.kind == "numeric" and one.separator in _SEPARATORS and len(one.readings) == 1:
            proofs.setdefault(one.separator, set()).add(one.readings[0][0])
    proven = {separator: orders - {"ymd"} for separator, orders in proofs.items()}
    return {separator: f"{min(orders)}:proof" for separator, orders in proven.items() if len(orders) == 1}
