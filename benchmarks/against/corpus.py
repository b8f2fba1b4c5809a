"""Articles to measure on, in every form that a tool reads, the same for all.

They come from the shared generator where that is at hand (``perf/make_corpus.py``, beside the real pages that
``scorer_pages.py`` finds), else from ``invented_nights.py``. Either way a larger corpus begins with a smaller one.

    articles.jsonl              id, url, source, published, text
    shards/00.jsonl …           the same in four parts
    packed/documents/00.json.gz the same parts, packed
    raw/<outlet>/articles.jsonl the same by outlet, as Copydesk's raw folder
    truth.json                  which story is told at which address, and how many bytes of text there are
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import invented_nights
from scorer_pages import press_folder

SEED, SHARDS = 7, 4
FIELDS = ("id", "url", "source", "published", "text")


def make(folder: Path, documents: int) -> dict[str, Any]:
    """The corpus of so many articles in ``folder``, made where it is not there yet. Returns what ``truth.json`` has."""
    told = folder / "truth.json"
    if not told.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        told.write_text(json.dumps(_write(folder, documents)), encoding="utf-8")
    found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return found


def generator() -> Path | None:
    """The shared generator, or None."""
    press = press_folder()
    path = press.parent / "perf" / "make_corpus.py" if press else None
    return path if path and path.is_file() else None


def _write(folder: Path, documents: int) -> dict[str, Any]:
    (folder / "shards").mkdir()
    (folder / "packed" / "documents").mkdir(parents=True)
    whole = (folder / "articles.jsonl").open("wb")
    shards = [(folder / "shards" / f"{number:02}.jsonl").open("wb") for number in range(SHARDS)]
    packed = [
        gzip.GzipFile(folder / "packed" / "documents" / f"{number:02}.json.gz", "wb", 1, mtime=0)
        for number in range(SHARDS)
    ]
    first: dict[str, str] = {}
    stories: dict[str, str] = {}
    outlets: dict[str, Any] = {}
    size = 0
    for number, article in enumerate(_shared(folder, documents) if generator() else _invented(documents)):
        first[article["id"]] = first.get(article["truth"]["dup_of"] or "", article["truth"]["dup_of"] or article["id"])
        stories[article["url"]] = first[article["id"]]
        size += len(article["text"].encode("utf-8", "replace"))
        line = _line({name: article[name] for name in FIELDS})
        shard = number * SHARDS // documents
        outlet = re.sub(r"[^a-z0-9]+", "_", article["source"].lower())
        if outlet not in outlets:
            (folder / "raw" / outlet).mkdir(parents=True)
            outlets[outlet] = (folder / "raw" / outlet / "articles.jsonl").open("wb")
        outlets[outlet].write(_line({name: article[name] for name in FIELDS if name != "source"}))
        for file in (whole, shards[shard], packed[shard]):
            file.write(line)
    for file in (whole, *shards, *packed, *outlets.values()):
        file.close()
    made_by = "the shared generator" if generator() else "invented_nights.py"
    return {"documents": documents, "made_by": made_by, "seed": SEED, "text_bytes": size, "stories": stories}


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _shared(folder: Path, documents: int) -> Iterator[dict[str, Any]]:
    path, made = generator(), folder / "made.jsonl"
    subprocess.run([sys.executable, "-B", str(path), str(documents), str(made), "--seed", str(SEED)], check=True)
    with made.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
    made.unlink()


def _invented(documents: int) -> Iterator[dict[str, Any]]:
    numbers = (number for number in range(2 * documents) if invented_nights.path_of(number).endswith(".txt"))
    for place, number in zip(range(documents), numbers, strict=False):
        source = invented_nights.SOURCES[number % len(invented_nights.SOURCES)]
        copied = number - 1 if number % 25 == 1 else None  # that is how its pages carry the stories of others
        told = invented_nights.path_of(copied).endswith(".txt") if copied is not None else False
        yield {
            "id": f"{number:08}",
            "url": f"https://{source.replace('_', '')}.example/{place}",
            "source": source,
            "published": "2026-10-01",
            "text": invented_nights.page(number, 0, SEED).decode(),
            "truth": {"dup_of": f"{copied:08}" if told else None},
        }
