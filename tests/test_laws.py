"""Laws 1, 3 and 6: nothing is lost, same in same out, one bad file stops nothing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import SAMPLE
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from copydesk import cleaning, ingest, partitions, pipeline, tables
from copydesk.article import RawItem, Role, raw_of, text_of
from copydesk.bulk import in_memory
from copydesk.cleaning import Knowledge, clean
from copydesk.decoding import UnreadableText, decode
from copydesk.document import Document, open_document
from copydesk.label.opinion import Opinion, of_texts
from copydesk.normalize.names import undo
from copydesk.release.data import to_csv, to_parquet

LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [
                "",
                "By Ann Ode",
                "9/26/2023",
                "Updated:",
                "Read more",
                "Support us",
                "Dear readers,",
                "XS",
                "0:00",
                "“We will not leave,” the ferryman said on Monday, and the crowd by the quay went quiet at last.",
                "The council met again on Tuesday and put off its decision on the old bridge until spring arrives.",
                "The bridge at Lower Mill in winter. (Ann Ode/AP)",
                "Please support us today: your donation keeps our newsroom going.",
            ]
        ),
    ),
    max_size=30,
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\u2028", "\n\n"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, end=ENDS)
@example(lines=["\x1b"], end="\n").via("a page of which nothing is left to label")
def test_blocks_partition_the_lines_and_rebuild_raw_and_text(knowledge: Knowledge, lines: list[str], end: str) -> None:
    raw = end.join(lines).encode("utf-8", "surrogatepass")
    try:
        decoded = decode(raw)
    except UnreadableText:
        return
    article = clean(raw, knowledge=knowledge)
    assert [block.line_start for block in article.blocks[1:]] == [block.line_end for block in article.blocks[:-1]]
    assert article.blocks[0].line_start == 0
    assert article.blocks[-1].line_end == len(decoded.lines)
    assert raw_of(article.blocks) == decoded.raw
    assert article.text == text_of(article.blocks)
    assert all(block.evidence.rule for block in article.blocks)
    kept = [mention for mention in article.mentions if mention.field == "text"]
    assert undo(article.text_normalized, kept) == article.text


@pytest.mark.parametrize(
    "path", sorted(SAMPLE.rglob("0[0-8]*.txt")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_page_of_the_sample_is_rebuilt_from_its_blocks(path: Path, knowledge: Knowledge) -> None:
    data = path.read_bytes()
    article = clean(data, knowledge=knowledge)
    assert raw_of(article.blocks) == decode(data).raw
    assert sum(block.line_end - block.line_start for block in article.blocks) == len(decode(data).lines)
    assert all(not block.text for block in article.blocks if block.role is Role.BLANK)


def _build(
    raw: Path, work: Path, knowledge: Knowledge, *, articles: int, shuffled: bool = False
) -> dict[str, pa.Table]:
    work.mkdir()
    batches = list(partitions.plan(raw, articles))
    if shuffled:
        random.Random(4).shuffle(batches)
    surveys = [pipeline.survey_partition(batch, knowledge.sources, work) for batch in batches]
    learned = pipeline.recall(knowledge, pipeline.learn(sorted(surveys), work))
    if shuffled:
        batches.reverse()
    return in_memory(pipeline.assemble([pipeline.clean_partition(batch, learned, work) for batch in batches], learned))


def _bytes(parts: dict[str, pa.Table]) -> dict[str, tuple[bytes, bytes]]:
    return {name: (to_parquet(data), to_csv(data)) for name, data in parts.items()}


def test_same_in_same_out_whatever_the_batches_and_their_order(tmp_path: Path, knowledge: Knowledge) -> None:
    copied = tmp_path / "elsewhere"
    paths = sorted(SAMPLE.rglob("*.txt"))
    for path in random.Random(7).sample(paths, k=len(paths)):  # written in another order, elsewhere
        target = copied / path.relative_to(SAMPLE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    one = _bytes(_build(SAMPLE, tmp_path / "one", knowledge, articles=1000))
    again = _bytes(_build(SAMPLE, tmp_path / "again", knowledge, articles=1000))
    four = _bytes(_build(copied, tmp_path / "four", knowledge, articles=16, shuffled=True))
    assert one == again
    assert one == four
    assert set(one) == {table.name for table in tables.TABLES}


@pytest.mark.parametrize("together", [False, True])
def test_a_fault_of_our_own_stops_nothing(
    together: bool, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a page is read by itself, and where it is one of many."""
    raw = tmp_path / "raw"
    shutil.copytree(SAMPLE / "talkurier", raw / "talkurier")
    good = len(list(raw.rglob("*.txt")))
    (raw / "talkurier" / "odd.odd").write_text("A file whose reader breaks.")
    (raw / "talkurier" / "worse.txt").write_text("A page that breaks the cleaner. " * 9)

    def breaks(_file: object) -> Iterator[RawItem]:
        raise RecursionError("too deep")

    def opens(item: RawItem, *more: Any, **named: Any) -> Document:
        if item.path.endswith("worse.txt"):
            raise ZeroDivisionError("by \udcff")
        return open_document(item, *more, **named)

    def scores(pages: Sequence[Sequence[str]], *more: Any) -> list[Opinion]:
        if any("breaks the cleaner" in line for lines in pages for line in lines):
            raise ZeroDivisionError("by \udcff")
        return of_texts(pages, *more)

    monkeypatch.setattr(ingest, "READERS", {**ingest.READERS, ".odd": breaks})
    monkeypatch.setattr(cleaning, *(("of_texts", scores) if together else ("open_document", opens)))
    parts = _build(raw, tmp_path / "work", knowledge, articles=3)
    assert parts["articles"].num_rows == good
    reasons = {row["raw_path"]: (row["stage"], row["reason"]) for row in parts["quarantine"].to_pylist()}
    assert reasons == {"talkurier/odd.odd": ("ingest", "fault"), "talkurier/worse.txt": ("clean", "fault")}


def test_one_bad_file_stops_nothing(tmp_path: Path, knowledge: Knowledge) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(SAMPLE / "talkurier", raw / "talkurier")
    good = len(list(raw.rglob("*.txt")))
    (raw / "talkurier" / "bad.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01")
    (raw / "talkurier" / "unknown.xyz").write_text("What reads such files?")
    (raw / "talkurier" / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (raw / "talkurier" / "passwd.txt").symlink_to("/etc/passwd")
    (raw / "talkurier" / "surrogate\udcff.txt").write_text("A name that is no text. " * 9)
    parts = _build(raw, tmp_path / "work", knowledge, articles=3)
    assert parts["articles"].num_rows == good + 1
    reasons = {row["raw_path"].rpartition("/")[2]: row["reason"] for row in parts["quarantine"].to_pylist()}
    assert reasons == {
        "bad.txt": "binary",
        "unknown.xyz": "unknown_format",
        "gone.txt": "outside",
        "passwd.txt": "outside",
    }
