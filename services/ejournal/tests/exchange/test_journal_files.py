"""A journal taken away as a file, filled, judged, applied, undone: what was changed meanwhile is never overwritten."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from services.ejournal.tests.academy import READER, WRITER, cell
from sqlalchemy import select, text

from chassis.db import unit_of_work
from ejournal.exchange.model import IMPORT_CELL, MarkImport
from ejournal.journal.model import CELL_CHANGE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def filled(academy, client):
    academy.tell_all()
    teacher = client(WRITER, academy.teacher)
    assert academy.fill(teacher, {(0, 0): "80", (1, 0): "нб", (2, 0): "70"}).status_code == 200
    return academy, teacher


def take(teacher: Any, academy: Any, kind: str = "xlsx") -> bytes:
    answer = teacher.get(f"/journal/journals/{academy.journal}/export.{kind}")
    assert answer.status_code == 200
    return bytes(answer.data)


def fill(data: bytes, values: dict[tuple[int, int], Any]) -> bytes:
    """Fill cells of the workbook as a person does: learner from 0, column of the journal from 0."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    for (learner, column), value in values.items():
        sheet.cell(learner + 2, column + 4).value = value
    return saved(book)


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(person: Any, academy: Any, data: bytes) -> Any:
    page = f"/journal/journals/{academy.journal}/files"
    return person.submit(
        page, {"file": (io.BytesIO(data), "journal.xlsx")}, action=page, content_type="multipart/form-data"
    )


def lines(engine: Any) -> dict[tuple[int, str], str]:
    with unit_of_work(engine) as session:
        rows = session.execute(select(IMPORT_CELL)).all()
    return {(row.row, row.typed): row.state for row in rows}


def value_of(teacher: Any, academy: Any, learner: int, column: int) -> str | None:
    rows = teacher.get(f"/journal/api/v1/journals/{academy.journal}").get_json()["rows"]
    found = next(row for row in rows if row["person_id"] == str(academy.learners[learner]))
    return (found["cells"].get(academy.columns[column]) or [None])[0]


def test_a_file_goes_round_and_changes_what_was_changed_in_it_alone(filled, engine) -> None:
    academy, teacher = filled
    data = fill(take(teacher, academy), {(0, 0): 85, (1, 1): "ж", (2, 2): 90})
    # A colleague changes a cell the file leaves alone: no conflict, and nothing of it is touched.
    teacher.patch(academy.cells_path, json=[cell(academy.key(2, 0), "75", 1)])
    answer = bring(teacher, academy, data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert lines(engine) == {(2, "85"): "planned", (3, "ж"): "planned", (4, "90"): "planned"}
    shown = teacher.get(answer.location).get_data(as_text=True)
    assert "<del>" in shown
    assert "<ins>" in shown
    assert value_of(teacher, academy, 0, 0) == "80"

    applied = teacher.submit(answer.location, {}, action=f"{answer.location}/apply")
    assert applied.status_code == 303
    assert [value_of(teacher, academy, *place) for place in ((0, 0), (1, 1), (2, 2), (2, 0))] == [
        "85",
        "absent",
        "90",
        "75",
    ]
    with unit_of_work(engine) as session:
        by = session.scalars(
            select(CELL_CHANGE.c.changed_by).order_by(CELL_CHANGE.c.number.desc()).limit(3)
        ).all()
        acts = session.scalars(
            text(
                "select act from chassis.audit_row where act like 'ejournal.marks.%' or act like '%exported' order by number"
            )
        ).all()
    assert set(by) == {academy.teacher}
    assert acts == ["ejournal.journal.exported", "ejournal.marks.imported"]
    again = teacher.post(
        f"/journal/api/v1{answer.location.removeprefix('/journal')}/apply", json={"version": 3}
    )
    assert again.status_code == 409


def test_one_undo_gives_back_what_nobody_changed_since(filled, engine) -> None:
    academy, teacher = filled
    answer = bring(teacher, academy, fill(take(teacher, academy), {(0, 0): 85, (1, 1): 60, (2, 2): 90}))
    teacher.submit(answer.location, {}, action=f"{answer.location}/apply")
    teacher.patch(academy.cells_path, json=[cell(academy.key(0, 0), "99", 2)])
    undone = teacher.submit(answer.location, {}, action=f"{answer.location}/undo")
    assert undone.status_code == 303
    assert [value_of(teacher, academy, *place) for place in ((0, 0), (1, 1), (2, 2))] == ["99", None, None]
    assert lines(engine) == {(2, "85"): "kept", (3, "60"): "restored", (4, "90"): "restored"}
    assert "99" in teacher.get(answer.location).get_data(as_text=True)
    with unit_of_work(engine) as session:
        assert session.scalars(select(MarkImport.state)).one() == "undone"


def test_what_a_colleague_changed_since_the_export_is_a_conflict_with_both_values(filled, engine) -> None:
    academy, teacher = filled
    data = fill(take(teacher, academy), {(0, 0): 85, (2, 0): 71})
    teacher.patch(academy.cells_path, json=[cell(academy.key(0, 0), "81", 1)])
    answer = bring(teacher, academy, data)
    assert lines(engine) == {(2, "85"): "conflict", (4, "71"): "planned"}
    shown = teacher.get(answer.location).get_data(as_text=True)
    assert "81" in shown
    assert "85" in shown
    # And what is changed between the dry run and the confirmation stays as well.
    teacher.patch(academy.cells_path, json=[cell(academy.key(2, 0), "72", 1)])
    teacher.submit(answer.location, {}, action=f"{answer.location}/apply")
    assert lines(engine)[4, "71"] == "conflict"
    assert value_of(teacher, academy, 2, 0) == "72"


@pytest.mark.parametrize(
    ("typed", "state"), [("101", "invalid"), ("отлично", "invalid"), ("84,5", "invalid"), ("", "planned")]
)
def test_what_is_no_mark_is_named_by_row(filled, engine, typed, state) -> None:
    academy, teacher = filled
    answer = bring(teacher, academy, fill(take(teacher, academy), {(0, 0): typed}))
    assert lines(engine) == {(2, typed): state}
    assert "Әлиев Арман" in teacher.get(answer.location).get_data(as_text=True)


def test_rows_may_be_sorted_and_a_row_of_somebody_else_is_refused_by_name(filled, engine) -> None:
    academy, teacher = filled
    book = openpyxl.load_workbook(io.BytesIO(fill(take(teacher, academy), {(0, 1): 61, (2, 1): 63})))
    sheet = book.active
    first, last = ([cell_.value for cell_ in sheet[row]] for row in (2, 4))
    for at, (one, other) in enumerate(zip(first, last, strict=True), 1):
        sheet.cell(2, at).value, sheet.cell(4, at).value = other, one
    sheet.cell(3, 3).value = "Чужой Человек"
    answer = bring(teacher, academy, saved(book))
    assert lines(engine) == {(2, "63"): "planned", (4, "61"): "planned"}
    with unit_of_work(engine) as session:
        faults = session.scalars(select(MarkImport.faults)).one()
    assert [(fault["row"], fault["name"], fault["code"]) for fault in faults] == [
        (3, "Чужой Человек", "another-name")
    ]
    assert "Чужой Человек" in teacher.get(answer.location).get_data(as_text=True)


def test_a_file_of_another_journal_or_no_export_changes_nothing(filled, engine) -> None:
    academy, teacher = filled
    book = openpyxl.load_workbook(io.BytesIO(fill(take(teacher, academy), {(0, 0): 61})))
    sheet = book.active
    for row in (2, 3, 4):
        sheet.cell(row, sheet.max_column).value = "00000000-0000-7000-8000-000000000000"
    bring(teacher, academy, saved(book))
    assert lines(engine) == {}
    with unit_of_work(engine) as session:
        assert {fault["code"] for fault in session.scalars(select(MarkImport.faults)).one()} == {
            "another-export"
        }


@pytest.mark.parametrize("data", [b"no workbook", b""])
def test_what_is_no_workbook_is_refused_in_words(filled, data) -> None:
    academy, teacher = filled
    answer = bring(teacher, academy, data)
    assert answer.status_code == 422
    assert 'id="errors"' in answer.get_data(as_text=True)


def test_exports_hold_no_formula_and_say_the_same(filled, client) -> None:
    academy, teacher = filled
    academy.person(academy.learners[0], "=HYPERLINK(1)", "Арман", "learner")
    sheet = openpyxl.load_workbook(io.BytesIO(take(teacher, academy))).active
    assert {cell_.data_type for row in sheet.iter_rows() for cell_ in row} <= {"s", "n"}
    rows = list(csv.reader(io.StringIO(take(teacher, academy, "csv").decode("utf-8-sig")), delimiter=";"))
    assert rows[1][2] == "'=HYPERLINK(1) Арман"
    assert rows[1][3] == "80"
    told = teacher.get(f"/journal/journals/{academy.journal}/export.json").get_json()
    assert told["rows"][0]["cells"][academy.columns[0]] == ["80", 1]
    assert teacher.get(f"/journal/journals/{academy.journal}/export.pdf").status_code == 404


def test_a_reader_takes_away_and_brings_nothing_back_a_stranger_neither(filled, client) -> None:
    academy, _teacher = filled
    base = f"/journal/journals/{academy.journal}"
    reader = client(READER)
    assert reader.get(f"{base}/export.xlsx").status_code == 200
    assert "multipart" not in reader.get(f"{base}/files").get_data(as_text=True)
    assert reader.post(f"{base}/files", data={}).status_code == 403
    stranger = client(WRITER)
    assert [
        stranger.get(f"{base}/{path}").status_code for path in ("files", "export.xlsx", "export.json")
    ] == [403] * 3


def test_the_api_judges_applies_and_undoes(filled) -> None:
    academy, teacher = filled
    base = f"/journal/api/v1/journals/{academy.journal}/imports"
    body = {
        "name": "by program",
        "cells": [cell(academy.key(0, 0), "88", 1), cell(academy.key(1, 0), "70", 0)],
    }
    judged = teacher.post(base, json=body)
    assert judged.status_code == 201
    told = judged.get_json()
    assert [one["state"] for one in told["changes"]] == ["planned"]
    assert [one["state"] for one in told["problems"]] == ["conflict"]
    assert told["problems"][0]["why"]
    one = f"{base}/{told['id']}"
    applied = teacher.post(f"{one}/apply", json={"version": told["version"]}).get_json()
    assert (applied["state"], applied["counts"]) == ("applied", {"saved": 1, "conflict": 1})
    undone = teacher.post(f"{one}/undo", json={"version": applied["version"]}).get_json()
    assert (undone["state"], undone["counts"]) == ("undone", {"restored": 1, "conflict": 1})
    assert teacher.get(one).get_json()["state"] == "undone"
