"""Exports: what begins like a formula stays a text, in CSV and in XLSX (CWE-1236)."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from chassis import exports
from chassis.problems import NotFound

pytestmark = pytest.mark.unit

EVIL = (
    "=1+1", '=HYPERLINK("http://evil.example","x")', "+7 701 000 00 00", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1",
    "＋1", "－1", "＠x", "=cmd|'/C calc'!A0",
)  # fmt: skip
PLAIN = ("Әуезов", "К-0001", "О’Коннор", "", "a=b", "1-2", "'", "№ 12-к", "<b>", '"', "x;y")


def cells_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("text", EVIL)
def test_a_text_that_looks_like_a_formula_is_defused(text):
    assert exports.defuse(text) == f"'{text}"
    assert cells_of(exports.as_csv(["x"], [[text]]))[1][0].startswith("'")


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text):
    assert exports.defuse(text) == text
    assert cells_of(exports.as_csv(["x", "y"], [["1", text]]))[1][1] == text


def test_numbers_are_numbers_and_nothing_is_empty():
    assert exports.as_csv(["a", "b"], [[-5, None]]) == '\ufeff"a";"b"\r\n-5;""\r\n'.encode()
    assert exports.defuse(-5) == -5


def test_a_sheet_holds_no_formula_and_marks_texts():
    data = exports.as_xlsx(["a"], [[text] for text in EVIL] + [[7]])
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles
    shown = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in shown[1:]][: len(EVIL) - 1][0] == "=1+1"
    assert shown[-1][0] == 7


@given(st.text(max_size=30))
def test_no_cell_of_a_csv_begins_a_formula(text):
    [_head, [cell, end]] = cells_of(exports.as_csv(["x", "y"], [[text, "end"]]))
    assert end == "end"
    assert cell[:1] not in set("=+-@\t\r\n")


def test_no_other_kind_of_file():
    with pytest.raises(NotFound):
        exports.response("exe", "people", [], [])
    answer = exports.response("xlsx", "people", ["a"], [])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people.xlsx"'
