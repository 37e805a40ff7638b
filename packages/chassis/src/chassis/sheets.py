"""XLSX files from people's desks: templates out, safe reading in, faults by row and name.

An import has three steps. `read` refuses a file that is not a plain table (too big, too many rows, formulas, merged
cells, other headings) with one translated sentence and never unpacks more than it promised to. `judge` checks cell by
cell and returns the good rows and a `Fault` for each bad one. The service keeps both (`Fault.as_json`) as a dry run, so
that what a person saw is exactly what is applied later.

    SheetRefused (Problem 422)      the whole file is refused
    Fault                           one row is refused: number, name, column, why
"""

import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from chassis.i18n import gettext as _
from chassis.i18n import localized, normalise
from chassis.workbooks import SheetRefused, repack

LANGUAGES = ("kk", "ru", "en")
LONGEST_LIST = 255
"""Characters Excel lets stand in a drop-down list written into its cell."""
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its heading in each language, and what a cell may hold.

    `choices` maps the stored value to accepted words: kk, ru, en (the template offers these), then any others. `check`
    returns a fault code or None.
    """

    key: str
    titles: Mapping[str, str]
    required: bool = False
    unique: bool = False
    max_length: int = 200
    choices: Mapping[str, Sequence[str]] | None = None
    check: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A table as people know it: columns in order, who a row is about, how many rows are sensible."""

    columns: tuple[Column, ...]
    name_of: Callable[[Row], str]
    max_rows: int = 5000


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one row was not taken; `code` and `params` are worded by `say` in the reader's language."""

    row: int
    name: str
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the fault as a dict for a JSONB column; `Fault(**stored)` is the way back."""
        return asdict(self)


REASONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "required": lambda _p: _("This cell must be filled in"),
    "too-long": lambda p: _("Longer than %(limit)s characters", limit=p["limit"]),
    "not-a-choice": lambda p: _("“%(value)s” is not one of: %(words)s", value=p["value"], words=p["words"]),
    "repeated": lambda p: _("The same value already stands in row %(other)s", other=p["other"]),
}


def say(fault: Fault, reasons: Mapping[str, Callable[[Mapping[str, Any]], str]] = REASONS) -> str:
    """Word a fault in the language of the request; a service passes its own reasons for its own codes."""
    return (reasons.get(fault.code) or REASONS[fault.code])(fault.params)


def template(layout: Layout, language: str) -> bytes:
    """Return an empty XLSX with the headings of `layout`, required ones marked, and drop-down lists for choices."""
    import xlsxwriter  # 13 MB, for the rare moment somebody asks for a template

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        text = book.add_format({"num_format": "@"})
        heads = {
            r: book.add_format({"bold": r, "text_wrap": True, "valign": "top", "bottom": 1})
            for r in (True, False)
        }
        for at, column in enumerate(layout.columns):
            sheet.set_column(at, at, max(14, len(column.titles[language]) + 4), text)
            sheet.write_string(0, at, column.titles[language], heads[column.required])
            if column.choices:
                offered = [words[LANGUAGES.index(language)] for words in column.choices.values()]
                source = _offer(book, at, offered)
                sheet.data_validation(1, at, layout.max_rows, at, {"validate": "list", "source": source})
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _offer(book: Any, at: int, words: Sequence[str]) -> Any:
    """Give the source of a drop-down list: the words themselves, or a sheet of them where a cell's list is too short."""
    if len(",".join(words)) <= LONGEST_LIST:
        return list(words)
    name = f"list{at + 1}"
    book.add_worksheet(name).write_column(0, 0, words)
    return f"={name}!$A$1:$A${len(words)}"


def read(data: bytes, layout: Layout) -> list[tuple[int, Row]]:
    """Read the first sheet as `(row number in the file, {column key: normalised text})`, empty rows left out.

    Raises:
        SheetRefused: not an XLSX, too big, a compression bomb, too many rows, formulas, merged cells, wrong headings.
    """
    plain = repack(data, layout.max_rows)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(plain)).get_sheet_by_index(0)
        merged, cells = sheet.merged_cell_ranges, sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError) as error:
        raise SheetRefused(
            _("The table could not be read: save it again as an Excel workbook (.xlsx)")
        ) from error
    if merged:
        raise SheetRefused(
            _("Row %(row)s has merged cells: unmerge them, one value in one cell", row=merged[0][0][0] + 1)
        )
    rows = [
        (at, texts) for at, texts in enumerate((list(map(_text, line)) for line in cells), 1) if any(texts)
    ]
    if not rows:
        raise SheetRefused(_("The table is empty"))
    keys = _headings(rows[0][1], layout)
    return [(at, {key: texts[i] for key, i in keys.items()}) for at, texts in rows[1:] if any(texts)]


def judge(rows: Iterable[tuple[int, Row]], layout: Layout) -> tuple[list[tuple[int, Row]], list[Fault]]:
    """Check each cell by its column; return rows without any fault, and every fault found."""
    good, faults = [], []
    seen: dict[tuple[str, str], int] = {}
    for at, row in rows:
        found = [fault for column in layout.columns if (fault := _cell(at, row, column, layout, seen))]
        faults += found
        if not found:
            good.append((at, row))
    return good, faults


def _cell(
    at: int, row: Row, column: Column, layout: Layout, seen: dict[tuple[str, str], int]
) -> Fault | None:
    value, name = row[column.key], layout.name_of(row)
    if not value:
        return Fault(at, name, column.key, "required") if column.required else None
    if len(value) > column.max_length:
        return Fault(at, name, column.key, "too-long", {"limit": column.max_length})
    if column.choices is not None:
        word = value.casefold()
        chosen = next(
            (
                stored
                for stored, words in column.choices.items()
                if word in {stored, *map(str.casefold, words)}
            ),
            None,
        )
        if chosen is None:
            offered = "; ".join(" / ".join(words[:2]) for words in column.choices.values())
            return Fault(at, name, column.key, "not-a-choice", {"value": value, "words": offered})
        row[column.key] = chosen
    if column.check and (code := column.check(value)):
        return Fault(at, name, column.key, code, {"value": value})
    if column.unique and (other := seen.setdefault((column.key, value.casefold()), at)) != at:
        return Fault(at, name, column.key, "repeated", {"other": other})
    return None


def _headings(texts: Sequence[str], layout: Layout) -> dict[str, int]:
    """Find every column by any of its headings; a missing, doubled or unknown heading refuses the file by name."""
    known = {title.casefold(): column.key for column in layout.columns for title in column.titles.values()}
    places: dict[str, int] = {}
    for at, text in enumerate(texts):
        key = known.get(text.casefold().removesuffix("*").strip())
        if text and (key is None or key in places):
            raise SheetRefused(
                _("The heading “%(text)s” is not expected here: use the template", text=text[:60])
            )
        if key:
            places[key] = at
    missing = [localized(column.titles) for column in layout.columns if column.key not in places]
    if missing:
        raise SheetRefused(_("Headings are missing: %(names)s. Use the template", names=", ".join(missing)))
    return places


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(value.isoformat() if isinstance(value, date) else str(value))


def clean(text: str) -> str:
    """Make of a text what a cell holds: one line, composed letters, no control characters."""
    line = " ".join(text.split())
    return normalise("".join(char for char in line if unicodedata.category(char)[0] != "C"))
