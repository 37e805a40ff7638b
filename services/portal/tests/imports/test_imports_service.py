"""Sheets: a dry run names each bad row, the good ones are applied once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from chassis import clock, i18n
from chassis.db import new_id, unit_of_work
from chassis.factory import translation_folders
from chassis.workbooks import SheetRefused
from portal.app import SERVICE
from portal.groups.model import StudyGroup
from portal.imports import service
from portal.imports.kinds import KINDS
from portal.imports.model import ImportRun
from portal.sheets import say

GOOD = ["ҚІ-25-1", "ҚІ-25-1 тобы", "Группа ҚІ-25-1", "", "investigation", "", 2, "қазақша"]


def faults(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in service.faults_of(run)]


def test_a_dry_run_names_each_bad_row_and_writes_nothing(session: Session, check: Callable[..., Any]) -> None:
    rows = [
        GOOD,
        ["", *GOOD[1:]],
        ["ҚІ-25-2", "", *GOOD[2:]],
        ["ҚІ-25-3", *GOOD[1:6], "٣", "қазақша"],
        ["ҚІ-25-4", *GOOD[1:6], 9, "қазақша"],
        ["ҚІ-25-5", *GOOD[1:7], "клингон"],
        ["ҚІ-25-1", *GOOD[1:]],
    ]
    run = check(session, "groups", rows)
    assert faults(run) == [
        (3, "code", "required"),
        (4, "title_kk", "required"),
        (5, "year_of_study", "not-a-number"),
        (6, "year_of_study", "out-of-range"),
        (7, "language", "not-a-choice"),
        (8, "code", "repeated"),
    ]
    assert (run.total, run.bad, run.added, run.state) == (7, 6, 1, "checked")
    assert session.scalar(select(func.count()).select_from(StudyGroup)) == 0


def test_the_good_rows_are_applied_and_a_second_time_nothing_happens(
    engine: Engine, check: Callable[..., Any], feed_events: Callable[..., Any]
) -> None:
    with unit_of_work(engine) as session:
        run = check(session, "groups", [GOOD, ["ҚІ-25-2", "", *GOOD[2:]]])
    for _attempt in range(2):
        with unit_of_work(engine) as session:
            service.apply_run(session=session, id=run.id, by=new_id(), now=run.created_at)
    assert [event.data["code"] for event in feed_events("portal/teaching")] == ["ҚІ-25-1"]


def test_the_same_sheet_again_changes_nothing_and_records_nothing(
    engine: Engine,
    academy: Any,
    apply: Callable[..., Any],
    feed_events: Callable[..., Any],
    sheets: list[Any],
) -> None:
    before = len(feed_events("portal/teaching")) + len(feed_events("portal/timetable"))
    with unit_of_work(engine) as session:
        runs = [apply(session, kind, rows) for kind, rows in sheets]
    assert [(run.added, run.changed, run.bad) for run in runs] == [(0, 0, 0)] * 5
    assert len(feed_events("portal/teaching")) + len(feed_events("portal/timetable")) == before


def test_rows_that_came_to_be_bad_refuse_the_whole_application(
    engine: Engine, academy: Any, check: Callable[..., Any], apply: Callable[..., Any]
) -> None:
    other = ["ҚІ-24-2", "KR 3301", "2026-1"]
    with unit_of_work(engine) as session:
        assignment = check(session, "assignments", [["T-2", "KR 3301", "ҚІ-24-2", "2026-1"]])
        service.apply_run(session=session, id=assignment.id, by=new_id(), now=assignment.created_at)
        first = check(session, "timetable", [[*other, "семинар", "T-2", "111", "бейсенбі", 3, ""]])
        second = check(
            session,
            "timetable",
            [[*other[:1], "KP 2204", *other[2:], "семинар", "T-1", "111", "бейсенбі", 3, ""]],
        )
    with unit_of_work(engine) as session:
        service.apply_run(session=session, id=first.id, by=new_id(), now=first.created_at)
    with unit_of_work(engine) as session, pytest.raises(service.ChangedMeanwhile):
        service.apply_run(session=session, id=second.id, by=new_id(), now=second.created_at)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a workbook", b"PK\x03\x04 a broken zip"],
)
def test_a_file_that_is_no_workbook_is_refused(session: Session, data: bytes) -> None:
    with pytest.raises(SheetRefused):
        service.check_sheet(
            session=session, kind=KINDS["groups"], filename="x.xlsx", data=data, by=new_id(), now=clock.now()
        )


def test_the_headings_of_another_sheet_are_refused(session: Session, sheet: Callable[..., bytes]) -> None:
    data = sheet("groups", [GOOD])
    with pytest.raises(SheetRefused):
        service.check_sheet(
            session=session,
            kind=KINDS["timetable"],
            filename="x.xlsx",
            data=data,
            by=new_id(),
            now=clock.now(),
        )


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_template_is_read_back_as_an_empty_sheet(session: Session, kind: str, language: str) -> None:
    data = service.template(kind=KINDS[kind], language=language)
    run = service.check_sheet(
        session=session, kind=KINDS[kind], filename="t.xlsx", data=data, by=new_id(), now=clock.now()
    )
    assert (run.total, run.bad) == (0, 0)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "«X-9» коды бар топ жоқ: алдымен топтарды енгізіңіз"),
        ("ru", "Группы с кодом «X-9» нет: сначала загрузите группы"),
        ("en", "There is no group with the code “X-9”: import groups first"),
    ],
)
def test_reasons_are_worded_for_their_reader(
    session: Session, academy: Any, check: Callable[..., Any], language: str, words: str
) -> None:
    run = check(session, "assignments", [["T-1", "KP 2204", "X-9", "2026-1"]])
    catalogue = i18n.read_catalogue(*translation_folders(SERVICE))
    with i18n.speaking(catalogue[language]):
        assert [say(fault) for fault in service.faults_of(run)] == [words]
