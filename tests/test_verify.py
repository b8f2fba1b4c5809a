"""What verify finds: any changed byte, and any untruth that was sealed with fitting hashes."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_release import (
    BAD,
    DOCUMENTS,
    article_of,
    changed,
    publish_small,
    release_of,
    tables_of,
    write_raw,
    write_small,
)

from copydesk import rows, tables
from copydesk.cli import main
from copydesk.decoding.lines import split_lines
from copydesk.frames import empty, frame
from copydesk.release import data as release_data
from copydesk.release.hashing import content_hash
from copydesk.release.write import write_release
from copydesk.store import NoSuchDataset
from copydesk.store.layout import SUMS
from copydesk.store.sums import files_of, parse_sums, render_sums, sha256_of
from copydesk.verify import Finding, Verified, verify, verify_each
from copydesk.verify.replay import check_replay
from copydesk.verify.spans import check_spans
from copydesk.verify.verified import said_of_all

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made() -> dict[str, pa.Table]:
    return tables_of()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, made: dict[str, pa.Table]) -> Path:
    """A dataset with one version. No test may leave it changed."""
    dataset = tmp_path_factory.mktemp("published") / "dataset"
    publish_small(dataset, made)
    return dataset


@pytest.fixture
def version(tmp_path: Path, published: Path) -> Path:
    """A copy of that version, outside of any dataset, to spoil."""
    return shutil.copytree((published / "latest").resolve(), tmp_path / "version")


def reseal(folder: Path) -> None:
    """Makes SHA256SUMS fit what is there: what somebody who hides a change would do first."""
    (folder / SUMS).write_bytes(
        render_sums({path: sha256_of(folder / path) for path in files_of(folder) if path != SUMS})
    )


def edit(folder: Path, path: str, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads((folder / path).read_bytes())
    change(value)
    (folder / path).write_text(json.dumps(value))


def reseal_with_descriptors(folder: Path, path: str) -> None:
    """Makes release.json, datapackage.json, croissant.json and SHA256SUMS fit a changed data file."""
    size, sha256 = (folder / path).stat().st_size, sha256_of(folder / path)

    def mend(value: dict[str, Any]) -> None:
        resource = next(resource for resource in value["resources"] if resource["path"] == path)
        resource["bytes"] = size
        resource["sha256" if "sha256" in resource else "hash"] = sha256 if "sha256" in resource else f"sha256:{sha256}"

    def mend_croissant(value: dict[str, Any]) -> None:
        for file in value["distribution"]:
            if file["contentUrl"] == path:
                file["sha256"] = sha256

    for descriptor in ("release.json", "datapackage.json"):
        edit(folder, descriptor, mend)
    edit(folder, "croissant.json", mend_croissant)
    reseal(folder)


def put_table(folder: Path, data: dict[str, pa.Table], name: str) -> None:
    """Replaces one table of a version, and makes everything that is said of it fit: the work of a careful forger."""
    release_data.write_parquet(data[name], folder / f"data/{name}.parquet")
    release_data.write_csv(data[name], folder / f"csv/{name}.csv")

    def recount(value: dict[str, Any]) -> None:
        value["content_hash"] = content_hash(data)
        if "row_count" in value:
            value["row_count"][name] = data[name].num_rows
        for resource in value["resources"]:
            if resource["path"] in (f"data/{name}.parquet", f"csv/{name}.csv"):
                resource["rows"] = data[name].num_rows

    for descriptor in ("release.json", "datapackage.json"):
        edit(folder, descriptor, recount)
    for path in (f"data/{name}.parquet", f"csv/{name}.csv"):
        reseal_with_descriptors(folder, path)


def checks(findings: list[Finding]) -> set[str]:
    return {finding.check for finding in findings}


# What is as it says


def test_a_published_version_is_as_it_says(published: Path, tmp_path: Path) -> None:
    raw = write_raw(tmp_path / "raw")
    assert verify(published) == []
    assert verify(published / "latest", raw=raw) == []
    assert verify(published / "versions/2026.11.0", raw=raw) == []
    assert verify(published, all_versions=True, raw=raw) == []


def test_a_version_without_text_is_as_it_says(tmp_path: Path, made: dict[str, pa.Table]) -> None:
    assert verify(write_small(tmp_path / "none", made, text="none")) == []


def test_a_version_without_articles_is_as_it_says(tmp_path: Path) -> None:
    assert verify(write_small(tmp_path / "empty", {table.name: empty(table) for table in tables.TABLES})) == []


def test_a_folder_that_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(NoSuchDataset):
        verify(tmp_path)


line_ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\f", "\x85", ""])
words = st.text(st.sampled_from("aZé. !\t\u00a0漢\U0001f5de\u0301"), max_size=8)
documents = st.lists(st.tuples(words, line_ends), min_size=1, max_size=12).map(
    lambda parts: "".join(word + end for word, end in parts)
)


def replayed(texts: list[str]) -> tuple[pa.Table, pa.Table]:
    made = [article_of(f"a/{number}.txt", text) for number, text in enumerate(texts)]
    return (
        frame(tables.ARTICLES, [rows.article_row(article) for article in made]),
        frame(tables.BLOCKS, [row for article in made for row in rows.block_rows(article)]),
    )


@given(texts=st.lists(documents, min_size=1, max_size=5))
@settings(max_examples=100)
def test_any_document_with_any_line_ends_is_replayed(texts: list[str]) -> None:
    articles, blocks = replayed(texts)
    assert check_replay(articles, blocks, text=True) == []


@given(text=documents, data=st.data())
@settings(max_examples=100)
def test_a_line_more_or_less_in_any_block_is_found(text: str, data: st.DataObject) -> None:
    articles, blocks = replayed([text])
    row = data.draw(st.integers(0, blocks.num_rows - 1))
    column = data.draw(st.sampled_from(["line_start", "line_end", "block"]))
    by = data.draw(st.sampled_from([-1, 1]))
    spoiled = blocks.to_pylist()
    spoiled[row][column] += by
    assert check_replay(articles, pa.Table.from_pylist(spoiled, schema=blocks.schema), text=True)


@given(text=documents, data=st.data())
@settings(max_examples=100)
def test_a_block_that_is_left_out_is_found(text: str, data: st.DataObject) -> None:
    articles, blocks = replayed([text])
    row = data.draw(st.integers(0, blocks.num_rows - 1))
    assert check_replay(articles, pa.concat_tables([blocks[:row], blocks[row + 1 :]]), text=True)


def test_articles_of_every_part_are_replayed() -> None:
    """More articles than are replayed at once, with line ends that are written down."""
    articles, blocks = replayed([f"Headline {number}\r\n\r\nBody.\rMore" for number in range(4_100)])
    assert check_replay(articles, blocks, text=True) == []
    last = blocks.to_pylist()
    last[-2]["repairs"] = ["line_end:crlf"]
    assert len(check_replay(articles, pa.Table.from_pylist(last, schema=blocks.schema), text=True)) >= 1


def test_a_line_end_that_two_blocks_share_is_found() -> None:
    """As two blocks it is two lines, and in the document CR LF is one."""
    articles, blocks = replayed(["One\r\nTwo"])
    spoiled = blocks.to_pylist()
    spoiled[0]["repairs"] = ["line_end:cr"]
    spoiled[1:1] = [
        {**spoiled[0], "block": 1, "line_start": 1, "line_end": 2, "role": "blank", "text": None, "repairs": []}
    ]
    spoiled[2].update(block=2, line_start=2, line_end=3)
    found = check_replay(articles, pa.Table.from_pylist(spoiled, schema=blocks.schema), text=True)
    assert checks(found) == {"lines"}


def test_the_samples_hold_every_line_end() -> None:
    assert {end for text in DOCUMENTS.values() for _, end in split_lines(text)} == {
        "\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\f", "\x85", "",
    }  # fmt: skip


# Bytes


def test_every_single_byte_change_is_found(version: Path) -> None:
    chance = random.Random(1)
    files = files_of(version)
    for number in range(400):
        path = version / (files[number] if number < len(files) else chance.choice(files))
        before = path.read_bytes()
        after = bytearray(before)
        after[chance.randrange(len(after))] ^= chance.randrange(1, 256)
        path.write_bytes(after)
        assert verify(version), f"a changed byte in {path.name} was not found"
        path.write_bytes(before)
    assert verify(version) == []


@pytest.mark.parametrize("bytes_", [b"", b"\n", b" ", b"0" * 64])
def test_bytes_added_or_cut_are_found(version: Path, bytes_: bytes) -> None:
    for path in files_of(version):
        before = (version / path).read_bytes()
        (version / path).write_bytes(before + bytes_ if bytes_ else before[:-1])
        assert verify(version), path
        (version / path).write_bytes(before)


def test_a_missing_an_extra_and_a_swapped_file_are_named(version: Path) -> None:
    (version / "data/dates.parquet").unlink()
    (version / "data/more.parquet").touch()
    (version / "README.md").rename(version / "x")
    (version / "DATASHEET.md").rename(version / "README.md")
    (version / "x").rename(version / "DATASHEET.md")
    found = {(finding.where, finding.what.partition(",")[0].partition(" is ")[0]) for finding in verify(version)}
    assert found == {
        ("data/dates.parquet", "SHA256SUMS lists it"),
        ("data/more.parquet", "SHA256SUMS does not list it"),
        ("README.md", "its SHA-256"),
        ("DATASHEET.md", "its SHA-256"),
    }


def test_a_missing_sum_file_is_found(version: Path) -> None:
    (version / SUMS).unlink()
    assert [finding.where for finding in verify(version)] == [SUMS]


# Descriptors


def set_in_resource(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(descriptor: dict[str, Any]) -> None:
        descriptor["resources"][0][key] = value

    return change


DESCRIPTOR_CHANGES: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("release.json", lambda release: release.update(version="2026.11.1")),
    ("release.json", lambda release: release.update(version="November")),
    ("release.json", lambda release: release.update(status="failure")),
    ("release.json", lambda release: release["validation"].update(success=False)),
    ("release.json", lambda release: release.update(content_hash="sha256:" + "0" * 64)),
    ("release.json", lambda release: release.update(schema_version="0.9.0")),
    ("release.json", lambda release: release["row_count"].update(articles=7)),
    ("release.json", lambda release: release.pop("resources")),
    ("release.json", lambda release: release["resources"].pop()),
    ("release.json", lambda release: release["resources"].append(release["resources"][0])),
    ("release.json", set_in_resource("bytes", 1)),
    ("release.json", set_in_resource("rows", 1)),
    ("release.json", set_in_resource("sha256", "0" * 64)),
    ("release.json", set_in_resource("path", "data/other.parquet")),
    ("release.json", set_in_resource("path", "../version/data/articles.parquet")),
    ("release.json", set_in_resource("table", "blocks")),
    ("release.json", lambda release: release.update(text="none")),
    ("datapackage.json", lambda package: package.update(version="2026.11.1")),
    ("croissant.json", lambda croissant: croissant.update(version="2026.11.1")),
    ("croissant.json", lambda croissant: croissant["distribution"].pop()),
    ("croissant.json", lambda croissant: croissant["distribution"][0].update(sha256="0" * 64)),
    ("croissant.json", lambda croissant: croissant["distribution"][0].update(contentUrl="../x")),
    ("datacite.json", lambda record: record.update(version="2026.11.1")),
    ("datapackage.json", lambda package: package.update(content_hash="sha256:" + "0" * 64)),
    ("datapackage.json", lambda package: package["resources"].pop()),
    ("datapackage.json", set_in_resource("bytes", 1)),
    ("datapackage.json", set_in_resource("rows", 1)),
    ("datapackage.json", set_in_resource("hash", "sha256:" + "0" * 64)),
    ("datapackage.json", lambda package: package["resources"][0]["schema"]["fields"].pop()),
    ("datapackage.json", lambda package: package["resources"][0]["schema"]["fields"][0].update(name="id")),
    ("datapackage.json", lambda package: package["resources"][0]["schema"]["fields"][0].update(type="integer")),
    ("datapackage.json", lambda package: package["resources"][0]["schema"]["fields"][0].pop("constraints")),
]


@pytest.mark.parametrize("number", range(len(DESCRIPTOR_CHANGES)))
def test_a_descriptor_that_disagrees_is_found(version: Path, number: int) -> None:
    path, change = DESCRIPTOR_CHANGES[number]
    edit(version, path, change)
    reseal(version)
    assert "descriptors" in checks(verify(version))


@pytest.mark.parametrize("path", ["release.json", "datapackage.json", "croissant.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"{", b"\xff", b"null"])
def test_a_descriptor_that_is_none_is_found(version: Path, path: str, content: bytes) -> None:
    (version / path).write_bytes(content)
    reseal(version)
    assert checks(verify(version)) == {"descriptors"}


def test_a_citation_of_another_version_is_found(version: Path) -> None:
    citation = version / "CITATION.cff"
    assert "2026.11.0" in citation.read_text()
    citation.write_text(citation.read_text().replace("2026.11.0", "2026.10.0"))
    reseal(version)
    assert {finding.where for finding in verify(version)} == {"CITATION.cff"}


def test_a_resealed_version_is_not_the_one_that_the_dataset_lists(tmp_path: Path, published: Path) -> None:
    dataset = shutil.copytree(published, tmp_path / "dataset", symlinks=True)
    folder = dataset / "versions/2026.11.0"
    (folder / "README.md").write_text("Another one.")
    reseal(folder)
    assert [(finding.check, finding.where) for finding in verify(dataset)] == [("index", SUMS)]


def test_all_versions_are_checked_listed_or_not(tmp_path: Path, published: Path) -> None:
    dataset = shutil.copytree(published, tmp_path / "dataset", symlinks=True)
    publish_small(dataset, tables_of({"a/b.txt": "One"}, ()))
    shutil.copytree(dataset / "versions/2026.11.0", dataset / "versions/2026.11.9")
    (dataset / "versions/2026.11.0/README.md").unlink()
    assert verify(dataset) == []
    found = verify(dataset, all_versions=True)
    assert {finding.where.partition(":")[0] for finding in found} == {"2026.11.0", "2026.11.9"}
    shutil.rmtree(dataset / "versions/2026.11.0")
    assert any("is not there" in finding.what for finding in verify(dataset, all_versions=True))


# Rows, sealed with fitting hashes


def test_a_changed_csv_cell_is_found(version: Path) -> None:
    path = version / "csv/articles.csv"
    path.write_bytes(path.read_bytes().replace(b"Harbour wall to be raised", b"Harbour wall to be razed", 1))
    reseal_with_descriptors(version, "csv/articles.csv")
    found = verify(version)
    assert [(finding.check, finding.where.split()[0]) for finding in found] == [("csv", "csv/articles.csv")]
    assert "headline is not what Parquet holds" in found[0].what


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: text.rindex('\n"')] + "\n",
        lambda text: text.replace("article_id", "id", 1),
        lambda text: text.replace('"', "", 1),
        lambda text: text + '"x"\n',
        lambda text: "",
    ],
)
def test_a_csv_file_that_is_not_the_table_is_found(version: Path, change: Callable[[str], str]) -> None:
    path = version / "csv/blocks.csv"
    path.write_bytes(change(path.read_bytes().decode()).encode())
    reseal_with_descriptors(version, "csv/blocks.csv")
    assert checks(verify(version)) == {"csv"}


def test_a_parquet_file_of_another_table_is_found(version: Path) -> None:
    shutil.copy(version / "data/dates.parquet", version / "data/mentions.parquet")
    reseal_with_descriptors(version, "data/mentions.parquet")
    assert checks(verify(version)) == {"columns"}


def test_a_parquet_file_that_is_none_is_found(version: Path) -> None:
    (version / "data/mentions.parquet").write_bytes(b"PAR1")
    reseal_with_descriptors(version, "data/mentions.parquet")
    assert checks(verify(version)) == {"columns"}


def at(row: int, **values: object) -> Callable[[Rows], None]:
    return lambda found: found[row].update(values)


def of(which: str, /, **values: object) -> Callable[[Rows], None]:
    """Changes the first block of that role."""
    return lambda found: next(block for block in found if block["role"] == which).update(values)


def swap(first: int, second: int) -> Callable[[Rows], None]:
    def change(found: Rows) -> None:
        found[first], found[second] = found[second], found[first]

    return change


def first_line_end(found: Rows) -> dict[str, Any]:
    return next(block for block in found if any(repair.startswith("line_end:") for repair in block["repairs"]))


UNTRUTHS: list[tuple[str, str, Callable[[Rows], object], str]] = [
    ("a body line is another", "blocks", of("body", text="Another line."), "text"),
    ("a body line is set aside", "blocks", of("body", role="advert"), "text"),
    ("a line of furniture is in the text", "blocks", of("newsletter", role="body"), "text"),
    ("a raw line is longer", "blocks", of("body", raw_text="  A line as long as it never was.  "), "counts"),
    ("a block is gone", "blocks", lambda found: found.pop(3), "lines"),
    ("an article's last block is gone", "blocks", lambda found: found.pop(10), "counts"),
    ("an article has no block", "blocks", lambda found: found.__delitem__(slice(0, 11)), "lines"),
    ("a block is counted wrongly", "blocks", at(0, block=-1), "lines"),
    ("lines are missing between two blocks", "blocks", at(3, line_end=9), "lines"),
    ("a block holds no line", "blocks", at(0, line_end=0), "lines"),
    ("a line end is forgotten", "blocks", lambda found: first_line_end(found).update(repairs=[]), "lines"),
    ("a line end has another length", "blocks", lambda found: next(
        block for block in found if block["repairs"] == ["line_end:crlf"]).update(repairs=[]), "counts"),
    ("a line end has no meaning", "blocks", at(0, repairs=["line_end:xyz"]), "lines"),
    ("a role that does not exist", "blocks", at(0, role="chatter"), "columns"),
    ("an empty string", "blocks", at(0, rule=""), "columns"),
    ("blocks out of order", "blocks", swap(0, 1), "keys"),
    ("a block of no article", "blocks", at(32, article_id="zzz"), "references"),
    ("a text is another", "articles", at(0, text="Another text."), "text"),
    ("a text is gone", "articles", at(0, text=None), "text"),
    ("a count of the raw document", "articles", at(0, chars_raw=1), "counts"),
    ("a count of what was kept", "articles", at(0, chars_kept=1), "counts"),
    ("a count of words", "articles", at(0, word_count=1), "counts"),
    ("a count of paragraphs", "articles", at(0, paragraph_count=9), "counts"),
    ("a hash of the words", "articles", at(0, content_sha256="0" * 64), "counts"),
    ("a headline that is not hashed", "articles", at(0, headline="Another"), "counts"),
    ("a source that is not there", "articles", at(0, source_id="nobody"), "references"),
    ("articles out of order", "articles", swap(0, 1), "keys"),
    ("an article twice", "articles", lambda found: found.insert(0, found[0]), "keys"),
    ("a name a little to the left", "mentions", lambda found: found[0].update(start=found[0]["start"] - 1), "spans"),
    ("a name that is not there", "mentions", at(0, surface="Nobody"), "spans"),
    ("a name beyond the end", "mentions", at(0, end=100_000), "spans"),
    ("a name before the beginning", "mentions", at(0, start=-3), "spans"),
    ("a name that was replaced by another", "mentions", at(0, replacement="Two"), "text"),
    ("a replacement that is forgotten", "mentions", at(0, replacement=None), "text"),
    ("a second text that is another", "articles", at(0, text_normalized="Another text."), "text"),
    ("a name in no field", "mentions", at(0, field="nothing"), "spans"),
    ("a name in a number", "mentions", at(0, field="word_count"), "spans"),
    ("a name in a list as such", "mentions", at(0, field="corrections"), "spans"),
    ("a name in an item of a text", "mentions", at(0, field="text[0]"), "spans"),
    ("a name in an item that is not there", "mentions", at(0, field="corrections[7]"), "spans"),
    ("a name in no article", "mentions", at(0, article_id="zzz"), "references"),
    ("a name of nobody", "mentions", at(0, entity_id="Q404"), "references"),
    ("a date that is not there", "dates", at(0, surface="tomorrow"), "spans"),
    ("a date in no article", "dates", at(0, article_id="zzz"), "references"),
    ("a caption in no article", "captions", at(0, article_id="zzz"), "references"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "change", "check"), [case[1:] for case in UNTRUTHS], ids=[case[0] for case in UNTRUTHS]
)
def test_an_untruth_with_fitting_hashes_is_found(
    version: Path, made: dict[str, pa.Table], table: str, change: Callable[[Rows], object], check: str
) -> None:
    put_table(version, changed(made, table, change), table)
    found = checks(verify(version))
    assert check in found
    assert not found & {"files", "descriptors", "content_hash", "csv"}, "the test's own forgery is not careful enough"


def test_a_forgery_that_changes_nothing_is_none(version: Path, made: dict[str, pa.Table]) -> None:
    put_table(version, made, "articles")
    assert verify(version) == []


def test_a_wrong_content_hash_is_found(version: Path) -> None:
    other = "sha256:" + "0" * 64
    for path in ("release.json", "datapackage.json"):
        edit(version, path, lambda value: value.update(content_hash=other))
    reseal(version)
    assert checks(verify(version)) == {"content_hash"}


def test_text_in_a_version_without_text_is_found(tmp_path: Path, made: dict[str, pa.Table], version: Path) -> None:
    def no_text(value: dict[str, Any]) -> None:
        value["text"] = "none"
        for resource in value["resources"] if "$schema" in value else ():
            carriers = {column.name for column in tables.table(resource["title"]).columns if column.carries_text}
            for field in resource["schema"]["fields"]:
                if field["name"] in carriers:
                    field.get("constraints", {}).pop("required", None)

    for path in ("release.json", "datapackage.json"):
        edit(version, path, no_text)
    reseal(version)
    found = verify(version)
    assert "columns" in checks(found)
    assert any(finding.where == "articles.text" and "holds text" in finding.what for finding in found)


def test_spans_outside_of_the_text_are_checked_where_the_text_is_withheld(made: dict[str, pa.Table]) -> None:
    bylines = [row for row in made["mentions"].to_pylist() if row["field"].startswith("byline")]
    bylines[0]["surface"] = "Nobody"
    spans = pa.Table.from_pylist([*made["mentions"].to_pylist(), bylines[0]], schema=made["mentions"].schema)
    assert len(check_spans("mentions", spans, made["articles"], text=False)) == 1


def test_a_thousand_findings_are_five_and_a_number(tmp_path: Path) -> None:
    many = tables_of({f"a/{number:04}.txt": f"Headline {number}\nBody." for number in range(1000)}, ())
    wrong = changed(many, "articles", lambda found: [row.update(word_count=9) for row in found])
    found = verify(write_small(tmp_path / "version", wrong))
    assert len(found) == 6
    assert found[-1].what == "and 995 more like this"


# The raw files


def test_raw_files_are_compared(tmp_path: Path, published: Path) -> None:
    raw = write_raw(tmp_path / "raw")
    (raw / "herald/windows.txt").write_bytes(b"other")
    (raw / "courier/short.txt").unlink()
    (raw / "courier/late.txt").write_bytes(b"new")
    (raw / "README.md").write_bytes(b"is no article")
    found = {finding.where.split()[-1]: finding.what for finding in verify(published, raw=raw)}
    assert set(found) == {"herald/windows.txt", "courier/short.txt", "courier/late.txt"}
    assert "SHA-256" in found["herald/windows.txt"]
    assert "is not there" in found["courier/short.txt"]
    assert "no article" in found["courier/late.txt"]


def test_a_raw_folder_that_is_not_there_is_a_finding(tmp_path: Path, published: Path) -> None:
    assert checks(verify(published, raw=tmp_path / "nowhere")) == {"raw"}


@pytest.mark.parametrize("packed_hash", [True, False])
def test_a_packed_raw_file_may_have_the_hash_of_what_it_holds(
    tmp_path: Path, made: dict[str, pa.Table], packed_hash: bool
) -> None:
    raw = write_raw(tmp_path / "raw")
    data = (raw / "herald/windows.txt").read_bytes()
    (raw / "herald/windows.txt").unlink()
    packed = gzip.compress(data)
    (raw / "herald/windows.txt.gz").write_bytes(packed)
    sha256 = hashlib.sha256(packed if packed_hash else data).hexdigest()

    def pack(found: Rows) -> None:
        row = next(row for row in found if row["raw_path"] == "herald/windows.txt")
        row.update(raw_path="herald/windows.txt.gz", raw_sha256=sha256)

    folder = write_small(tmp_path / "version", changed(made, "articles", pack))
    assert verify(folder, raw=raw) == []
    (raw / "herald/windows.txt.gz").write_bytes(b"\x1f\x8b broken")
    assert checks(verify(folder, raw=raw)) == {"raw"}


def test_the_samples_have_a_file_in_quarantine(made: dict[str, pa.Table]) -> None:
    assert made["quarantine"]["raw_path"].to_pylist() == list(BAD)


def test_sums_that_another_tool_could_read_are_the_ones_that_are_written(version: Path) -> None:
    assert (version / SUMS).read_bytes() == render_sums(parse_sums((version / SUMS).read_bytes()))


def test_a_release_that_is_written_outside_of_the_store_verifies(tmp_path: Path, made: dict[str, pa.Table]) -> None:
    (tmp_path / "v").mkdir()
    write_release(release_of(made, "2026.1.12", "2026.1.11"), tmp_path / "v")
    assert verify(tmp_path / "v") == []


# What is said of a version that is as it says


def test_each_version_is_named_and_only_what_was_looked_at_is_claimed(
    tmp_path: Path, published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It said the dataset was as it says after a look at the latest alone, and every row of tables that it skipped."""
    dataset = shutil.copytree(published, tmp_path / "dataset", symlinks=True)
    publish_small(dataset, tables_of({"a/b.txt": "One"}, ()))
    assert main(["verify", str(dataset)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{dataset}, version 2026.11.1: every file, row and line is as the version says.",
        f"{dataset}, version 2026.11.1: unsigned",
    ]
    assert main(["verify", str(dataset), "--all"]) == 0
    told = capsys.readouterr().out
    assert [f"version 2026.11.{number}: every file, row" in told for number in (0, 1)] == [True, True]
    (dataset / "versions/2026.11.0/README.md").unlink()
    assert main(["verify", str(dataset), "--all"]) == 6
    told = capsys.readouterr()
    assert "files: 2026.11.0: README.md: " in told.out
    assert "version 2026.11.1: every file, row" in told.out
    assert "not as version 2026.11.0 says. Do not use it." in told.err
    assert main(["verify", str(dataset), "--all", "--raw", str(tmp_path)]) == 2


def test_a_version_of_an_older_schema_is_as_it_says_and_its_rows_are_not_claimed(version: Path) -> None:
    """After an upgrade the weekly check called every older version not to be used."""
    for path in ("release.json", "datapackage.json"):
        edit(version, path, lambda said: said.update(schema_version="1.0.0"))
    reseal(version)
    (older,) = verify_each(version)
    assert older.findings == ()
    assert "every file is" in older.said
    assert "schema 1.0.0, whose rows" in older.said
    both = said_of_all([older, Verified("2026.11.1", ())])
    assert both.endswith("of 2026.11.0, made by another Copydesk, every file.")
    for strange in ("99.0.0", "next"):
        for path in ("release.json", "datapackage.json"):
            edit(version, path, lambda said, strange=strange: said.update(schema_version=strange))
        reseal(version)
        assert checks(verify(version)) == {"descriptors"}
