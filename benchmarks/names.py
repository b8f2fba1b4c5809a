"""How fast names are found and an authority is loaded, in processor time. Run: python benchmarks/names.py [entries].

Prints, for an authority of that many made-up people (50,000 unless told): seconds to load it from CSV, from TOML, and
from the compiled copy; then words a second of ``find_names`` over made-up news text, and of the bare scan beside an
Aho-Corasick automaton over the same forms.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from copydesk.normalize.names import Authority, find_names, load_authority
from copydesk.normalize.names.haystack import haystack
from copydesk.normalize.names.link import scan

ONSETS = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "kh", "gh", "sh", "ch", "ts", "zh"]
VOWELS = ["a", "e", "i", "o", "u"]
ENDINGS = ["yan", "ian", "ov", "ev", "shvili", "dze", "enko", "sky", "zade", "li"]


def made_up(entries: int, folder: Path, seed: int = 1) -> tuple[Path, Path]:
    """The same people as CSV and as TOML: three spellings each."""
    chance = random.Random(seed)

    def word(syllables: int) -> str:
        return "".join(chance.choice(ONSETS) + chance.choice(VOWELS) for _ in range(syllables)).capitalize()

    givens = [word(2) for _ in range(800)]
    rows = ["id,canonical,type,given,surname,forms"]
    tables = []
    for number in range(entries):
        given, root = chance.choice(givens), word(2 + number % 2)
        family = [root + ending for ending in chance.sample(ENDINGS, 3)]
        name = f"{given} {family[0]}"
        rows.append(f"p-{number},{name},person,{given},{'|'.join(family)},{name}")
        quoted = ", ".join(f'"{one}"' for one in family)
        tables.append(
            f'[[entry]]\nid = "p-{number}"\ncanonical = "{name}"\ntype = "person"\n'
            f'given = ["{given}"]\nsurname = [{quoted}]\n'
        )
    (folder / "names.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "toml").mkdir()
    (folder / "toml" / "people.toml").write_text("\n".join(tables), encoding="utf-8")
    return folder / "names.csv", folder / "toml"


def text_with(authority: Authority, words: int, seed: int = 2) -> str:
    """Made-up news: about one word in thirty begins a name of the authority."""
    chance = random.Random(seed)
    names = [entry.canonical for entry in authority.entries.values()]
    plain = [
        "the",
        "government",
        "said",
        "on",
        "monday",
        "that",
        "talks",
        "with",
        "its",
        "neighbour",
        "would",
        "go",
        "on",
        "after",
        "Tuesday",
        "in",
        "spite",
        "of",
        "protests",
    ]
    out: list[str] = []
    while len(out) < words:
        out.append(chance.choice(names) if chance.random() < 0.03 else chance.choice(plain))
        if chance.random() < 0.05:
            out[-1] += "."
        if chance.random() < 0.01:
            out[-1] += "\n\n"
    return " ".join(out)


def timed(label: str, work: object) -> object:
    begin = time.process_time()
    result = work()  # type: ignore[operator]
    print(f"{label:58} {time.process_time() - begin:8.3f} s")
    return result


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        os.environ["COPYDESK_CACHE"] = ""
        csv_file, toml_folder = made_up(entries, folder)
        authority = timed(f"load {entries:,} entries from CSV", lambda: load_authority(csv_file))
        timed("load the same from TOML", lambda: load_authority(toml_folder))
        (toml_folder / "people.toml").touch()
        timed(
            "load the same from TOML, writing the compiled copy",
            lambda: load_authority(toml_folder, cache_dir=folder / "kept"),
        )
        (toml_folder / "people.toml").touch()
        timed(
            "load the same from TOML, reading the compiled copy",
            lambda: load_authority(toml_folder, cache_dir=folder / "kept"),
        )
        assert isinstance(authority, Authority)
        speed(authority)
        speed(load_authority())


def speed(authority: Authority) -> None:
    """Words a second of the linker, its scan, and automata (pip install ahocorasick-rs to compare them)."""
    from ahocorasick_rs import AhoCorasick, Implementation, MatchKind  # noqa: PLC0415

    text = text_with(authority, 200_000)
    articles = [text[at : at + 5000] for at in range(0, len(text), 5000)]
    words = len(text.split())
    print(f"{len(authority):,} entries, {len(authority.index.hits):,} forms, {words:,} words")
    begin = time.process_time()
    found = sum(len(find_names(article, authority)) for article in articles)
    print(f"  find_names              {words / (time.process_time() - begin):12,.0f} words/s   ({found:,} mentions)")
    begin = time.process_time()
    spots = sum(len(scan(haystack(article).text, authority.index)) for article in articles)
    print(f"  scan by first word      {words / (time.process_time() - begin):12,.0f} words/s   ({spots:,} places)")
    forms = list(authority.index.hits)
    for implementation in (Implementation.DFA, Implementation.ContiguousNFA, Implementation.NoncontiguousNFA):
        if implementation is Implementation.DFA and len(forms) > 20_000:
            print("  automaton DFA           left out: too large a table for this many forms")
            continue
        begin = time.process_time()
        automaton = AhoCorasick(forms, matchkind=MatchKind.LeftmostLongest, implementation=implementation)
        built = time.process_time() - begin
        begin = time.process_time()
        for article in articles:
            automaton.find_matches_as_indexes(haystack(article).text)
        rate = words / (time.process_time() - begin)
        name = str(implementation).split(".")[-1]
        print(f"  automaton {name:20}{rate:8,.0f} words/s   (built in {built:.2f} s, edges unchecked)")


if __name__ == "__main__":
    main()
