"""Rules of statistical releases: the same figures as a table for people and as CSV for programs (clauses 4.5 and 22)."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """The figures of a release in one language."""

    title: str
    labels: Sequence[str]
    series: Mapping[str, Sequence[int]]


def said(texts: Texts, language: str) -> str:
    """Choose a language of a text, else Kazakh."""
    return texts.get(language) or texts.get("kk", "")


def table_of(facts: Mapping[str, Any], language: str) -> Table | None:
    """Give the figures of a release; None when it has none."""
    chart = facts.get("chart")
    if not chart:
        return None
    series = {said(line["name"], language): line["values"] for line in chart["series"]}
    return Table(said(chart["title"], language), chart["labels"], series)


def csv_of(table: Table, head: str) -> str:
    """Write a table as CSV with a mark of its encoding, as spreadsheets in the offices need it.

    Args:
        table: the figures.
        head: the word above the labels.

    Returns:
        Lines separated by semicolons, the first one with the names of the columns.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([head, *table.series])
    for place, label in enumerate(table.labels):
        writer.writerow([label, *(values[place] for values in table.series.values())])
    return "\ufeff" + out.getvalue()


def is_due(next_by: date, today: date) -> bool:
    """Tell whether the quarterly renewal is overdue (clause 22)."""
    return today > next_by
