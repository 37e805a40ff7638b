"""Workbooks as people send them, and as attackers do: what is read, what is refused, and in which words."""

import io
import zipfile

import pytest
import xlsxwriter

from chassis.i18n import Words, speaking
from chassis.sheets import Column, Fault, Layout, judge, read, say, template
from chassis.workbooks import MAX_BYTES, SheetRefused

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def english():
    """Refusals are compared in the words of the code, whatever language a test before left behind."""
    with speaking(Words("en")):
        yield


LAYOUT = Layout(
    columns=(
        Column("name", {"kk": "Тегі", "ru": "Фамилия", "en": "Family name"}, required=True, max_length=20),
        Column(
            "kind",
            {"kk": "Санаты", "ru": "Категория", "en": "Kind"},
            choices={"l": ("тыңдаушы", "слушатель", "learner")},
        ),
        Column(
            "number",
            {"kk": "Нөмірі", "ru": "Номер", "en": "Number"},
            unique=True,
            check=lambda v: "bad" if "!" in v else None,
        ),
    ),
    name_of=lambda row: row["name"],
    max_rows=100,
)
HEAD = ["Фамилия", "Категория", "Номер"]


def workbook(*rows: list[object], change=None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        if change:
            change(sheet)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in parts.items():
            target.writestr(name.replace("__", "/"), body)
    return out.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(SheetRefused) as caught:
        read(data, LAYOUT)
    return str(caught.value.detail)


def test_reads_rows_with_their_numbers_and_skips_empty_ones():
    rows = read(workbook(HEAD, ["Ахметов", "слушатель", 12], ["", "", ""], ["Әлиев", "", "  7  a "]), LAYOUT)
    assert rows == [
        (2, {"name": "Ахметов", "kind": "слушатель", "number": "12"}),
        (4, {"name": "Әлиев", "kind": "", "number": "7 a"}),
    ]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_template_in_every_language_is_accepted_back(language):
    assert read(template(LAYOUT, language), LAYOUT) == []


def test_columns_are_found_by_heading_in_any_order_and_language():
    rows = read(workbook(["Number", "тегі", "Категория"], ["1", "Ким", ""]), LAYOUT)
    assert rows == [(2, {"name": "Ким", "kind": "", "number": "1"})]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an Excel workbook"),
        (b"PK\x03\x04 cut short", "not an Excel workbook"),
        (archive(word__document_xml=b"<w/>"), "not an Excel workbook"),
        (workbook(), "table is empty"),
        (workbook(["Фамилия", "Категория"]), "Headings are missing"),
        (workbook([*HEAD, "Вес"]), "“Вес” is not expected"),
        (workbook([*HEAD, "Номер"]), "“Номер” is not expected"),
        (workbook(HEAD, ["a", "", "=1+1"]), "Cell C2 holds a formula"),
        (workbook(HEAD, change=lambda s: s.merge_range("A2:B3", "x")), "Row 2 has merged cells"),
        (workbook(HEAD, change=lambda s: s.write("XFD1048576", "x")), "too wide or too long"),
        (workbook(HEAD, *[["a", "", ""]] * 200), "More than 100 rows"),
        (b"x" * (MAX_BYTES + 1), "larger than 8 MB"),
    ],
)
def test_a_file_that_is_not_a_plain_table_is_refused_in_words(data, words):
    assert words in refusal(data)


def test_a_bomb_is_refused_by_its_ratio_before_it_is_unpacked():
    bomb = archive(xl__workbook__xml=b"", **{"xl__worksheets__sheet1.xml": b" " * 60_000_000})
    assert "unpacks to far more" in refusal(bomb)


def test_one_long_text_repeated_by_every_cell_is_refused():
    long = ["я" * 32000] * 60
    assert "too long a text" in refusal(workbook(HEAD, *[long] * 90))


def test_judge_gives_the_good_rows_and_names_the_bad_ones():
    rows = read(
        workbook(
            HEAD,
            ["Ахметов", "Слушатель", 1],
            ["", "", 2],
            ["Ким", "кто-то", 3],
            ["Ли", "", 1],
            ["Пак", "", "!"],
            ["я" * 21, "", 9],
        ),
        LAYOUT,
    )
    good, faults = judge(rows, LAYOUT)
    assert good == [(2, {"name": "Ахметов", "kind": "l", "number": "1"})]
    assert [(f.row, f.name[:3], f.column, f.code) for f in faults] == [
        (3, "", "name", "required"),
        (4, "Ким", "kind", "not-a-choice"),
        (5, "Ли", "number", "repeated"),
        (6, "Пак", "number", "bad"),
        (7, "яяя", "name", "too-long"),
    ]


def test_a_fault_survives_storage_and_is_worded_when_read():
    fault = Fault(5, "Ли", "number", "repeated", {"other": 2})
    assert say(Fault(**fault.as_json())) == "The same value already stands in row 2"
    assert say(Fault(3, "", "number", "own"), {"own": lambda p: "own words"}) == "own words"
