"""Picture credits: the photographer and the agency told apart, over the shapes in which papers print them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from growth import grows_linearly
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cleaning import clean
from copydesk.label.credits import _has_label, _pack, caption_credit
from copydesk.label.photographers import photographer


@pytest.mark.parametrize(
    ("caption", "person", "agency"),
    [
        ("A boat on the lake. (Anna Roe/AP)", "Anna Roe", "AP"),
        ("A boat on the lake. (AP Photo/Anna Roe)", "Anna Roe", "AP"),
        ("A boat on the lake. (AP Photo/Anna Roe, File)", "Anna Roe", "AP"),
        ("A boat on the lake, May 3, 2024. (Aram Tumyan/Photolure via Reuters)", "Aram Tumyan", "Photolure"),
        ("A boat on the lake. (Anna Roe-Pool/Getty Images)", "Anna Roe", "Getty Images"),
        ("A boat on the lake. (Anna Roe/AFP via Getty Images)", "Anna Roe", "AFP"),
        ("A boat on the lake. REUTERS/Anna Roe", "Anna Roe", "Reuters"),
        ("FILE PHOTO: A boat on the lake. REUTERS/Anna Roe/File Photo", "Anna Roe", "Reuters"),
        ("A boat on the lake. EPA-EFE/ANNA MCROE", "Anna McRoe", "EPA"),
        ("Ein Boot. Foto: Anna Roe/dpa", "Anna Roe", "dpa"),
        ("Ein Boot. picture alliance/dpa/Anna Roe", "Anna Roe", "picture alliance"),
        ("© DPA Images | Anna Roe", "Anna Roe", "dpa"),
        ("Ein Boot. © dpa-infocom, dpa:240516-99-53606/3", None, "dpa"),
        ("A boat on the lake. Anna Roe (REUTERS)", "Anna Roe", "Reuters"),
        ("Photo: AFP", None, "AFP"),
        ("A boat on the lake. (Harbour Watch via AP)", None, "AP"),
        ("A boat on the lake. Courtesy of Anna Roe", None, None),
        ("A boat on the lake. (Handout)", None, None),
        ("A boat in port. Russian Foreign Ministry / Facebook", None, "Facebook"),
        ("Crédit photo : Anna Roe", "Anna Roe", None),
        ("Photograph by Anna Roe for The Harbour Post", "Anna Roe", None),
        ("Фото: Олег Лодкин / РИА Новости", "Олег Лодкин", "RIA Novosti"),
        ("배가 떠난다. 사진=연합뉴스", None, "Yonhap"),
        ("사진=홍길동 기자", "홍길동", None),
        ("Լուսանկար՝ Արամ Թումյան", "Արամ Թումյան", None),
    ],
)
def test_photographer_and_agency_are_told_apart(caption: str, person: str | None, agency: str | None) -> None:
    credit = caption_credit(caption)
    assert credit is not None
    assert (photographer(credit.text), credit.agency) == (person, agency)


@pytest.mark.parametrize(
    "line",
    [
        "The minister met Jan Roe (left) and spoke of courtesy.",
        "The talks go on in the town (Reuters)",
        "He said that the photo by the lake was his.",
        "Rents rose by 3/4 in the North/South.",
    ],
)
def test_a_sentence_is_no_credit(line: str) -> None:
    assert caption_credit(line) is None


def test_an_article_has_its_photographers() -> None:
    paragraph = "The boat left the harbour in the morning with twelve people and a dog on board, its owner said."
    lines = [
        "A boat leaves the harbour",
        "A boat on the lake. (Anna Roe/AP)",
        paragraph,
        paragraph.replace("dog", "cat"),
    ]
    found = clean("\n\n".join(lines)).captions
    assert [(caption.credit, caption.photographer, caption.agency) for caption in found] == [
        ("Anna Roe/AP", "Anna Roe", "AP")
    ]


@pytest.mark.parametrize("piece", ["A/", "(", "Photo: ", "via ", "AP/", "Anna Roe ", ". "])
def test_hostile_credits_take_linear_time(piece: str) -> None:
    assert grows_linearly(lambda count: caption_credit(piece * count), 5_000)
    assert grows_linearly(lambda count: photographer(piece * count), 2_500)


@given(
    st.sampled_from(sorted(_pack().folded)),
    st.sampled_from(
        [str.upper, str.title, str.lower, lambda label: label.replace("i", "İ"), lambda label: label.replace("i", "ı")]
    ),
    st.sampled_from(["", " ", "\u00a0"]),
    st.sampled_from([":", "=", "：", "՝", ""]),
)
def test_wherever_a_label_labels_a_credit_one_is_seen_at_a_glance(
    label: str, spelt: Callable[[str], str], gap: str, sign: str
) -> None:
    tail = f"A boat. {spelt(label)}{gap}{sign} Anna Roe"
    assert _has_label(tail) or not _pack().labels.search(tail)
    assert _has_label(tail) == bool(sign)
