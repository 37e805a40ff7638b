"""Tables for people's desks: CSV and XLSX in which no cell is a formula.

What somebody once typed into a field lies on another person's desk when the table is opened there: a text that begins like a
formula is kept a text (CWE-1236, "CSV injection" at OWASP). CSV knows no types, so an apostrophe stands before such a text, which
spreadsheets show as the text itself; XLSX has the mark "this is text" for the cell.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from flask import Response

from chassis.problems import NotFound

Cell = str | int | None
CSV, XLSX = "csv", "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OPENING = "=+-@"
BLANK = "\t\r\n"
WIDEST = 48


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula: it begins with = + - @, also in full width or after blanks."""
    bare = unicodedata.normalize("NFKC", text.lstrip()[:1])[:1]
    return bool(text) and (text[0] in BLANK or (bool(bare) and bare in OPENING))


def defuse(cell: Cell) -> Cell:
    """Put an apostrophe before a text that looks like a formula; numbers and other texts stay."""
    return f"'{cell}" if isinstance(cell, str) and is_formula_like(cell) else cell


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a CSV as spreadsheets of Kazakhstan open it: UTF-8 with a mark, semicolons, every text in quotes."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_NONNUMERIC)
    for row in (heads, *rows):
        writer.writerow(["" if cell is None else defuse(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write an XLSX whose cells are texts and whole numbers, with a heading that stays in sight."""
    import xlsxwriter  # 13 MB, for the rare moment somebody asks for a table

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet()
        bold, text = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
        for at, head in enumerate(heads):
            sheet.set_column(at, at, min(WIDEST, len(head) + 6))
            sheet.write_string(0, at, head, bold)
        for line, row in enumerate(rows, 1):
            for at, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(line, at, cell)
                elif cell:
                    sheet.write_string(line, at, cell, text if is_formula_like(cell) else None)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def response(kind: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer a table as a file to keep.

    Args:
        kind: `csv` or `xlsx`.
        name: of the file, without its ending.
        heads: of the columns.
        rows: texts, whole numbers or nothing.

    Raises:
        NotFound: there is no such kind of file.
    """
    if kind not in TYPES:
        raise NotFound
    body = as_csv(heads, rows) if kind == CSV else as_xlsx(heads, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return Response(body, 200, headers, content_type=TYPES[kind])
