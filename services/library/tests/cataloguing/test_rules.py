"""Reading exchange files: clause_17_3 (cataloguing by international standards)."""

from pathlib import Path

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.cataloguing.rules.brief import Brief, clean, describe, first_year, tell_format
from library.cataloguing.rules.encoding import detect_encoding
from library.cataloguing.rules.iso2709 import BrokenRecordError, MarcRecord, decode_record, split_records

pytestmark = pytest.mark.unit

MARC = Path(__file__).parents[5] / "shared" / "data" / "marc"
TITLE = "Қылмыстық құқық: оқулық"


def record_of(*, title: str, encoding: str = "utf-8", tag: str = "245") -> bytes:
    """Make one record with a title, by the library that others use to make theirs."""
    record = pymarc.Record(force_utf8=True)
    record.add_field(pymarc.Field(tag="001", data="T-1"))
    subfields = [pymarc.Subfield("a", title)]
    record.add_field(pymarc.Field(tag=tag, indicators=pymarc.Indicators("0", "0"), subfields=subfields))
    data = record.as_marc()
    if encoding == "utf-8":
        return data
    base = int(data[12:17])
    body = data[base:].decode("utf-8").encode(encoding)
    fields = body.split(b"\x1e")[:-1]
    directory, offset = b"", 0
    for name, content in zip((b"001", tag.encode()), fields, strict=True):
        directory += name + b"%04d%05d" % (len(content) + 1, offset)
        offset += len(content) + 1
    total = 24 + len(directory) + 1 + len(body)
    return (
        b"%05d" % total
        + data[5:12]
        + b"%05d" % (25 + len(directory))
        + data[17:24]
        + directory
        + b"\x1e"
        + body
    )


def read_all(name: str) -> list[MarcRecord]:
    return [decode_record(raw.data) for raw in split_records((MARC / name).read_bytes())]


@pytest.mark.parametrize(
    ("name", "count", "form", "encodings"),
    [("irbis-demo.iso", 81, "rusmarc", {"cp1251"}), ("jazz-1k.mrc", 1000, "marc21", {"ascii", "marc-8"})],
)
def test_real_files_are_read_whole(name: str, count: int, form: str, encodings: set[str]) -> None:
    records = read_all(name)
    assert len(records) == count
    assert {tell_format(record) for record in records} == {form}
    assert {record.encoding for record in records} == encodings
    assert all(describe(record).title for record in records)


def test_a_volume_without_a_telling_title_takes_its_host() -> None:
    brief = describe(read_all("irbis-demo.iso")[0])
    assert brief == Brief(
        control_number="RU\\NLR\\bibl\\3415",
        title="Задачи и этюды. Вып. 13",
        year=1997,
        extent="80 с.",
        language="ru",
        isbns=("5744300430",),
        host="Задачи и этюды",
    )


def test_marc21_brief() -> None:
    brief = describe(read_all("jazz-1k.mrc")[0])
    assert (brief.title, brief.authors[0], brief.year, brief.kind) == (
        "Friendly fire",
        "Lovano, Joe",
        1999,
        "sound",
    )
    assert (brief.place, brief.publisher, brief.language) == ("Hollywood, CA", "Blue Note", "en")


@pytest.mark.parametrize(
    ("title", "encoding", "told"),
    [
        (TITLE, "utf-8", "utf-8"),
        ("Уголовный процесс: учебник для вузов", "cp1251", "cp1251"),
        ("Уголовный процесс: учебник для вузов", "cp866", "cp866"),
        ("Criminal law", "utf-8", "ascii"),
    ],
)
def test_encoding_is_told_by_the_text(title: str, encoding: str, told: str) -> None:
    record = decode_record(record_of(title=title, encoding=encoding))
    assert record.encoding == told
    assert record.first("245", "a") == title


def test_marc8_diacritics_are_not_taken_for_cyrillic() -> None:
    assert detect_encoding(b"\x1e1 \x1faDvo\xe9r\xe2ak, Anton\xe2in") == "marc-8"


GOOD = record_of(title=TITLE)
REASONS = {"no-terminator", "length", "base-address", "directory", "unreadable", "encoding"}
BROKEN = [
    (GOOD[:-1], "no-terminator"),
    (b"99999" + GOOD[5:], "length"),
    (b"abcde" + GOOD[5:], "length"),
    (GOOD[:12] + b"00000" + GOOD[17:], "base-address"),
    (GOOD[:12] + b"zzzzz" + GOOD[17:], "base-address"),
    (GOOD[:27] + b"9999" + GOOD[31:], "directory"),
    (GOOD[:27] + b"00x5" + GOOD[31:], "directory"),
    (b"", "no-terminator"),
]


@pytest.mark.parametrize(("data", "reason"), BROKEN)
def test_broken_records_are_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(BrokenRecordError) as caught:
        decode_record(data)
    assert caught.value.reason == reason


def test_a_broken_record_does_not_hide_the_next() -> None:
    records = list(split_records(b"99999" + GOOD[5:] + b"\r\n" + GOOD))
    assert [record.position for record in records] == [1, 2]
    assert decode_record(records[1].data).first("001") == "T-1"


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\x1a"])
def test_an_empty_file_has_no_records(content: bytes) -> None:
    assert list(split_records(content)) == []


@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_record_or_a_named_reason(content: bytes) -> None:
    reasons = set()
    for raw in split_records(content):
        try:
            decode_record(raw.data)
        except BrokenRecordError as error:
            reasons.add(error.reason)
    assert reasons <= REASONS


@given(st.lists(st.sampled_from([GOOD, b"junk\x1d"]), max_size=8))
def test_splitting_loses_no_byte(parts: list[bytes]) -> None:
    assert b"".join(raw.data for raw in split_records(b"".join(parts))) == b"".join(parts)


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60))
def test_a_title_survives_the_round_trip(title: str) -> None:
    assert decode_record(record_of(title=title)).fields[1].subfields == (("a", title),)


@pytest.mark.parametrize(
    ("text", "year"),
    [("1999", 1999), ("c1988.", 1988), ("[20--]", None), ("12345", None), ("2025-2026", 2025)],
)
def test_year(text: str, year: int | None) -> None:
    assert first_year(text) == year


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
