"""Each sheet names what it cannot take."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.imports import service

TABLE = [
    ("disciplines", ["", "А", "Б", "", "criminal-law"], "code", "required"),
    ("disciplines", ["$!", "А", "Б", "", "criminal-law"], "code", "bad-code"),
    (
        "curriculum",
        ["XX 1", "", "6B12301", 3, "2026-1", 5, "емтихан", ""],
        "discipline_code",
        "unknown-discipline",
    ),
    ("curriculum", ["KP 2204", "X-1", "", "", "2026-1", 5, "емтихан", ""], "group_code", "unknown-group"),
    (
        "curriculum",
        ["KP 2204", "", "6B12301", 3, "2030-1", 5, "емтихан", ""],
        "period_code",
        "unknown-period",
    ),
    (
        "curriculum",
        ["KP 2204", "ҚІ-24-1", "6B12301", 3, "2026-1", 5, "емтихан", ""],
        "group_code",
        "one-audience",
    ),
    ("curriculum", ["KP 2204", "", "6B12301", 3, "2026-1", 5, "емтихан", 151], "hours", "hours-over"),
    ("curriculum", ["KP 2204", "", "6B12301", 3, "2026-1", 0, "емтихан", ""], "credits", "out-of-range"),
    (
        "curriculum",
        ["KP 2204", "", "6B12301", 3, "2026-1", 5, "қалай болса солай", ""],
        "control",
        "not-a-choice",
    ),
    ("assignments", ["T-99", "KP 2204", "ҚІ-24-1", "2026-1"], "number", "unknown-person"),
    ("assignments", ["24-0117", "KP 2204", "ҚІ-24-1", "2026-1"], "number", "not-a-teacher"),
    ("assignments", ["T-3", "KP 2204", "ҚІ-24-1", "2026-1"], "number", "person-left"),
    (
        "timetable",
        ["ҚІ-24-2", "KR 3301", "2026-1", "дәріс", "", "", "1", 1, ""],
        "discipline_code",
        "not-assigned",
    ),
    (
        "timetable",
        ["ҚІ-24-2", "KP 2204", "2026-1", "дәріс", "T-2", "", "1", 1, ""],
        "number",
        "teacher-not-assigned",
    ),
    ("timetable", ["ҚІ-24-2", "KP 2204", "2026-1", "дәріс", "T-1", "", "1", 7, ""], "pair", "no-bell"),
    (
        "timetable",
        ["ҚІ-24-2", "KP 2204", "2026-1", "дәріс", "T-1", "", "1", 3, "кейде"],
        "weeks",
        "bad-weeks",
    ),
    ("timetable", ["ҚІ-24-2", "KP 2204", "2026-1", "дәріс", "T-1", "", "1", 3, "40"], "weeks", "no-lessons"),
    (
        "timetable",
        ["ҚІ-24-2", "KP 2204", "2026-1", "дәріс", "T-1", "", "болмайды", 3, ""],
        "weekday",
        "not-a-choice",
    ),
]


@pytest.mark.parametrize(("kind", "row", "column", "code"), TABLE)
def test_a_bad_row_is_named(
    session: Session,
    academy: Any,
    person_of: Callable[..., Any],
    check: Callable[..., Any],
    kind: str,
    row: list[Any],
    column: str,
    code: str,
) -> None:
    person_of(session, "T-3", "Кеткен Оқытушы", status="left")
    run = check(session, kind, [row])
    assert (column, code) in [(fault.column, fault.code) for fault in service.faults_of(run)]
    assert (run.total, run.bad, run.added, run.changed) == (1, 1, 0, 0)


def test_a_discipline_outside_the_curriculum_cannot_be_assigned(
    session: Session, academy: Any, check: Callable[..., Any], apply: Callable[..., Any]
) -> None:
    apply(session, "groups", [["БҚ-1", "БҚ-1", "БҚ-1", "", "investigation", "OTHER", 3, "қазақша"]])
    run = check(session, "assignments", [["T-1", "KP 2204", "БҚ-1", "2026-1"]])
    assert [fault.code for fault in service.faults_of(run)] == ["no-curriculum-row"]


def test_the_same_line_twice_is_named(session: Session, academy: Any, check: Callable[..., Any]) -> None:
    row = ["T-1", "KR 3301", "ҚІ-24-2", "2026-1"]
    run = check(session, "assignments", [row, row])
    assert [(fault.row, fault.code, fault.params) for fault in service.faults_of(run)] == [
        (3, "repeated-line", {"other": 2})
    ]
