"""Workbooks that are no plain table, sent to every place that takes one: intakes of auth, imports of the portal, page and API."""

import io
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from tests.bad_input import sheets
from tests.bad_input.conftest import speak, words
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from auth.people.layout import INTAKE
from chassis.sheets import Layout
from chassis.testing.forms import find_form
from portal.imports.kinds import KINDS

BAD = {
    "wrong headings": (
        sheets.wrong_headings,
        "«Вес» бағаны мұнда көзделмеген",
        "Столбец «Вес» здесь не предусмотрен",
    ),
    "a heading is missing": (sheets.fewer_headings, "Мына бағандар жоқ", "Не хватает столбцов"),
    "merged cells": (sheets.merged_cells, "біріктірілген ұяшықтар бар", "есть объединённые ячейки"),
    "a formula": (sheets.formulas, "B3 ұяшығында формула тұр", "В ячейке B3 формула"),
    "200,000 rows": (sheets.too_many_rows, "Жол саны", "разделите таблицу на части"),
    "a renamed .docx": (sheets.renamed_document, "Excel кітабы (.xlsx) емес", "не книга Excel"),
    "a zip bomb": (sheets.bomb, "Файл ашқанда көлемі тым үлкейіп кетеді", "поэтому он не был открыт"),
    "an empty file": (lambda _heads: b"", "Бос емес файлды", "Выберите непустой файл"),
}
ORDER = {"order_number": "12-к", "order_date": "01.09.2026"}
PLACES: dict[str, tuple[str, str, dict[str, str], Layout]] = {
    "intake": ("auth", "/auth/intakes/upload", ORDER, INTAKE),
    **{
        f"page of {name}": ("portal", "/portal/imports", {"kind": name}, KINDS[name].layout)
        for name in ("groups", "timetable")
    },
    "API of groups": ("portal", "/portal/api/v1/imports/groups", {}, KINDS["groups"].layout),
}
LARGE = {"200,000 rows", "a zip bomb"}
SIZE_AT_MOST = 40 << 20


def send(client: Any, path: str, fields: dict[str, str], data: bytes) -> Any:
    """Send a file as the page's form does, or as a program."""
    sent: dict[str, Any] = dict(fields)
    if "/api/" not in path:
        sent = find_form(client.get(path).get_data(as_text=True), {"file"}, None).values | fields
    sent["file"] = FileStorage(io.BytesIO(data), "table.xlsx", name="file")
    boundary, body = encode_multipart(sent)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize(
    ("service", "place"), [(PLACES[place][0], place) for place in PLACES], indirect=["service"]
)
def test_a_workbook_that_is_no_plain_table_is_refused_in_words_and_nothing_is_kept(
    place: str, master: Any, tally: Callable[[], Any]
) -> None:
    _service, path, fields, layout = PLACES[place]
    heads = tuple(column.titles["ru"] for column in layout.columns)
    before = tally()
    for name, (make, *told) in BAD.items():
        for language, expected in zip(("kk", "ru"), told, strict=True):
            answer = send(speak(master, language), path, fields, make(heads))
            assert answer.status_code == 422, (name, answer.get_data(as_text=True))
            assert expected in words(answer), (name, language, words(answer)[-3000:])
    assert tally() == before


@pytest.mark.parametrize("service", ["portal"], indirect=True)
@pytest.mark.parametrize("name", sorted(LARGE))
def test_a_large_workbook_takes_little_memory(name: str, master: Any) -> None:
    """A service has 90 MB for everything: 200 MB must never be unpacked."""
    _service, path, fields, layout = PLACES["API of groups"]
    data = BAD[name][0](tuple(column.titles["ru"] for column in layout.columns))
    process = psutil.Process()
    before = process.memory_info().rss
    assert send(master, path, fields, data).status_code == 422
    assert process.memory_info().rss - before < SIZE_AT_MOST
