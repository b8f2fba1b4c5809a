"""Law 1, replayed: the blocks partition the document's lines, and the article's text is a view over them.

Articles are replayed a few thousand at a time, as Arrow arrays: a document is never a Python object unless its line
ends are of the rare kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import KEPT_ROLES, PARAGRAPH_BREAK, TEXT_ROLES, Role
from copydesk.bulk import Rows, side_by_side
from copydesk.decoding.lines import split_lines
from copydesk.identity import content_sha256
from copydesk.segment import LINE_ENDS
from copydesk.verify.finding import Finding, told

_AT_ONCE = 4_000  # articles; bounds memory only
_LINE_END = "line_end:"
_ENDS = {f"{_LINE_END}{name}": end for end, name in LINE_ENDS.items()}
_ALWAYS_A_LINE_END = "\r\n|[\n\r\u2028\u2029]"
_SOMETIMES_A_LINE_END = "[\x0b\x0c\u0085]"

Integers = npt.NDArray[np.int64]
Bad = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """Some articles and all their blocks: the blocks of article ``n`` are ``offsets[n]`` to ``offsets[n + 1]``."""

    articles: pa.Table
    blocks: pa.Table
    offsets: Integers

    @property
    def ids(self) -> pa.ChunkedArray:
        return self.articles["article_id"]

    def article_of(self, block: int) -> int:
        return int(np.searchsorted(self.offsets, block, side="right")) - 1

    def name(self, block: int) -> str:
        return f"{self.ids[self.article_of(block)]} {self.blocks['block'][block]}"


def check_replay(articles: Rows, blocks: Rows, *, text: bool) -> list[Finding]:
    """Findings over all articles. Both tables are sorted by key, and every block has its article.

    ``text`` is False for a version that holds no text: then only the numbering of blocks and lines can be checked.
    """
    findings: list[Finding] = []
    for stretch in side_by_side([articles, blocks], "article_id"):
        findings.extend(_replayed(*stretch, text=text))
    return findings


def _replayed(articles: pa.Table, blocks: pa.Table, *, text: bool) -> list[Finding]:
    counts = _blocks_of_each(articles, blocks)
    without = np.flatnonzero(counts == 0)
    if len(without):
        ids = articles["article_id"]
        return told("lines", "blocks", ((str(ids[int(row)]), "the article has no block") for row in without))
    offsets = np.concatenate(([0], np.cumsum(counts)))
    findings: list[Finding] = []
    for start in range(0, articles.num_rows, _AT_ONCE):
        stop = min(start + _AT_ONCE, articles.num_rows)
        first, last = int(offsets[start]), int(offsets[stop])
        part = Part(
            articles.slice(start, stop - start).combine_chunks(),
            blocks.slice(first, last - first).combine_chunks(),
            offsets[start : stop + 1] - first,
        )
        findings.extend(told("lines", "blocks", _numbering(part)))
        if text:
            findings.extend(_documents(part))
            findings.extend(_views(part))
    return findings


def _blocks_of_each(articles: pa.Table, blocks: pa.Table) -> Integers:
    row = pc.index_in(blocks["article_id"].combine_chunks(), value_set=articles["article_id"].combine_chunks())
    return np.bincount(row.to_numpy(zero_copy_only=False), minlength=articles.num_rows).astype(np.int64)


def _numbers(table: pa.Table, column: str) -> Integers:
    return np.asarray(table[column].to_numpy(), dtype=np.int64)


def _numbering(part: Part) -> Bad:
    """Blocks count from 0; lines too, and each block goes on where the one before it ended."""
    first = part.offsets[:-1]
    counted = np.arange(part.blocks.num_rows) - np.repeat(first, np.diff(part.offsets))
    start, end = _numbers(part.blocks, "line_start"), _numbers(part.blocks, "line_end")
    expected = np.concatenate(([0], end[:-1]))
    expected[first] = 0
    for block in np.flatnonzero(_numbers(part.blocks, "block") != counted):
        yield part.name(int(block)), f"it is the article's block {counted[block]}, counted from 0"
    for block in np.flatnonzero(start != expected):
        yield part.name(int(block)), f"it begins at line {start[block]}, and should at line {expected[block]}"
    for block in np.flatnonzero(end <= start):
        yield part.name(int(block)), f"it holds no line: {start[block]} to {end[block]}"


def _documents(part: Part) -> list[Finding]:
    """The raw document, rebuilt: as long as the article says, and its lines are those of the blocks."""
    findings = []
    texts = part.blocks["text"].combine_chunks()
    raw = pc.coalesce(part.blocks["raw_text"].combine_chunks(), texts, pa.scalar(""))
    ends, unknown = _line_ends(part)
    nameless = ((part.name(block), f"no line end is called {name!r}") for block, name in unknown)
    findings.extend(told("lines", "blocks", nameless))
    pieces = pc.binary_join_element_wise(raw, ends, "")
    documents = _join(pieces, part.offsets, "")
    chars = _numbers(part.articles, "chars_raw")
    actual = pc.utf8_length(documents).to_numpy()
    findings.extend(_differ(part, "counts", "chars_raw", actual, chars, "code points in the document"))
    findings.extend(told("lines", "blocks", _misplaced(part, pieces, documents)))
    return findings


def _line_ends(part: Part) -> tuple[pa.Array, list[tuple[int, str]]]:
    """What ends each block: LF, nothing for a document's last, or what its repairs name; and names without meaning."""
    ends = np.full(part.blocks.num_rows, "\n", dtype=object)
    ends[part.offsets[1:] - 1] = ""
    repairs = part.blocks["repairs"].combine_chunks()
    names = repairs.flatten()
    chosen = pc.starts_with(names, _LINE_END)
    names = names.filter(chosen)
    blocks = pc.list_parent_indices(repairs).filter(chosen).to_numpy()
    meaning = pc.fill_null(pc.index_in(names, value_set=pa.array(list(_ENDS))), -1).to_numpy(zero_copy_only=False)
    known = meaning >= 0
    ends[blocks[known]] = np.array(list(_ENDS.values()), dtype=object)[meaning[known]]
    unknown = [(int(blocks[row]), str(names[int(row)])) for row in np.flatnonzero(~known)]
    return pa.array(ends, type=pa.string()), unknown


def _misplaced(part: Part, pieces: pa.Array, documents: pa.Array) -> Bad:
    """Blocks whose text is not that of their lines.

    Line ends of the common kinds are counted; where that does not come out even, or a document holds a character that
    ends a line in some documents only, the document is split as it was when it was read.
    """
    inside = pc.count_substring_regex(pieces, _ALWAYS_A_LINE_END).to_numpy().astype(np.int64)
    inside[part.offsets[1:] - 1] += 1
    start, end = _numbers(part.blocks, "line_start"), _numbers(part.blocks, "line_end")
    uneven = np.add.reduceat(inside != end - start, part.offsets[:-1]) > 0
    # A line end could come of two blocks, where one ends with CR and the next begins with LF.
    uneven |= np.add.reduceat(pc.ends_with(pieces, "\r").to_numpy(zero_copy_only=False), part.offsets[:-1]) > 0
    uneven |= pc.match_substring_regex(documents, _SOMETIMES_A_LINE_END).to_numpy(zero_copy_only=False)
    for article in np.flatnonzero(uneven):
        lines = [line + line_end for line, line_end in split_lines(documents[int(article)].as_py())]
        if len(lines) != end[part.offsets[article + 1] - 1]:
            yield str(part.ids[int(article)]), f"the document has {len(lines)} lines, and its blocks hold others"
        for block in range(int(part.offsets[article]), int(part.offsets[article + 1])):
            if "".join(lines[start[block] : end[block]]) != pieces[block].as_py():
                yield part.name(block), "its text is not that of its lines"


def _views(part: Part) -> list[Finding]:
    """What the article says of itself, against what its blocks say."""
    roles = part.blocks["role"].combine_chunks()
    texts = pc.fill_null(part.blocks["text"].combine_chunks(), "")
    rebuilt = _join_of_roles(part, roles, texts, sorted(TEXT_ROLES))
    stored = pc.fill_null(part.articles["text"].combine_chunks(), "")
    rows = np.flatnonzero(pc.not_equal(rebuilt, stored).to_numpy(zero_copy_only=False))
    whats = ((str(part.ids[int(row)]), "the text is not what its blocks say") for row in rows)
    findings = told("text", "articles.text", whats)

    kept = pc.if_else(_is(roles, sorted(KEPT_ROLES)), pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False)
    chars = np.add.reduceat(kept.astype(np.int64), part.offsets[:-1])
    findings += _differ(part, "counts", "chars_kept", chars, _numbers(part.articles, "chars_kept"), "code points kept")
    body = _is(roles, [Role.BODY]).to_numpy(zero_copy_only=False).astype(np.int64)
    paragraphs = np.add.reduceat(body, part.offsets[:-1])
    said = _numbers(part.articles, "paragraph_count")
    findings += _differ(part, "counts", "paragraph_count", paragraphs, said, "body blocks")
    return findings + told("counts", "articles", _words_and_hashes(part))


def _words_and_hashes(part: Part) -> Bad:
    names = ("article_id", "headline", "standfirst", "text", "word_count", "content_sha256")
    for id_, headline, standfirst, text, words, sha256 in zip(
        *(part.articles[name].to_pylist() for name in names), strict=True
    ):
        if content_sha256(headline, standfirst, text or "") != sha256:
            yield id_, "content_sha256 is not the hash of headline, standfirst and text"
        if (counted := len((text or "").split())) != words:
            yield id_, f"word_count is {words}, and the text has {counted} words"


def _differ(part: Part, check: str, column: str, actual: Integers, said: Integers, what: str) -> list[Finding]:
    rows = np.flatnonzero(actual != said)
    whats = ((str(part.ids[int(row)]), f"{column} is {said[row]}, and there are {actual[row]} {what}") for row in rows)
    return told(check, "articles", whats)


def _is(roles: pa.Array, wanted: Sequence[str]) -> pa.Array:
    return pc.is_in(roles, value_set=pa.array([str(role) for role in wanted]))


def _join_of_roles(part: Part, roles: pa.Array, texts: pa.Array, wanted: Sequence[str]) -> pa.Array:
    chosen = _is(roles, wanted)
    before = np.concatenate(([0], np.cumsum(chosen.to_numpy(zero_copy_only=False))))
    return _join(texts.filter(chosen), before[part.offsets], PARAGRAPH_BREAK)


def _join(pieces: pa.Array, offsets: Integers, separator: str) -> pa.Array:
    lists = pa.LargeListArray.from_arrays(pa.array(offsets, type=pa.int64()), pieces.cast(pa.large_string()))
    return pc.binary_join(lists, pa.scalar(separator, type=pa.large_string()))
