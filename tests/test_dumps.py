"""Dumps as spreadsheets, shells and scrapers leave them: every cell is read, or its file says why not. Invented."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copydesk import partitions, pipeline, rounds
from copydesk.article import Article, RawItem, Role
from copydesk.bulk import in_memory
from copydesk.cleaning import Knowledge, clean
from copydesk.errors import NothingToDo
from copydesk.explain import explain, explain_html
from copydesk.ingest import list_files, read
from copydesk.ingest.reject import Rejected
from copydesk.limits import Limits, shipped_limits
from copydesk.mended import mended
from copydesk.rows import article_row
from copydesk.settings import Settings
from copydesk.setup import inputs
from copydesk.setup.model import Project
from copydesk.sources import Source, load_sources

TEXT = "Die alte Brücke über die Würm bleibt länger gesperrt als geplant, wie das Straßenbauamt am Dienstag mitteilte."
HEAD, WHO = "Alte Brücke gesperrt", "Jörg Münzenberger"


def outcomes(
    folder: Path, columns: Mapping[str, str] | None = None, limits: Limits | None = None
) -> Iterator[RawItem | Rejected]:
    for file in list_files(folder, limits):
        yield from read(replace(file, columns=columns or {}))


def items(folder: Path, columns: Mapping[str, str] | None = None) -> list[RawItem]:
    found = list(outcomes(folder, columns))
    assert all(isinstance(one, RawItem) for one in found), found
    return [one for one in found if isinstance(one, RawItem)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize(
    ("printed", "names"),
    [
        (f"['{WHO}']", (WHO,)),
        (f"['{WHO}' \"Siobhán O'Brien\"\n 'C D']", (WHO, "Siobhán O'Brien", "C D")),
        (f"['{WHO}', 'C \\' \\'D']", (WHO, "C ' 'D")),
    ],
)
def test_a_list_of_names_in_a_cell_is_a_list(encoding: str, printed: str, names: object, tmp_path: Path) -> None:
    cell = printed.replace('"', '""')
    (tmp_path / "a.csv").write_bytes(f'title,text,authors\n{HEAD},"{TEXT}","{cell}"\n'.encode(encoding))
    (item,) = items(tmp_path)
    assert item.stated.byline == names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n", '"sep=;"\r\n'])
def test_a_header_is_read_as_it_is_written(encoding: str, first: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(f'{first}Überschrift;"Größe, m";Körper\r\n{HEAD};3;"{TEXT}"\r\n'.encode(encoding))
    (item,) = items(tmp_path, {"text": "Körper", "headline": "Überschrift"})
    assert item.stated.headline == HEAD
    assert TEXT in (item.data.decode("utf-8", "replace"), item.data.decode("cp1252"))


@pytest.mark.parametrize("header", ["title|text|x", "title;text;a|b|c|d", "title\ttext\tx", 'title,text,"two\nlines"'])
def test_what_parts_the_cells_is_seen(header: str, tmp_path: Path) -> None:
    mark = header[5]
    (tmp_path / "a.csv").write_text(f'{header}\n"{HEAD}"{mark}"{TEXT}"{mark}1\n')
    assert [(one.stated.headline, one.data.decode()) for one in items(tmp_path)] == [(HEAD, TEXT)]


def dump(kind: str) -> str:
    records = [{"id": f"a{number}", "title": HEAD, "text": f"{TEXT} {number} 桥" * 90} for number in range(20)]
    if kind == "json":
        return json.dumps(records, ensure_ascii=False)
    if kind == "jsonl":
        return "".join(json.dumps(record, ensure_ascii=False) + "\r\n" for record in records)
    rows = ["\t".join(cells) for cells in (records[0].keys(), *(record.values() for record in records))]
    return "\r\n".join(rows)


@pytest.mark.parametrize("kind", ["json", "jsonl", "tsv", "csv"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_a_dump_in_utf16_is_the_same_dump(kind: str, encoding: str, mark: str, tmp_path: Path) -> None:
    for folder, data in (("plain", dump(kind).encode()), ("wide", (mark + dump(kind)).encode(encoding))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"a.{kind}.gz").write_bytes(gzip.compress(data))
    plain, wide = (items(tmp_path / folder) for folder in ("plain", "wide"))
    assert len(plain) == 20
    assert [(one.record, one.data, one.stated) for one in plain] == [(one.record, one.data, one.stated) for one in wide]


def test_a_wide_dump_keeps_to_the_limits(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(("桥" * 500).encode("utf-16"))
    (found,) = outcomes(tmp_path, limits=replace(shipped_limits(), document_bytes=1_400))
    assert isinstance(found, Rejected)
    assert found.reason == "too_large"


def test_no_record_loses_its_name_to_one_without(tmp_path: Path) -> None:
    ids = ["2", None, "5", None, None, "record 9", "4", "4", None]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"id": one, "text": TEXT}) + "\n" for one in ids))
    found = list(outcomes(tmp_path))
    names = [one.record for one in found if isinstance(one, RawItem)]
    # The first "4" stated comes after record 4, which is called so; the second states what another stated.
    assert names == ["2", "record 2", "5", "4", "record 5", "6", "record 7", "9"]
    assert [one.reason for one in found if isinstance(one, Rejected)] == ["same_id"]
    assert len({one.record for one in found}) == len(ids)
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT}) + "\n" + json.dumps({"text": TEXT}))
    assert [one.record for one in items(tmp_path)] == ["1", "2"]


@pytest.mark.parametrize(
    ("said", "published", "updated", "basis"),
    [
        ({"date_modified": "2024-07-22 10:15 CEST"}, None, "2024-07-22T10:15:00+02:00", "only_updated"),
        ({"published": 20240722}, "2024-07-22", None, "stated"),
        ({"published": "20240722.0"}, "2024-07-22", None, "stated"),
        ({"published": 20240722101500}, "2024-07-22T10:15:00", None, "stated"),
        ({"published": "20240722T101500Z"}, "2024-07-22T10:15:00+00:00", None, "stated"),
        ({"published": "20240722T1015+0200"}, "2024-07-22T10:15:00+02:00", None, "stated"),
        ({"published": "20241322"}, None, None, "unreadable_stamp"),
        ({"published": 1721636100}, "2024-07-22T08:15:00+00:00", None, "stated"),
        ({"published": 1721636100000.0}, "2024-07-22T08:15:00+00:00", None, "stated"),
        ({"published": "45495"}, "2024-07-22", None, "stated"),  # as a spreadsheet numbers its days
        ({"published": 45495.427083}, "2024-07-22T10:15:00", None, "stated"),
        ({"published": "24204"}, None, None, "unreadable_stamp"),
        ({"published": "2024-07-22T10:15:00+02:00[Europe/Berlin]"}, "2024-07-22T10:15:00+02:00", None, "stated"),
        ({"published": "2024-07", "updated": "2024"}, "2024-07", "2024", "stated"),
        ({"published": "Juli 2024"}, "2024-07", None, "stated"),
        ({"published": "In the July 2024 issue"}, None, None, "unreadable_stamp"),
        ({"published": "3 hours ago", "date": "2024-07-22"}, "2024-07-22", None, "stated"),
        ({"published": "3 hours ago", "updated": "2024-07-23"}, None, "2024-07-23", "unreadable_stamp"),
        ({"published": "3 hours ago", "updated": "2024-07-23", "text": f"{HEAD}\n22 July 2024\n\n{TEXT}"},
         "2024-07-22", "2024-07-23", "stated"),
        ({"updated": "soon", "text": f"{HEAD}\nUpdated: 23 July 2024\n\n{TEXT}"}, None, "2024-07-23", "only_updated"),
    ],
)  # fmt: skip
def test_a_stated_date_is_not_lost(
    said: dict[str, object], published: str | None, updated: str | None, basis: str, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": HEAD, "text": TEXT, **said}))
    (item,) = items(tmp_path)
    row = article_row(clean(item, source=Source("a", language="en", timezone="Europe/Berlin")))
    assert (row["published"], row["updated"], row["published_basis"]) == (published, updated, basis)
    assert (row["published_evidence"] is None) == (published is None)


def test_a_page_may_state_seconds_and_is_asked_for_the_day_that_its_record_lacks(tmp_path: Path) -> None:
    page = f"<meta property='article:published_time' content='1721636100'><h1>{HEAD}</h1><p>{TEXT}</p>"
    (tmp_path / "a.jsonl").write_text(json.dumps({"date": "3 hours ago", "html": f"<html>{page}</html>"}))
    (item,) = items(tmp_path)
    published = clean(item).published
    assert published and published.edtf == "2024-07-22T08:15:00+00:00"


def test_a_page_that_states_its_update_alone_has_one() -> None:
    told = json.dumps({"@type": "NewsArticle", "headline": HEAD, "dateModified": "2024-07-22T10:15:00+02:00"})
    page = f'<html><head><script type="application/ld+json">{told}</script></head><body><h1>{HEAD}</h1><p>{TEXT}</p>'
    article = clean(page + "</body></html>")
    assert (article.published, article.published_reason) == (None, "only_updated")
    assert article.updated
    assert article.updated.edtf == "2024-07-22T10:15:00+02:00"


@pytest.mark.parametrize(
    ("stated", "shown", "repair"),
    [
        ("Alte BrÃ¼cke gesperrt", "Alte Brücke gesperrt", "mojibake:cp1252"),
        ("M&#252;nchen &amp; Umgebung", "München & Umgebung", "entities"),
        ("R&D &amp;amp; mehr", "R&D & mehr", "entities*2"),
        ("Cafe\u0301  am\nSee", "Café am See", "nfc"),
        ("Tom & Jerry; 3 < 4", "Tom & Jerry; 3 < 4", None),
        ("Müller & Söhne", "Müller & Söhne", None),
    ],
)
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_headline_and_a_name_are_repaired_as_a_text_is(
    kind: str, stated: str, shown: str, repair: str | None, tmp_path: Path
) -> None:
    record = {"title": stated, "authors": [stated], "url": "https://a.example/?b=1&amp;c=2", "text": TEXT}
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist([record]), tmp_path / "a.parquet")
    else:
        (tmp_path / "a.jsonl").write_text(json.dumps(record))
    (item,) = items(tmp_path)
    meant = mended(item.stated)
    assert (meant.headline, meant.byline) == (shown, (shown,))
    assert meant.repairs == ((f"headline:{repair}", f"byline:{repair}") if repair else ())
    assert meant.url == record["url"]


def test_a_page_that_was_misread_as_a_whole_has_its_headline_and_its_author_repaired_and_says_so() -> None:
    story = "".join(f"<p>{TEXT} Das schrieb {WHO} am {day}. Mai.</p>" for day in range(1, 6))
    page = (
        f'<html lang="de"><head><meta property="og:title" content="{HEAD}"><meta name="author" content="{WHO}">'
        f"<title>{HEAD}</title></head><body><article><h1>{HEAD}</h1>{story}</article></body></html>"
    )
    article = clean(page.encode().decode("cp1252"))
    assert (article.headline, article.byline) == (HEAD, (WHO,))
    assert {"headline:mojibake:cp1252", "byline:mojibake:cp1252", "mojibake:cp1252"} <= set(article.repairs)
    assert [block.text for block in article.blocks if block.role is Role.HEADLINE] == [HEAD]
    assert clean(page).repairs == ()


def test_a_post_is_nobodys_name_and_a_desk_none_beside_people(tmp_path: Path) -> None:
    def wrote(*authors: str) -> Article:
        (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "authors": authors}))
        return clean(items(tmp_path)[0])

    assert wrote(WHO, "Political Editor", "Web Desk", "Is A Reporter At The Courier").byline == (WHO,)
    assert wrote("Staff Reporter").byline == ()
    desk = wrote("BR24 Redaktion")
    assert (desk.byline, desk.byline_normalized) == (("BR24 Redaktion",), ())
    assert wrote("Zoltan72").byline_normalized == ("Zoltan72",)
    assert wrote("March 12, 2024").byline == ()
    assert wrote(f"Von {WHO} | Published March 12, 2024").byline == (WHO,)
    assert wrote(f"{WHO} Updated: March 12, 2024").byline == (WHO,)
    assert wrote("佐藤花子、鈴木一郎").byline == ("佐藤花子", "鈴木一郎")


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (12, ()),
        ("12.0", ()),
        ("-", ()),
        ("Admin", ()),
        ("unknown", ()),
        ("jm@harbour.example", ()),
        ("https://harbour.example/author/jm", ()),
        ([WHO, "View All Posts", "@jm"], (WHO,)),
        ("Admin Kovács", ("Admin Kovács",)),
    ],
)
def test_what_names_nobody_is_no_author(authors: object, names: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "author": authors}))
    assert items(tmp_path)[0].stated.byline == names
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "authors": authors, "author_name": "Ann Lee"}))
    assert items(tmp_path)[0].stated.byline == (names or ("Ann Lee",))


ZH = "青石镇的百年石桥经过两年修复，于星期四重新向行人开放，数百名居民到场参加了简短的仪式。"


@pytest.mark.parametrize(
    ("text", "stated", "names"),
    [
        (ZH, "记者 李文清", ("李文清",)),
        (ZH, "記者王小明／台北報導", ("王小明",)),
        (ZH, "〔記者王小明、李大文／台北報導〕", ("王小明", "李大文")),
        (ZH, "王小明／專題報導", ("王小明",)),
        (ZH, "李文清", ("李文清",)),
        (ZH, "记者协会主席团", ("记者协会主席团",)),
        (TEXT, f"Von {WHO}", (WHO,)),
        (TEXT, f"VON {WHO.upper()}", (WHO,)),
        (TEXT, "Von Trapp", ("Von Trapp",)),
        (TEXT, "Von der Aue", ("Von der Aue",)),
    ],
)
def test_a_stated_byline_goes_without_its_opener(
    text: str, stated: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text, "byline": stated}))
    assert clean(items(tmp_path)[0]).byline == names


def write(path: Path, records: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def test_a_wrong_name_of_a_column_is_told_and_costs_nothing(tmp_path: Path) -> None:
    toml = '[harbour]\nlanguage = "de"\n[harbour.columns]\nheadline = "Titell"\nbyline = "wer"\nupdated = "neu"\n'
    (tmp_path / "sources.toml").write_text(toml)
    records = [{"title": f"{HEAD} {n}", "wer": WHO, "text": f"{TEXT} {n}", "author": "Nobody Here"} for n in range(3)]
    del records[0]["wer"]  # what is empty may be left out: the usual column is not asked in its place
    write(tmp_path / "raw" / "harbour" / "a.jsonl", records)
    write(tmp_path / "raw" / "harbour" / "b.jsonl", [{"text": TEXT, "neu": "2025-01-02"}])
    (tmp_path / "raw" / "harbour" / "torn.parquet").write_bytes(b"PAR1")
    os.mkfifo(tmp_path / "raw" / "harbour" / "pipe.csv")
    said = "[harbour.columns] headline = 'Titell': no dump has such a column"
    (told,) = inputs.columns(Project(tmp_path / "raw", tmp_path / "dataset"))
    assert told.what.startswith(said)
    assert "title, text" in told.what
    heard: list[str] = []
    rounds.plan(Settings(tmp_path / "raw", tmp_path / "dataset"), heard.append)
    assert [line.startswith(said) for line in heard] == [True]
    found = list(outcomes(tmp_path / "raw", load_sources(tmp_path / "sources.toml")["harbour"].columns))
    stated = [(one.stated.headline, one.stated.byline) for one in found if isinstance(one, RawItem)]
    assert stated == [(f"{HEAD} 0", ()), (f"{HEAD} 1", (WHO,)), (f"{HEAD} 2", (WHO,)), (None, ())]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"title": HEAD, "text": " ", "html": None}, "no text stands in text, html"),
        ({"title": HEAD, "rumpf": TEXT}, "no column with text among title, rumpf"),
        ({"title": {"0": HEAD, "1": HEAD}, "text": {"0": TEXT, "1": TEXT}}, "holds a whole table"),
        ({"columns": ["title", "text"], "index": [0], "data": [[HEAD, TEXT]]}, "holds a whole table"),
        ({"kopf": {"0": HEAD}, "rumpf": {"0": TEXT}}, "holds a whole table"),
    ],
)
def test_a_record_without_text_says_why(record: dict[str, object], said: str, tmp_path: Path) -> None:
    write(tmp_path / "a.json", [record])
    (found,) = outcomes(tmp_path)
    assert isinstance(found, Rejected)
    assert (found.reason, said in found.detail) == ("no_text", True)


def test_explain_and_quarantine_name_the_record(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://harbour.example/1"
    records = [{"id": "x-1", "url": url, "text": TEXT}, {"url": f"{url}#top", "text": TEXT}, {"text": f"{TEXT} Neu."}]
    write(tmp_path / "raw" / "harbour" / "u.jsonl", records)
    write(tmp_path / "raw" / "harbour" / "v.jsonl", [{"id": "y", "text": ""}])
    batches = partitions.plan(tmp_path / "raw", 10)
    surveys = [pipeline.survey_partition(batch, {}, tmp_path) for batch in batches]
    known = pipeline.recall(knowledge, pipeline.learn(surveys, tmp_path))
    cleaned = [pipeline.clean_partition(batch, known, tmp_path) for batch in batches]
    tables = in_memory(pipeline.assemble(cleaned, known))
    details = {row["raw_record"]: row["detail"] for row in tables["quarantine"].to_pylist()}
    assert "has the address of harbour/u.jsonl (record x-1)" in details["2"]

    def load(_: object, table: str, version: str, columns: list[str] | None = None) -> pa.Table:
        return tables[table].select(columns or tables[table].column_names)

    monkeypatch.setattr("copydesk.explain.load", load)
    with pytest.raises(NothingToDo, match=r"2 articles match.*u.jsonl \(record (x-1|3)\).*Name one by its id\."):
        explain("u.jsonl", tmp_path / "dataset")
    with pytest.raises(NothingToDo, match=r"set aside.*v.jsonl \(record 1\): no_text\. .*no text stands in text"):
        explain("harbour/v.jsonl", tmp_path / "dataset")
    with pytest.raises(NothingToDo, match=r"none matches .*Name one by its id or raw path"):
        explain("w.jsonl", tmp_path / "dataset")


def test_a_file_on_disk_is_explained_as_a_run_reads_it_or_a_sentence_says_why_not(tmp_path: Path) -> None:
    """It was read as one page whatever it was: a packed page or a document of Word ended in a traceback."""
    page = f"Harbour opens its quay\nBy Nell Farthing\n{TEXT}\n".encode()
    write(tmp_path / "one.jsonl", [{"text": TEXT}])
    write(tmp_path / "several.jsonl", [{"text": TEXT}, {"text": f"{TEXT} Neu."}])
    for name, data in (
        ("page.txt", page),
        ("page.txt.gz", gzip.compress(page)),
        ("page.md", page),
        ("cut.txt.gz", gzip.compress(page)[:-9]),
        ("letter.docx", b"PK\x03\x04" + bytes(60)),
        ("empty.txt", b""),
    ):
        (tmp_path / name).write_bytes(data)
    shown = explain(str(tmp_path / "page.txt"), tmp_path)
    assert "Nell Farthing" in shown
    assert explain(str(tmp_path / "page.txt.gz"), tmp_path) == explain(str(tmp_path / "page.md"), tmp_path) == shown
    assert TEXT[:40] in explain(str(tmp_path / "one.jsonl"), tmp_path)
    for name, why in (
        ("several.jsonl", "holds several records"),
        ("cut.txt.gz", r"broken_archive.*Fetch it again"),
        ("letter.docx", r"binary.*ZIP archive"),
        ("empty.txt", "nothing but white space"),
    ):
        for shows in (explain, explain_html):
            with pytest.raises(NothingToDo, match=why):
                shows(str(tmp_path / name), tmp_path)
