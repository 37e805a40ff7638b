"""Fill in the templates the services take, as a person in the academy would."""

import io
from collections.abc import Iterable, Mapping

import xlsxwriter

from chassis.sheets import Layout

LANGUAGES = ("kk", "ru", "en")


def fill_in(layout: Layout, rows: Iterable[Mapping[str, str]], *, language: str = "kk") -> bytes:
    """Write rows under the headings of a layout.

    Args:
        layout: the sheet a service takes.
        rows: column key → stored value; choices are written in the words of the language, absent keys stay empty.
        language: of headings and choices.

    Returns:
        An XLSX file.
    """
    out = io.BytesIO()
    place = LANGUAGES.index(language)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        text = book.add_format({"num_format": "@"})
        for at, column in enumerate(layout.columns):
            sheet.write_string(0, at, column.titles[language])
            for line, row in enumerate(rows := list(rows), 1):
                value = str(row.get(column.key, ""))
                word = column.choices[value][place] if column.choices and value in column.choices else value
                sheet.write_string(line, at, word, text)
    return out.getvalue()
