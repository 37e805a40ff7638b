"""MARC files with broken directories, in an unknown encoding and empty, sent to the library: page and API."""

import base64
import io
from collections.abc import Callable
from typing import Any

import pymarc
import pytest
from tests.bad_input.conftest import speak, words

pytestmark = pytest.mark.parametrize("service", ["library"], indirect=True)

PAGE = "/library/cataloguing/imports"
API = "/library/api/v1/imports"


def record(title: str) -> bytes:
    """Make one good record, by the library that others use to make theirs."""
    made = pymarc.Record(force_utf8=True)
    made.add_field(pymarc.Field(tag="001", data="T-1"))
    titles = [pymarc.Subfield("a", title)]
    made.add_field(pymarc.Field(tag="245", indicators=pymarc.Indicators("0", "0"), subfields=titles))
    return bytes(made.as_marc())


GOOD = record("Criminal law ****")
REPORTED = {
    "length": (b"99999" + GOOD[5:], "маркерде көрсетілген ұзындық", "длина в маркере не совпадает"),
    "base-address": (
        GOOD[:12] + b"00000" + GOOD[17:],
        "деректердің басталатын орны",
        "не указано, где начинаются данные",
    ),
    "directory": (GOOD[:27] + b"9999" + GOOD[31:], "анықтамалық өрістерге", "справочник указывает на места"),
    "no-terminator": (GOOD[:-1], "соңғы белгісі жоқ", "нет знака конца"),
    "encoding": (
        GOOD.replace(b"****", b"\x98\x98\x98\x98"),
        "белгілі бірде-бір кодтауға",
        "ни под одну из известных кодировок",
    ),
}
REFUSED = {
    "nothing": (b"", "Бос емес файлды", "Выберите непустой файл"),
    "line ends": (b"\r\n\r\n", "бірде-бір MARC жазбасы жоқ", "нет ни одной записи MARC"),
}


def catalogue_unchanged(before: Any, after: Any) -> bool:
    """Tell whether only the report of the check was kept: no record, no event."""
    kept = {"public.import_batch", "import_batch", "chassis.idempotency_key", "idempotency_key"}
    changed = {name for name in before if before[name] != after[name]}
    return not {name for name in changed if name not in kept}


def test_a_broken_record_is_named_with_its_reason_and_nothing_is_taken_over(
    master: Any, tally: Callable[[], Any]
) -> None:
    before = tally()
    for data, *told in REPORTED.values():
        for language, expected in zip(("kk", "ru"), told, strict=True):
            answer = speak(master, language).submit(PAGE, {"file": (io.BytesIO(data), "broken.iso")})
            assert answer.status_code == 303
            assert expected in master.get(answer.location).get_data(as_text=True)
    assert catalogue_unchanged(before, tally())


def test_a_program_is_told_the_reason_by_its_code_and_cannot_apply_the_file(
    master: Any, tally: Callable[[], Any]
) -> None:
    before = tally()
    for reason, (data, *_told) in REPORTED.items():
        refuse(master, reason, base64.b64encode(data).decode())
    assert catalogue_unchanged(before, tally())


def refuse(master: Any, reason: str, content: str) -> None:
    """Send one file as a program, and try to apply it."""
    batch = master.post(API, json={"filename": "broken.iso", "content": content}).get_json()
    assert [line["reason"] for line in batch["report"]["bad"]] == [reason]
    for language, expected in (("kk", "енгізуге болмайды"), ("ru", "Из этого файла нельзя принять")):
        refused = speak(master, language).post(f"{API}/{batch['id']}/apply")
        assert refused.status_code == 409
        assert refused.get_json(force=True)["code"] == "library.nothing-to-apply"
        assert expected in words(refused)


def test_a_file_without_a_record_is_refused_in_words(master: Any, tally: Callable[[], Any]) -> None:
    before = tally()
    for data, *told in REFUSED.values():
        for language, expected in zip(("kk", "ru"), told, strict=True):
            answer = speak(master, language).submit(PAGE, {"file": (io.BytesIO(data), "empty.iso")})
            assert answer.status_code == 422
            assert expected in words(answer)
    assert tally() == before


def test_a_program_that_sends_no_file_is_refused_in_words(master: Any, tally: Callable[[], Any]) -> None:
    before = tally()
    for content in ("", "%%%", "ақ", base64.b64encode(b"\r\n").decode()):
        told = set()
        for language in ("kk", "ru", "en"):
            answer = speak(master, language).post(API, json={"filename": "x.iso", "content": content})
            assert answer.status_code == 422
            told.add(words(answer))
        assert len(told) == 3
    assert tally() == before
