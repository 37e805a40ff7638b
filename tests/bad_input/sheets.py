"""Workbooks people send by mistake and attackers on purpose, made from the true headings of the form they are sent to."""

import io
import zipfile
from collections.abc import Callable, Sequence
from functools import cache

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Heads = tuple[str, ...]


def workbook(heads: Sequence[str], change: Callable[[Worksheet], object] = lambda _sheet: None) -> bytes:
    """Make a workbook with headings and whatever `change` puts below them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heads)
        change(sheet)
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """Pack parts as Office programs do."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in parts.items():
            target.writestr(name, body)
    return out.getvalue()


def wrong_headings(heads: Heads) -> bytes:
    """Rename the last column."""
    return workbook([*heads[:-1], "Вес"])


def fewer_headings(heads: Heads) -> bytes:
    """Leave the last column out."""
    return workbook(heads[:-1])


def merged_cells(heads: Heads) -> bytes:
    """Merge two rows."""
    return workbook(heads, lambda sheet: sheet.merge_range("A2:B3", "x"))


def formulas(heads: Heads) -> bytes:
    """Compute a cell."""
    return workbook(heads, lambda sheet: sheet.write_formula("B3", "=1+1"))


@cache
def too_many_rows(heads: Heads) -> bytes:
    """Fill 200,000 rows, small enough to be sent."""
    row = b'<row r="%d"><c r="A%d"><v>%d</v></c></row>'
    lines = b"".join(row % (at, at, at * 7919 % 99991) for at in range(2, 200_002))
    whole = workbook(heads, lambda sheet: sheet.write(1, 0, 1))
    with zipfile.ZipFile(io.BytesIO(whole)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = "xl/worksheets/sheet1.xml"
    before, _, after = parts[name].partition(b"</sheetData>")
    parts[name] = before + lines + b"</sheetData>" + after
    return archive(parts)


def renamed_document(_heads: Heads) -> bytes:
    """Name a text document .xlsx."""
    types = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    )
    return archive({"[Content_Types].xml": types, "_rels/.rels": b"<r/>", "word/document.xml": b"<w/>" * 99})


@cache
def bomb(heads: Heads) -> bytes:
    """Pack 200 MB into 200 KB."""
    whole = workbook(heads)
    with zipfile.ZipFile(io.BytesIO(whole)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in parts.items():
            with target.open(name, "w", force_zip64=True) as part:
                part.write(body)
                for _ in range(200 if name == "xl/worksheets/sheet1.xml" else 0):
                    part.write(b" " * 2**20)
    return out.getvalue()
