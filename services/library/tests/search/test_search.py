"""clause_17_4: people find what they mean, in three languages and with typos."""

from uuid import UUID

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock
from library.acquisition.service import add_copies
from library.cataloguing.model import Record
from library.cataloguing.service import RecordNotFound, apply_batch, check_file
from library.folding import fold
from library.search.rules import query_terms
from library.search.service import get_record_or_raise, search

BY = UUID("00000000-0000-4000-8000-00000000000b")
TITLES = [
    ("Қылмыстық құқық: оқулық", "kaz", "2023"),
    ("Қылмыстық іс жүргізу құқығы", "kaz", "2021"),
    ("Уголовное право Республики Казахстан", "rus", "2019"),
    ("Расследование киберпреступлений", "rus", "2024"),
    ("Digital forensics handbook", "eng", "2022"),
]


def marc(number: int, title: str, language: str, year: str) -> bytes:
    record = pymarc.Record(force_utf8=True)
    record.add_field(pymarc.Field(tag="001", data=f"S-{number}"))
    for tag, code, value in (("041", "a", language), ("245", "a", title), ("260", "c", year)):
        subfields = [pymarc.Subfield(code, value)]
        record.add_field(pymarc.Field(tag=tag, indicators=pymarc.Indicators(" ", " "), subfields=subfields))
    return record.as_marc()


@pytest.fixture
def shelf(session: Session) -> Session:
    content = b"".join(marc(number, *row) for number, row in enumerate(TITLES))
    batch = check_file(session, filename="s.mrc", content=content, by=BY, now=clock.now())
    apply_batch(session, batch_id=batch.id, by=BY, now=clock.now())
    return session


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("қылмыстық құқық", {TITLES[0][0], TITLES[1][0]}),
        ("кылмыстык кукык", {TITLES[0][0], TITLES[1][0]}),
        ("ҚҰҚЫҒЫ", {TITLES[0][0], TITLES[1][0]}),
        ("іс жүргізу", {TITLES[1][0]}),
        ("уголовного права", {TITLES[2][0]}),
        ("киберпреступления", {TITLES[3][0]}),
        ("forensic", {TITLES[4][0]}),
        ("forensics 2022", {TITLES[4][0]}),
        ("", {row[0] for row in TITLES}),
    ],
)
def test_words_find_their_forms(shelf: Session, query: str, titles: set[str]) -> None:
    found = search(shelf, query=query, filters={})
    assert {hit.title for hit in found.hits} == titles
    assert found.total == len(found.hits)
    assert not found.approximate


def test_a_typo_finds_similar_titles(shelf: Session) -> None:
    found = search(shelf, query="forenzics handbok", filters={})
    assert found.approximate
    assert [hit.title for hit in found.hits] == ["Digital forensics handbook"]


def test_facets_count_exactly_and_filter(shelf: Session) -> None:
    found = search(shelf, query="", filters={})
    assert dict(found.facets["language"]) == {"kk": 2, "ru": 2, "en": 1}
    assert dict(found.facets["decade"]) == {2020: 4, 2010: 1}
    kazakh = search(shelf, query="", filters={"language": "kk"})
    assert kazakh.total == 2
    assert dict(kazakh.facets["language"]) == {"kk": 2}


def test_on_shelf_needs_a_free_copy(shelf: Session) -> None:
    assert search(shelf, query="", filters={"on_shelf": "1"}).total == 0
    record_id = shelf.scalars(select(Record.id).where(Record.language == "en")).one()
    add_copies(shelf, record_id=record_id, count=2, place="Абонемент", by=BY, now=clock.now())
    found = search(shelf, query="", filters={"on_shelf": "1"})
    assert [(hit.held, hit.free) for hit in found.hits] == [(2, 2)]
    assert found.on_shelf == 1


def test_unknown_record(shelf: Session) -> None:
    with pytest.raises(RecordNotFound):
        get_record_or_raise(shelf, record_id=UUID(int=1))


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Қылмыстық құқық", "кылмыстык кукык"),
        ("Әкімшілік Һәм", "акимшилик хам"),
        ("Ёлка, ёж!", "елка еж"),
        ("Dvořák 21", "dvorak 21"),
        ("'; DROP & | ! :*", "drop"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.unit
@given(st.text())
def test_folding_is_stable_and_terms_are_safe(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(term.isalnum() for term in query_terms(text))
