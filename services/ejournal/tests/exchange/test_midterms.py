"""Midterm controls of many journals from one file: judged, confirmed, written by the worker, undone (example 21)."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from services.ejournal.tests.academy import WRITER, cell
from sqlalchemy import func, select, text, update

from chassis import clock
from chassis.db import new_id, unit_of_work
from chassis.permissions import EVERYWHERE
from ejournal.exchange import jobs, service
from ejournal.exchange.model import IMPORT_CELL, MarkImport
from ejournal.journal import cells
from ejournal.journal.model import CELL, JOURNAL
from ejournal.journal.rules import Asked
from ejournal.journal.service import Reader

IMPORTER = {"ejournal.marks.import": [("institution", None)]}
PAGE = "/journal/midterm-imports"
HEADS = (
    "Личный номер",
    "Обучающийся",
    "Дисциплина (код или название)",
    "Учебная группа",
    "Период (код)",
    "РК1",
    "РК2",
)
GROUPS, DISCIPLINES, LEARNERS = 24, 20, 25
SCHOOL = (
    'insert into period (period_id, code, title, starts, half_ends, ends) values (gen_random_uuid(), \'2026-9\', \'{"kk": "семестр", "ru": "семестр"}\', :day - 60, :day, :day + 60)',
    "insert into study_group (group_id, code, title, faculty_code, year_of_study, language, roster) select gen_random_uuid(), 'G-' || n, '{\"kk\": \"x\", \"ru\": \"x\"}', 'f', 1, 'kk', '[]' from generate_series(1, :groups) n",
    "insert into discipline (discipline_id, code, title, department_code) select gen_random_uuid(), 'D-' || n, jsonb_build_object('kk', 'Пән ' || n, 'ru', 'Дисциплина ' || n), 'd' from generate_series(1, :disciplines) n",
    (
        "insert into person (person_id, family_name, given_name, kind, status, sort_key, number) "
        "select gen_random_uuid(), 'Фамилия', g || '-' || n, 'learner', 'active', g || '-' || n, 'N' || g || '-' || n from generate_series(1, :groups) g, generate_series(1, :learners) n"
    ),
    (
        "insert into journal (id, assignment_id, discipline_id, group_id, period_id, control, credits, hours, status, rule_set, opened_at) "
        "select gen_random_uuid(), gen_random_uuid(), discipline_id, group_id, period_id, 'exam', 5, 150, 'active', 'kz-mia-2016', now() from discipline, study_group, period"
    ),
    "insert into journal_column (id, journal_id, kind, date, half) select gen_random_uuid(), id, kind, :day, half from journal, (values ('rk1', 1), ('rk2', 2)) k (kind, half)",
    (
        "update journal j set columns = (select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'lesson_kind', null, 'date', c.date, 'pair', null, 'half', c.half, "
        "'in_timetable', true, 'published', false) order by c.half) from journal_column c where c.journal_id = j.id)"
    ),
    (
        "insert into sheet_row (journal_id, person_id, position, active) select j.id, p.person_id, row_number() over (partition by j.id order by p.number), true "
        "from journal j join study_group g using (group_id) join person p on p.number like 'N' || substr(g.code, 3) || '-%'"
    ),
)


def build(
    engine: Any, groups: int = GROUPS, disciplines: int = DISCIPLINES, learners: int = LEARNERS
) -> None:
    """Make a school of so many journals straight in the database: events would take minutes."""
    values = {"day": clock.today(), "groups": groups, "disciplines": disciplines, "learners": learners}
    with unit_of_work(engine) as session:
        for statement in SCHOOL:
            session.execute(
                text(statement), {name: value for name, value in values.items() if f":{name}" in statement}
            )


def workbook(rows: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((HEADS, *rows)):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def row(g: int, d: int, n: int, mark: Any = 80, **changes: Any) -> tuple[Any, ...]:
    said = {
        "number": f"N{g}-{n}", "name": f"Фамилия {g}-{n}", "discipline": f"D-{d}",
        "group": f"G-{g}", "period": "2026-9", "rk1": mark, "rk2": "",
    }  # fmt: skip
    return tuple((said | changes).values())


def bring(person: Any, data: bytes) -> Any:
    answer = person.submit(
        PAGE, {"file": (io.BytesIO(data), "rk.xlsx")}, action=PAGE, content_type="multipart/form-data"
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return answer.location


def run(engine: Any, settings: Any) -> None:
    """Let the worker work until nothing is at work any more."""
    while True:
        with unit_of_work(engine) as session:
            jobs.work(session, settings)
            if not session.scalar(
                select(func.count())
                .select_from(MarkImport)
                .where(MarkImport.state.in_(("applying", "undoing")))
            ):
                return


@contextmanager
def tell_time(what: str) -> Iterator[None]:
    """Say how long something took; nothing is asserted about it (`pytest -s` shows it)."""
    began = clock.monotonic()
    yield
    print(f"{what}: {clock.monotonic() - began:.1f} s")


def states(engine: Any) -> dict[str, int]:
    with unit_of_work(engine) as session:
        query = select(IMPORT_CELL.c.state, func.count().label("cells")).group_by(IMPORT_CELL.c.state)
        return {row.state: row.cells for row in session.execute(query)}


@pytest.fixture
def registrar(client):
    return client(IMPORTER, new_id())


def test_clause_11_example_21_twelve_thousand_marks_with_a_difference_page_and_one_undo(
    registrar, client, engine, settings
) -> None:
    build(engine)
    rows = [
        row(g, d, n)
        for g in range(1, GROUPS + 1)
        for d in range(1, DISCIPLINES + 1)
        for n in range(1, LEARNERS + 1)
    ]
    assert len(rows) == 12_000
    for at in (10, 5_000, 11_999):
        rows[at] = (f"X{at}", "Неизвестный", *rows[at][2:])
    with tell_time("12,000 rows judged"):
        place = bring(registrar, workbook(rows))
    assert states(engine) == {"planned": 11_997}
    shown = registrar.get(place).get_data(as_text=True)
    assert shown.count("Неизвестный") == 3
    assert "→" in shown

    # Two are changed meanwhile by their teachers.
    meanwhile = two_changed(engine, client)
    assert registrar.submit(place, {}, action=f"{place}/apply").status_code == 303
    assert "data-follow" in registrar.get(place).get_data(as_text=True)
    with tell_time("11,997 cells of 480 journals written"):
        run(engine, settings)
    assert states(engine) == {"saved": 11_995, "conflict": 2}
    assert five_are_listed(registrar, place)
    with unit_of_work(engine) as session:
        assert (
            session.scalar(
                select(func.count()).select_from(CELL).where(CELL.c.changed_by == registrar.person_id)
            )
            == 11_995
        )

    registrar.submit(place, {}, action=f"{place}/undo")
    with tell_time("11,995 cells taken back"):
        run(engine, settings)
    assert states(engine) == {"restored": 11_995, "conflict": 2}
    with unit_of_work(engine) as session:
        kept = session.execute(select(CELL.c.column_id, CELL.c.value).where(CELL.c.value.is_not(None))).all()
    assert {(str(one.column_id), one.value) for one in kept} == meanwhile


def five_are_listed(registrar: Any, place: str) -> bool:
    told = registrar.get(place.replace("/journal/", "/journal/api/v1/")).get_json()
    listed = (*told["faults"], *told["problems"])
    return (
        told["state"] == "applied" and len(listed) == 5 and all(one["name"] and one["why"] for one in listed)
    )


def two_changed(engine: Any, client: Any) -> set[tuple[str, str]]:
    with unit_of_work(engine) as session:
        lines = session.execute(select(IMPORT_CELL).order_by(IMPORT_CELL.c.row).limit(2)).all()
    teacher = new_id()
    for line in lines:
        with unit_of_work(engine) as session:
            session.execute(
                text("insert into journal_teacher values (:j, :p) on conflict do nothing"),
                {"j": line.journal_id, "p": teacher},
            )
        asked = [cell(f"{line.person_id}:{line.column_id}", "55", 0)]
        answer = client(WRITER, teacher).patch(
            f"/journal/api/v1/journals/{line.journal_id}/cells", json=asked
        )
        assert answer.status_code == 200, answer.get_json()
    return {(str(line.column_id), "55") for line in lines}


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"number": "N9"}, "number", "unknown-learner"),
        ({"number": "", "name": "Никто Нигде"}, "name", "unknown-learner"),
        ({"number": "", "name": ""}, "number", "nobody"),
        ({"name": "Чужой Человек"}, "name", "another-name"),
        ({"discipline": "D-9"}, "discipline", "no-journal"),
        ({"group": "G-9"}, "discipline", "no-journal"),
        ({"period": "1999-1"}, "discipline", "no-journal"),
        ({"rk1": ""}, "rk1", "no-mark"),
        ({"group": ""}, "group", "required"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named_with_its_reason(
    registrar, engine, changes, column, code
) -> None:
    build(engine, 1, 1, 2)
    place = bring(registrar, workbook([row(1, 1, 1, **changes), row(1, 1, 2)]))
    with unit_of_work(engine) as session:
        [fault] = session.scalars(select(MarkImport.faults)).one()
    assert (fault["row"], fault["column"], fault["code"]) == (2, column, code)
    assert states(engine) == {"planned": 1}
    assert registrar.get(place).status_code == 200


def test_learners_are_found_by_name_disciplines_by_title_and_both_controls_in_one_row(
    registrar, engine, settings
) -> None:
    build(engine, 1, 1, 2)
    named = row(1, 1, 1, number="", discipline="Пән 1", period="семестр", rk1="70", rk2="80")
    place = bring(registrar, workbook([named, row(1, 1, 1), row(1, 1, 2, "сто")]))
    # The second row means the same cell as the first: it is named, not taken twice.
    assert states(engine) == {"planned": 2, "invalid": 1}
    registrar.submit(place, {}, action=f"{place}/apply")
    run(engine, settings)
    with unit_of_work(engine) as session:
        assert sorted(session.scalars(select(CELL.c.value))) == ["70", "80"]


def test_a_closed_journal_takes_nothing_and_is_named(registrar, engine) -> None:
    build(engine, 1, 2, 1)
    with unit_of_work(engine) as session:
        first = session.scalar(select(JOURNAL.c.id).order_by(JOURNAL.c.id).limit(1))
        session.execute(update(JOURNAL).where(JOURNAL.c.id == first).values(status="withdrawn"))
    bring(registrar, workbook([row(1, 1, 1), row(1, 2, 1)]))
    assert states(engine) == {"planned": 1, "locked": 1}


def test_a_file_that_was_interrupted_goes_on_where_it_stopped(registrar, engine, settings) -> None:
    build(engine, 2, 2, 2)
    place = bring(registrar, workbook([row(g, d, n) for g in (1, 2) for d in (1, 2) for n in (1, 2)]))
    registrar.submit(place, {}, action=f"{place}/apply")
    with unit_of_work(engine) as session:
        found = session.scalars(select(MarkImport)).one()
        service.step(session, found=found, reader=Reader(registrar.person_id, EVERYWHERE))
    assert states(engine) == {"planned": 6, "saved": 2}
    assert "<progress" in registrar.get(place).get_data(as_text=True)
    run(engine, settings)
    assert states(engine) == {"saved": 8}


def test_editors_work_while_a_file_is_written(registrar, engine, settings) -> None:
    """A hundred saves of six editors beside the worker: each is answered, none is lost, neither waits for the whole file."""
    build(engine, 4, 5, 10)
    place = bring(
        registrar, workbook([row(g, d, n) for g in range(1, 5) for d in range(1, 6) for n in range(1, 11)])
    )
    registrar.submit(place, {}, action=f"{place}/apply")
    with unit_of_work(engine) as session:
        second = session.execute(
            text(
                "select c.journal_id, c.id, r.person_id from journal_column c join sheet_row r using (journal_id) where c.kind = 'rk2' order by c.id, r.person_id limit 100"
            )
        ).all()
    lost: list[str] = []
    editors = [threading.Thread(target=edit, args=(engine, second[at::6], lost)) for at in range(6)]
    for editor in editors:
        editor.start()
    run(engine, settings)
    for editor in editors:
        editor.join()
    assert lost == []
    with unit_of_work(engine) as session:
        assert session.scalar(select(func.count()).select_from(CELL).where(CELL.c.value == "66")) == 100
    assert states(engine) == {"saved": 200}


def edit(engine: Any, places: Any, lost: list[str]) -> None:
    by = Reader(UUID(int=7), EVERYWHERE)
    for place in places:
        with unit_of_work(engine) as session:
            asked = [Asked(f"{place.person_id}:{place.id}", "66", 0)]
            saved = cells.save_cells(session, journal_id=place.journal_id, asked=asked, reader=by)
            if saved.verdicts[0].state != "write":
                lost.append(saved.verdicts[0].state)


def test_who_may_not_import_meets_a_shut_door(client, engine) -> None:
    teacher = client(WRITER)
    assert teacher.get(PAGE).status_code == 403
    assert teacher.post("/journal/api/v1/midterm-imports", json={}).status_code == 403


def test_the_api_judges_rows_and_the_worker_writes(registrar, engine, settings) -> None:
    build(engine, 1, 1, 2)
    api = "/journal/api/v1/midterm-imports"
    rows = [{"number": "N1-1", "discipline": "D-1", "group": "G-1", "period": "2026-9", "rk1": "77"}]
    told = registrar.post(api, json={"name": "rows", "rows": rows}).get_json()
    assert [(one["old"], one["new"], one["state"]) for one in told["changes"]] == [("", "77", "planned")]
    one = f"{api}/{told['id']}"
    assert registrar.post(f"{one}/apply", json={"version": 9}).status_code == 409
    assert registrar.post(f"{one}/apply", json={"version": told["version"]}).get_json()["state"] == "applying"
    run(engine, settings)
    done = registrar.get(one).get_json()
    assert (done["state"], done["counts"]) == ("applied", {"saved": 1})
    registrar.post(f"{one}/undo", json={"version": done["version"]})
    run(engine, settings)
    assert registrar.get(one).get_json()["state"] == "undone"
    assert registrar.post(f"{one}/undo", json={"version": 1}).status_code == 409


def test_templates_have_the_headings(registrar) -> None:
    for language in ("kk", "ru"):
        assert registrar.get(f"{PAGE}/template/{language}").status_code == 200
