"""The journal's own rules: columns and their order, what becomes of a cell somebody wants to change, results of a learner.

Pure: cells come as `{column id: (stored value, version)}`, columns as the read model keeps them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ejournal.admission.rules import Standing, admit
from ejournal.control.rules import Progress, compute
from ejournal.control.rules_sets import RuleSet
from ejournal.control.rules_values import EMPTY, Letters, ValueRefused, parse
from ejournal.fractions import exact_text
from ejournal.journal.rules_membership import Outside, Span, outside

MIDTERMS = {1: "rk1", 2: "rk2"}
MOST_CELLS = 4000

Column = Mapping[str, Any]
"""`id kind lesson_kind date pair half published in_timetable`; dates are ISO text."""
Cells = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell somebody wants to change: key `learner:column`, what was typed, the version it was typed over."""

    key: str
    text: str
    base: int

    @property
    def person_id(self) -> str:
        """The learner of the key."""
        return self.key.partition(":")[0]

    @property
    def column_id(self) -> str:
        """The column of the key."""
        return self.key.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of it.

    `away`: the learner does not stand in the journal on that day. `state`: write, same (already so), conflict (somebody else wrote first), invalid (no mark; `reason`), locked (nobody may
    write now; `reason`), missing (no such cell). `value` and `version` are what stands after a write, else what stands now.
    """

    asked: Asked
    state: str
    value: str | None = None
    version: int = 0
    reason: str = ""
    away: Outside | None = None


class Layout(NamedTuple):
    """Ids of columns: the lessons of both halves, and the midterm controls with their half."""

    first: Sequence[str]
    second: Sequence[str]
    midterms: Sequence[tuple[int, str]]


def in_order(columns: Iterable[Column]) -> list[Column]:
    """Order columns as the page shows them: lessons of a half by date and pair, then its midterm control."""
    return sorted(
        columns, key=lambda c: (c["half"], c["kind"] != "lesson", c["date"] or "", c["pair"] or 0, c["id"])
    )


def latest(columns: Sequence[Column], today: date) -> str:
    """Name the latest lesson that has begun; before the first one, the first column."""
    begun = [c for c in columns if c["kind"] == "lesson" and c["date"] <= today.isoformat()]
    found: str = max(begun, key=lambda c: (c["date"], c["pair"] or 0), default=columns[0])["id"]
    return found


def judge(
    asked: Asked,
    *,
    columns: Mapping[str, Column],
    rows: Mapping[str, Cells],
    closed: Mapping[str, str] | None,
    letters: Letters,
    rules: RuleSet | None,
    spans: Mapping[str, Sequence[Span]] | None = None,
) -> Verdict:
    """Decide about one cell against what stands now.

    Args:
        asked: the change.
        columns: the journal's columns by id.
        rows: cells by learner, of learners on the roster.
        closed: why a column takes no marks today, by its id (windows_rules.closed_columns); None when the journal takes none at all.
        letters: the institution's dictionary.
        rules: the rule set of the period; None while the period is not known.
        spans: the days of learners whom an order moved.
    """
    person, _colon, column = asked.key.partition(":")
    cells = rows.get(person)
    if cells is None or column not in columns:
        return Verdict(asked, "missing")
    value, version = cells.get(column, (None, 0))
    if away := outside((spans or {}).get(person, ()), columns[column]["date"]):
        return Verdict(asked, "locked", value, version, away.reason, away)
    if closed is None or rules is None or column in closed:
        return Verdict(asked, "locked", value, version, (closed or {}).get(column, ""))
    try:
        wanted = parse(asked.text, letters, rules.parameters)
    except ValueRefused as refused:
        return Verdict(asked, "invalid", value, version, refused.reason)
    return against(asked, wanted, value, version)


def against(asked: Asked, wanted: str | None, value: str | None, version: int) -> Verdict:
    """Decide about a value that may be written, against the one that stands: same, conflict, or write as the next version."""
    if wanted == value:
        return Verdict(asked, "same", value, version)
    if asked.base != version:
        return Verdict(asked, "conflict", value, version)
    return Verdict(asked, "write", wanted, version + 1)


def layout(columns: Iterable[Column]) -> Layout:
    """Tell where the marks of results stand; once for all learners whose results follow from the same columns."""
    lessons: dict[int, list[str]] = {1: [], 2: []}
    midterms = []
    for column in columns:
        if column["kind"] == "lesson":
            lessons[column["half"]].append(column["id"])
        else:
            midterms.append((column["half"], column["id"]))
    return Layout(lessons[1], lessons[2], midterms)


def progress(
    values: Mapping[str, str | None], columns: Iterable[Column] | Layout, letters: Letters, rules: RuleSet
) -> Progress:
    """Compute a learner's progress from stored values by column."""
    places = columns if isinstance(columns, Layout) else layout(columns)
    marks, value = letters.marks, values.get
    first = [marks[value(one)] for one in places.first]
    second = [marks[value(one)] for one in places.second]
    midterms = {1: EMPTY, 2: EMPTY}
    for half, one in places.midterms:
        mark = marks[value(one)]
        if mark.kind != "empty":  # one taken in a former group counts until the own one is taken
            midterms[half] = mark
    return compute(first, midterms[1], second, midterms[2], rules)


def results(found: Progress, rules: RuleSet) -> dict[str, Any]:
    """Put everything computed into the form that is stored: exact fractions as text, empty as None."""
    first, second = found.halves
    admission = admit(Standing(rd=found.rd, rk1=first.rk, rk2=second.rk, attendance=found.attendance), rules)
    return {
        "tk1": exact_text(first.tk),
        "tk2": exact_text(second.tk),
        "p1": exact_text(first.p),
        "p2": exact_text(second.p),
        "mean": exact_text(found.mean),
        "rd": exact_text(found.rd),
        "rounded": exact_text(found.rd_rounded),
        "admitted": admission.admitted,
        "refusals": [refusal.code for refusal in admission.refusals],
    }


def all_results(
    cells: Cells, columns: Iterable[Column] | Layout, letters: Letters, rules: RuleSet
) -> dict[str, Any]:
    """Compute what teachers see: from all cells."""
    values = {column: cell[0] for column, cell in cells.items()}
    return results(progress(values, columns, letters, rules), rules)


def shown_results(
    cells: Cells, columns: Sequence[Column], letters: Letters, rules: RuleSet
) -> dict[str, Any]:
    """Compute what the learner sees: from published cells alone."""
    return results(progress(published_values(cells, columns), columns, letters, rules), rules)


def published_values(cells: Cells, columns: Iterable[Column]) -> dict[str, str | None]:
    """Keep the values of published columns; an empty published cell is there as None."""
    return {c["id"]: cells.get(c["id"], (None, 0))[0] for c in columns if c["published"]}
