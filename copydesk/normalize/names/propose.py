"""Names that the authority does not know, grouped for a person to decide on. Nothing here links anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from copydesk.normalize.names import fold
from copydesk.normalize.names.compare import compare_names
from copydesk.normalize.names.haystack import haystack
from copydesk.normalize.names.link import find_names, scan
from copydesk.normalize.names.model import Authority
from copydesk.normalize.names.packs import pack, words

_CAPITALISED = r"[^\W\d_a-z](?:[^\W\d_]|['-](?=[^\W\d_])){1,30}"
_RUN = re.compile(rf"(?<!\w){_CAPITALISED}(?: (?:[^\W\d_]\. ?)?{_CAPITALISED}){{1,3}}(?!\w)")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One row of the review queue."""

    canonical: str
    """The most frequent spelling; the -yan of Armenian state usage breaks a tie, then the alphabet."""
    spellings: tuple[tuple[str, int], ...]
    contexts: tuple[str, ...]
    """Up to three a cluster, of different texts where there are."""
    nearest: tuple[tuple[str, str], ...]
    """Entry ids that it might be, and why."""
    sources: tuple[str, ...]
    """Which sources have it. A spelling of one source only is house style, no new person."""


@dataclass(frozen=True, slots=True)
class _Seen:
    name: str
    context: str
    source: str


def propose_names(
    texts: Iterable[str] | Mapping[str, str] | Iterable[tuple[str, str]], authority: Authority
) -> list[Cluster]:
    """Clusters of unknown names in ``texts`` (or source → text, or pairs of both), most frequent first.

    Runs of capitalised words that hold no known name, less titles and common words. Spellings come together only where
    :func:`compare_names` says ``same``, and the authority keeps no decision on them.
    """
    pairs = texts.items() if isinstance(texts, Mapping) else enumerate(texts)
    seen: dict[str, list[_Seen]] = {}
    for number, given in pairs:
        source, text = given if isinstance(given, tuple) else (str(number), given)
        for one in _candidates(text, source, authority):
            seen.setdefault(one.name, []).append(one)
    counts = Counter({name: len(found) for name, found in seen.items()})
    blocks: dict[str, list[list[str]]] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        groups = blocks.setdefault(fold.key(name.rsplit(" ", 1)[-1], family=True), [])
        home = next((group for group in groups if all(compare_names(name, other) == "same" for other in group)), None)
        if home is None:
            groups.append([name])
        else:
            home.append(name)
    families = _families(authority)
    clusters = [_cluster(group, counts, seen, families, authority) for groups in blocks.values() for group in groups]
    return sorted(clusters, key=lambda one: (-sum(count for _, count in one.spellings), one.canonical))


def _candidates(text: str, source: str, authority: Authority) -> list[_Seen]:
    hay = haystack(text).text
    taken = [(spot.start, spot.end) for spot in scan(hay, authority.index) if any(at >= 0 for _, at in spot.hits)]
    linked = {one.surface for one in find_names(text, authority) if one.status == "linked"}
    decided = set(authority.decisions)
    found: list[_Seen] = []
    following = 0
    for match in _RUN.finditer(hay):
        while following < len(taken) and taken[following][1] <= match.start():
            following += 1
        if following < len(taken) and taken[following][0] < match.end():
            continue
        name = _trimmed(match.group())
        if name and name not in decided and name not in linked:
            left = max(0, match.start() - 60)
            found.append(_Seen(name, hay[left : match.end() + 60].replace("\n", " ").strip(), source))
    return found


def _trimmed(run: str) -> str:
    """The run without titles, starters and demonyms at its head; empty where that leaves less than two words."""
    skipped = words("title_words") | words("starters") | words("demonyms")
    skipped |= words("male_honorifics") | words("female_honorifics") | words("neutral_honorifics")
    parts = run.split(" ")
    while parts and parts[0].rstrip(".").lower() in skipped:
        parts.pop(0)
    common = words("starters") | words("longer_names") | words("demonyms")
    if len(parts) < 2 or any(part in common or part.lower() in common or part.isupper() for part in parts):
        return ""
    return " ".join(parts)


def _families(authority: Authority) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id_, entry in authority.entries.items():
        for key in dict.fromkeys(fold.key(name, family=True) for name in entry.surname):
            found.setdefault(key, []).append(id_)
    return found


def _cluster(
    group: list[str],
    counts: Counter[str],
    seen: Mapping[str, list[_Seen]],
    families: dict[str, list[str]],
    authority: Authority,
) -> Cluster:
    style = tuple(pack("words")["house_endings"])
    canonical = min(group, key=lambda name: (-counts[name], not name.endswith(style), name))
    own = [one for name in group for one in seen[name]]
    nearest = []
    for id_ in families.get(fold.key(canonical.rsplit(" ", 1)[-1], family=True), []):
        answer = compare_names(canonical, authority.entries[id_].canonical)
        reason = "the same name, not a listed form" if answer == "same" else "same family name"
        nearest.append((id_, reason if answer != "review" else "given name alike: compare"))
    return Cluster(
        canonical=canonical,
        spellings=tuple((name, counts[name]) for name in sorted(group, key=lambda name: (-counts[name], name))),
        contexts=tuple(dict.fromkeys(one.context for one in own))[:3],
        nearest=tuple(nearest),
        sources=tuple(sorted({one.source for one in own})),
    )
