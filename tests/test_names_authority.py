"""The authority: what is refused, what the linter sees, that its other shapes say the same, that it is read once."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from copydesk.normalize.names import AuthorityError, compiled, find_names, lint, load_authority
from copydesk.normalize.names import authority as loading
from copydesk.normalize.names.exchange import aliases_from_wikidata, from_csv, to_csv

GOOD = """
[[entry]]
id = "anna-berg"
canonical = "Anna Berg"
type = "person"
given = ["Anna", "Анна"]
surname = ["Berg", "Bergh", "Берг"]
reviewed_by = "copydesk"
reviewed_on = 2026-11-23
"""


def write(folder: Path, text: str, name: str = "people.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_authority_is_clean_and_large_enough() -> None:
    shipped = load_authority()
    assert lint(shipped) == []
    assert len(shipped) >= 320
    assert {entry.reviewed_by for entry in shipped.entries.values()} == {"copydesk"}


def test_given_and_family_names_combine_within_a_script(tmp_path: Path) -> None:
    entry = load_authority(write(tmp_path, GOOD)).entries["anna-berg"]
    assert [(form.form, form.kind) for form in entry.forms] == [
        ("Anna Berg", "spelling"),
        ("Anna Bergh", "spelling"),
        ("Анна Берг", "script"),
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('id = "anna-berg"', 'id = "Anna Berg"'), "no slug"),
        (('canonical = "Anna Berg"', ""), "canonical is missing"),
        (('type = "person"', 'type = "people"'), "type is 'people'"),
        (('type = "person"', ""), "type is missing"),
        (('given = ["Anna", "Анна"]', "given = [1]"), r"given is \[1\]"),
        (('given = ["Anna", "Анна"]', 'forms = [{form = "…"}]'), "has no letters"),
        (('given = ["Anna", "Анна"]', 'forms = [{form = "A B", status = "maybe"}]'), "status is 'maybe'"),
        (('given = ["Anna", "Анна"]', 'not_same_as = ["nobody"]'), "names 'nobody', which is no entry"),
        (('given = ["Anna", "Анна"]', "given = ["), "not readable as TOML"),
    ],
)
def test_an_error_names_file_entry_and_remedy(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(AuthorityError, match=says) as caught:
        load_authority(write(tmp_path, GOOD.replace(*change)))
    assert "people.toml" in str(caught.value)
    assert caught.value.do.endswith(".")


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(AuthorityError, match=r"this id is also in people\.toml"):
        load_authority(write(tmp_path, GOOD + GOOD))


def test_a_place_without_an_authority_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuthorityError, match=r"no \.toml file"):
        load_authority(tmp_path)
    with pytest.raises(AuthorityError, match="no such file"):
        load_authority(tmp_path / "nowhere")


OTHER = GOOD.replace("anna-berg", "zoe-berg").replace("Anna Berg", "Zoe Berg").replace('"Anna", "Анна"', '"Zoe"')


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (GOOD.replace('canonical = "Anna Berg"', 'canonical = "Anne Berg"'), "canonical"),
        (GOOD + 'wikidata = "42"\n', "wikidata"),
        (GOOD + 'colour = "red"\n', "unknown-key"),
        (GOOD.replace("reviewed_on = 2026-11-23\n", ""), "review"),
        (GOOD + 'forms = ["Power"]\n', "english-word"),
        (GOOD + 'forms = ["Annie"]\n', "one-word-person"),
        (GOOD + 'forms = [{ form = "AB", kind = "acronym" }]\n', "short-acronym"),
        (OTHER + GOOD, "order"),
        (GOOD + 'surname_only = "yes"\n' + OTHER, "surname-only"),
        (GOOD.replace("Berg", "Power") + 'surname_only = "yes"\n', "surname-only"),
        (GOOD + 'forms = ["The Bergs"]\n' + OTHER + 'forms = ["The Bergs"]\n', "shared-form"),
        (GOOD + OTHER + 'not_same_as = ["anna-berg"]\n', "not-same-as"),
    ],
)
def test_the_linter_sees(tmp_path: Path, text: str, rule: str) -> None:
    assert rule in {problem.rule for problem in lint(load_authority(write(tmp_path, text)))}


def test_a_clean_entry_has_no_problems(tmp_path: Path) -> None:
    assert lint(load_authority(write(tmp_path, GOOD + OTHER))) == []


def test_rejected_and_imported_forms_link_nothing(tmp_path: Path) -> None:
    extra = 'forms = [{ form = "Annette Berg", status = "rejected" }, { form = "Anna Hill", status = "imported" }]\n'
    authority = load_authority(write(tmp_path, GOOD + extra))
    assert find_names("Anna Hill came.", authority) == []
    assert [one.status for one in find_names("Annette Berg came.", authority)] == ["suppressed"]


def test_a_form_of_any_case_is_found_in_every_usual_case(tmp_path: Path) -> None:
    text = '[[entry]]\nid = "u"\ncanonical = "YouTube"\ntype = "other"\nforms = [{ form = "YouTube", case = "any" }]\n'
    authority = load_authority(write(tmp_path, text))
    found = find_names("YouTube, youtube, Youtube and YOUTUBE, but not yOuTuBe.", authority)
    assert [one.surface for one in found] == ["YouTube", "youtube", "Youtube", "YOUTUBE"]


def test_csv_says_the_same_as_toml(tmp_path: Path) -> None:
    shipped = load_authority()
    text = to_csv(shipped)
    assert from_csv(text).version == shipped.version
    (tmp_path / "names.csv").write_text(text, encoding="utf-8")
    assert load_authority(tmp_path / "names.csv").version == shipped.version


def test_csv_keeps_its_own_marks(tmp_path: Path) -> None:
    odd = r'forms = ["A|B; C\\D", { form = "E|F", kind = "former", standalone = "if-introduced", case = "any" }]' + "\n"
    authority = load_authority(write(tmp_path, GOOD + odd))
    again = from_csv(to_csv(authority))
    assert again.entries["anna-berg"].forms == authority.entries["anna-berg"].forms
    assert again.version == authority.version


def test_a_csv_by_hand_needs_three_columns() -> None:
    authority = from_csv("id,canonical,type\ngoris,Goris,place\n")
    assert [one.entity_id for one in find_names("In Goris.", authority)] == ["goris"]
    with pytest.raises(AuthorityError, match="no column canonical"):
        from_csv("id,type\ngoris,place\n")
    with pytest.raises(AuthorityError, match="more values than columns"):
        from_csv("id,canonical,type\ngoris,Goris,place,more\n")


@pytest.mark.parametrize(
    "text",
    [
        "id,canonical,type,variants\nanna-berg,Anna Berg,person,Anna Bergh|Анна Берг\n",
        "ID;Name;Type;Aliases\nanna-berg;Anna Berg;PER;Anna Bergh|Анна Берг\n",
        "entity_id\tcanonical_name\ttype\tspellings\nanna-berg\tAnna Berg\tperson\tAnna Bergh; Анна Берг; Berg\n",
    ],
)
def test_a_csv_of_other_hands_is_read(text: str) -> None:
    found = find_names("Anna Bergh came. Berg left. Анна Берг.", from_csv(text))
    assert [(one.surface, one.entity_id) for one in found] == [
        ("Anna Bergh", "anna-berg"),
        ("Berg", "anna-berg"),
        ("Анна Берг", "anna-berg"),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_wikidata_aliases_arrive_for_review_only(tmp_path: Path, packed: bool) -> None:
    item = {
        "type": "item",
        "id": "Q1",
        "labels": {"en": {"value": "Anna Berg"}, "ru": {"value": "Анна Берг"}, "xx": {"value": "no"}},
        "aliases": {"en": [{"value": "A. Berg"}, {"value": "Anna Berg"}]},
    }
    lines = "[\n" + json.dumps(item) + ",\n" + '{"id": "Q2", "labels": {}},\nbroken "Q1"\n]\n'
    path = tmp_path / ("dump.json.gz" if packed else "dump.json")
    path.write_bytes(gzip.compress(lines.encode()) if packed else lines.encode())
    found = aliases_from_wikidata(path, ["Q1", "Q3"])
    assert list(found) == ["Q1"]
    assert [(form.form, form.kind, form.status) for form in found["Q1"]] == [
        ("Anna Berg", "spelling", "imported"),
        ("A. Berg", "spelling", "imported"),
        ("Анна Берг", "script", "imported"),
    ]


def test_the_version_depends_on_what_is_said_and_not_on_files(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    for folder in (one, two, three):
        folder.mkdir()
    write(one, GOOD + OTHER)
    write(two, OTHER, "a.toml")
    write(two, GOOD, "b.toml")
    write(three, GOOD + OTHER.replace("Bergh", "Bergue"))
    assert load_authority(one).version == load_authority(two).version != load_authority(three).version


def test_the_compiled_copy_says_the_same_and_a_broken_one_is_ignored(tmp_path: Path) -> None:
    source, kept = tmp_path / "source", tmp_path / "kept"
    source.mkdir()
    first = load_authority(write(source, GOOD + OTHER), cache_dir=kept)
    (copy,) = kept.iterdir()
    (source / "people.toml").touch()
    again = load_authority(source, cache_dir=kept)
    assert again is not first
    assert (again.version, dict(again.entries), dict(again.index.hits)) == (
        first.version,
        dict(first.entries),
        dict(first.index.hits),
    )
    whole = copy.read_bytes()
    for broken in (b"", b"{", whole[:-10], whole.replace(b"Anna Bergh", b"Anna Lyingh")):
        copy.write_bytes(broken)
        (source / "people.toml").touch()
        assert dict(load_authority(source, cache_dir=kept).entries) == dict(first.entries)
        assert copy.read_bytes() == whole
    assert list(kept.iterdir()) == [copy]


def test_only_a_few_compiled_copies_are_kept(tmp_path: Path) -> None:
    source, kept = tmp_path / "source", tmp_path / "kept"
    source.mkdir()
    for number in range(compiled.KEPT + 3):
        load_authority(write(source, GOOD.replace("Bergh", "Berg" + "h" * (number + 2))), cache_dir=kept)
    assert len(list(kept.iterdir())) == compiled.KEPT


def test_where_a_compiled_copy_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COPYDESK_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert compiled.folder(None, compiled.LARGE - 1) is None
    assert compiled.folder(None, compiled.LARGE) == tmp_path / "xdg" / "copydesk"
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path / "mine"))
    assert compiled.folder(None, compiled.LARGE) == tmp_path / "mine"
    monkeypatch.setenv("COPYDESK_CACHE", "")
    assert compiled.folder(None, compiled.LARGE) is None
    monkeypatch.delenv("COPYDESK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/means/unset")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert compiled.folder(None, compiled.LARGE) == tmp_path / "home" / ".cache" / "copydesk"


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    source = tmp_path / "source"
    source.mkdir()
    assert len(load_authority(write(source, GOOD), cache_dir=tmp_path / "file" / "below")) == 1


@pytest.mark.parametrize("suffix", ["csv", "toml"])
def test_fifty_thousand_entries_are_read_once_and_then_from_the_compiled_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path / "kept"))
    rows = ["id,canonical,type,given,surname"]
    rows += [
        f"p-{n},Anna{n % 700} Berg{n}yan,person,Anna{n % 700},Berg{n}yan|Berg{n}ian|Berg{n}jan" for n in range(50_000)
    ]
    path = tmp_path / f"names.{suffix}"
    if suffix == "toml":
        rows = [
            f'[[entry]]\nid = "p-{n}"\ncanonical = "Anna{n % 700} Berg{n}yan"\ntype = "person"\n'
            f'given = ["Anna{n % 700}"]\n'
            f'surname = ["Berg{n}yan", "Berg{n}ian", "Berg{n}jan"]\n'
            for n in range(50_000)
        ]
    path.write_text("\n".join(rows), encoding="utf-8")
    for _ in range(2):
        path.touch()
        found = load_authority(path)
        assert [one.entity_id for one in find_names("Anna1 Berg701ian came.", found)] == ["p-701"]
        # What would read the source once more fails: how long either takes is measured in benchmarks/names.py.
        monkeypatch.setattr(loading, "entry_of", _not_again)


def _not_again(*_: object) -> None:
    raise AssertionError("the source was read, and not the compiled copy")
