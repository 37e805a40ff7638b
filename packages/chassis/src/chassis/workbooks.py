"""Open a workbook nobody vouches for: count every unpacked byte, row and cell before a parser sees them."""

import io
import re
import zipfile
import zlib

from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Problem

MAX_BYTES = 8 * 1024 * 1024
MAX_UNPACKED = 48 * 1024 * 1024
MAX_RATIO = 150
MAX_CELL = 2000
MAX_TEXT = 64 * 1024 * 1024
_SHEETS = "xl/worksheets/"
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(_rels/)?(workbook|styles|sharedStrings)[\w.]*|xl/worksheets/\w+\.xml"
)
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s>/])([^>]*)>")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)([0-9]{1,9})["']""")


class SheetRefused(Problem):
    """The file as a whole cannot be read; the detail says why and what to do."""

    code = "chassis.sheet-refused"
    status = 422
    title = _l("The file was not accepted")


def repack(data: bytes, max_rows: int) -> bytes:
    """Copy the parts of the workbook that matter into a plain archive, counting every unpacked byte on the way.

    The reader behind us then meets only what was counted: no bomb, no lying sizes, no cell at XFD1048576.
    """
    if len(data) > MAX_BYTES:
        raise SheetRefused(_("The file is larger than %(limit)s MB", limit=MAX_BYTES // 2**20))
    bodies: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            parts = {part.filename: part for part in source.infolist() if _PARTS.fullmatch(part.filename)}
            for name, part in sorted(parts.items(), reverse=True):
                bodies[name] = _unpack(source, part, MAX_UNPACKED - sum(map(len, bodies.values())), max_rows)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise SheetRefused(_("This is not an Excel workbook (.xlsx)")) from error
    if "xl/workbook.xml" not in bodies:
        raise SheetRefused(_("This is not an Excel workbook (.xlsx)"))
    cells = sum(_count_cells(body, max_rows) for name, body in bodies.items() if name.startswith(_SHEETS))
    longest = max(map(len, bodies.get("xl/sharedStrings.xml", b"").split(b"</si>")))
    if cells * longest > MAX_TEXT and longest > MAX_CELL:
        raise SheetRefused(_("A cell holds too long a text"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, body in bodies.items():
            target.writestr(name, body)
    return out.getvalue()


def _unpack(source: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, max_rows: int) -> bytes:
    """Read one part chunk by chunk, stopping at the first byte or row too many."""
    body, rows, is_sheet = bytearray(), 0, part.filename.startswith(_SHEETS)
    if part.file_size > max(2**20, MAX_RATIO * part.compress_size):
        raise SheetRefused(_("The file unpacks to far more than it weighs: it was not opened"))
    with source.open(part) as stream:
        while chunk := stream.read(2**16):
            body += chunk
            rows += len(_ROW.findall(chunk)) if is_sheet else 0
            if rows > max_rows + 1:
                raise SheetRefused(_("More than %(limit)s rows: divide the table into parts", limit=max_rows))
            if len(body) > left:
                raise SheetRefused(_("The file unpacks to far more than it weighs: it was not opened"))
    return bytes(body)


def _count_cells(body: bytes, max_rows: int) -> int:
    """Count the cells of a sheet; refuse formulas, cells without an address and cells outside a sensible table."""
    count, place = 0, None
    for match in _CELL.finditer(body):
        count, place = count + 1, _PLACE.search(match[1])
        if place is None or len(place[1]) > 2 or place[1].rjust(2) > b"BZ" or int(place[2]) > max_rows + 1:
            raise SheetRefused(_("The table is too wide or too long: leave only the columns of the template"))
    formula = _FORMULA.search(body)
    if formula:
        cell = _PLACE.findall(body, 0, formula.start())[-1]
        raise SheetRefused(
            _("Cell %(cell)s holds a formula: put the value itself there", cell=b"".join(cell).decode())
        )
    return count
