"""Review in a terminal: one unknown name after another, one decision a key. What is decided is written down at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from copydesk.normalize.names.model import Authority
from copydesk.normalize.names.propose import Cluster
from copydesk.normalize.names.record import Book, Verdict, slug, unused

KEYS = (
    "n new · v variant of 1, V of another · d different from 1, D from another · x no name · l later · u undo · q quit"
)
_PLAIN = {"x": "not-a-name", "l": "later"}
_OF_ENTRY = {"v": "variant", "d": "different"}
_END = ("", "q", "\x04")


class Terminal(Protocol):
    """Where a person sits: lines to them, single keys and lines from them. An empty key is the end of input."""

    def say(self, text: str) -> None: ...
    def key(self) -> str: ...
    def line(self, prompt: str) -> str: ...


@dataclass(frozen=True, slots=True)
class _Done:
    place: int
    id: str
    kind: str
    entry: str


def review(
    clusters: Sequence[Cluster], authority: Authority, book: Book, terminal: Terminal, show: Callable[[str], str]
) -> Counter[str]:
    """Asks about each cluster until the last one or ``q``; how many decisions of each kind stand. ``show`` makes
    scraped text safe to print."""
    done: list[_Done] = []
    place = 0
    while place < len(clusters):
        cluster = clusters[place]
        known = [*authority.entries, *(one.entry for one in done if one.kind == "new")]
        terminal.say(page(cluster, authority, f"{place + 1} of {len(clusters)}", show))
        key = terminal.key()
        if key in _END:
            break
        if key == "u":
            place = _undone(done, book, terminal, place)
            continue
        verdict = _verdict(key, cluster, known, terminal)
        if verdict is None:
            terminal.say(f"  {KEYS}")
            continue
        done.append(_Done(place, book.add(verdict), verdict.decision, verdict.entry))
        terminal.say(f"  → {verdict.decision} {verdict.entry}".rstrip())
        place += 1
    return Counter(one.kind for one in done)


def page(cluster: Cluster, authority: Authority, where: str, show: Callable[[str], str]) -> str:
    """What a person sees of a cluster: the proposed name, its spellings, contexts, and the entries that come near."""
    spellings = ", ".join(f"{show(name)} ×{count}" for name, count in cluster.spellings)
    lines = ["", f"{where}  {show(cluster.canonical)}", f"  spellings  {spellings}"]
    lines += [f"  sources    {', '.join(map(show, cluster.sources[:5]))}"]
    lines += [f"  context    … {show(context)} …" for context in cluster.contexts]
    for number, (id_, reason) in enumerate(cluster.nearest[:9], 1):
        entry = authority.entries.get(id_)
        lines.append(f"  near {number}     {id_}  {show(entry.canonical) if entry else ''}  ({reason})")
    return "\n".join([*lines, f"  {KEYS}"])


def _verdict(key: str, cluster: Cluster, known: Sequence[str], terminal: Terminal) -> Verdict | None:
    spellings = (cluster.canonical, *(name for name, _ in cluster.spellings if name != cluster.canonical))
    if key == "n":
        return Verdict(spellings, "new", unused(slug(cluster.canonical), known))
    if key in _PLAIN:
        return Verdict(spellings, _PLAIN[key])
    kind = _OF_ENTRY.get(key.lower())
    if kind is None:
        return None
    near = [id_ for id_, _ in cluster.nearest]
    if key.islower() and near:
        return Verdict(spellings, kind, near[0])
    answer = terminal.line(f"  {kind}: number or id of the entry: ").strip()
    chosen = near[int(answer) - 1] if answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(near) else answer
    if chosen not in known:
        terminal.say("  There is no such entry.")
        return None
    return Verdict(spellings, kind, chosen)


def _undone(done: list[_Done], book: Book, terminal: Terminal, place: int) -> int:
    """Takes the last decision of this session back; where to go on."""
    if not done:
        terminal.say("  Nothing was decided yet in this session.")
        return place
    last = done.pop()
    book.undo(last.id)
    terminal.say(f"  taken back: {last.kind} {last.entry}".rstrip())
    return last.place
