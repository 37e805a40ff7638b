"""Cells over the API: what may be saved, what is refused, and that nothing is overwritten unseen."""

import threading
from uuid import uuid4

import psycopg
import pytest
from services.ejournal.tests.academy import READER, WRITER, cell
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from chassis.db import unit_of_work
from chassis.permissions import Scopes
from ejournal.integrity.model import STREAM_ENTRY
from ejournal.journal.cells import save_cells
from ejournal.journal.model import CELL, CELL_CHANGE, SHEET_ROW
from ejournal.journal.rules import Asked
from ejournal.journal.service import Reader


@pytest.fixture
def colleague(academy, teacher, client):
    return client(WRITER, academy.colleague)


def count(engine, table) -> int:
    with unit_of_work(engine) as session:
        return session.scalar(select(func.count()).select_from(table))


def test_clause_12_marks_are_saved_and_the_rating_follows(academy, teacher) -> None:
    marks = {(0, 0): "80", (0, 1): "75", (0, 2): "88", (0, 3): "85", (0, 4): "95", (0, 5): "84", (1, 0): "н"}
    answer = academy.fill(teacher, marks)
    assert answer.status_code == 200
    told = answer.get_json()
    assert {one["state"] for one in told["cells"]} == {"ok"}
    assert {one["version"] for one in told["cells"]} == {1}
    first = told["results"][str(academy.learners[0])]
    assert (first["p1"], first["p2"], first["rounded"], first["admitted"]) == ("82,75", "87", "85", "иә")
    assert told["results"][str(academy.learners[1])]["rounded"] == ""
    journal = teacher.get(f"/journal/api/v1/journals/{academy.journal}").get_json()
    assert journal["rows"][0]["results"]["rd"] == "679/8"
    assert journal["rows"][1]["cells"][academy.columns[0]] == ["absent", 1]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("101", "0-ден 100-ге дейін"), ("-1", "0-ден 100-ге дейін"), ("abc", "баға емес"),
        ("1000000000", "0-ден 100-ге дейін"), ("٨٥", "баға емес"), ("85,5", "бүтін сан"), ("9" * 300, "баға емес"),
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused_in_words_and_nothing_is_written(
    academy, teacher, engine, typed: str, words: str
) -> None:
    answer = academy.fill(teacher, {(0, 0): typed})
    assert answer.status_code == 422
    told = answer.get_json()
    assert told["code"] == "ejournal.no-cell-saved"
    assert told["cells"][0]["state"] == "invalid"
    assert words in told["cells"][0]["detail"]
    assert count(engine, CELL) == 0


def test_each_cell_is_answered_by_itself(academy, teacher) -> None:
    body = [
        cell(academy.key(0, 0), "90", 0),
        cell(academy.key(1, 0), "101", 0),
        cell(f"{uuid4()}:{academy.columns[0]}", "90", 0),
        cell(f"{academy.learners[0]}:{uuid4()}", "90", 0),
        cell("nonsense", "90", 0),
    ]
    answer = teacher.patch(academy.cells_path, json=body)
    assert answer.status_code == 200
    states = [one["state"] for one in answer.get_json()["cells"]]
    assert states == ["ok", "invalid", "missing", "missing", "missing"]


def test_example_17_the_second_teacher_is_told_who_wrote_what(academy, teacher, colleague, engine) -> None:
    key = academy.key(0, 0)
    for version, value in enumerate(("70", "71", "72", "73", "74", "75", "76")):
        teacher.patch(academy.cells_path, json=[cell(key, value, version)])
    first = colleague.patch(academy.cells_path, json=[cell(key, "85", 7)])
    assert first.status_code == 200
    assert first.get_json()["cells"][0]["version"] == 8
    second = teacher.patch(academy.cells_path, json=[cell(key, "90", 7)])
    assert second.status_code == 409
    told = second.get_json()
    assert told["code"] == "ejournal.cell-conflict"
    conflict = told["cells"][0]
    assert (conflict["state"], conflict["v"], conflict["asked"], conflict["version"]) == (
        "conflict",
        "85",
        "90",
        8,
    )
    assert conflict["by"] == "Омаров Б."
    assert "Омаров Б." in conflict["detail"]
    assert "85" in conflict["detail"]
    assert "90" in conflict["detail"]
    assert count(engine, CELL_CHANGE) == 8
    again = teacher.patch(academy.cells_path, json=[cell(key, "90", 8)])
    assert again.get_json()["cells"][0]["version"] == 9


def test_a_conflict_does_not_hold_up_the_other_cells(academy, teacher, colleague) -> None:
    academy.fill(colleague, {(0, 0): "85"})
    answer = academy.fill(teacher, {(0, 0): "90", (1, 0): "70"})
    assert answer.status_code == 200
    assert [one["state"] for one in answer.get_json()["cells"]] == ["conflict", "ok"]


def test_the_same_value_is_no_conflict_and_no_new_version(academy, teacher, colleague, engine) -> None:
    academy.fill(colleague, {(0, 0): "85"})
    answer = academy.fill(teacher, {(0, 0): "85"})
    assert answer.status_code == 200
    assert answer.get_json()["cells"][0]["version"] == 1
    assert count(engine, CELL_CHANGE) == 1


def test_a_base_from_the_future_is_a_conflict(academy, teacher) -> None:
    answer = teacher.patch(academy.cells_path, json=[cell(academy.key(0, 0), "85", 5)])
    assert answer.status_code == 409


def test_a_cell_can_be_cleared(academy, teacher) -> None:
    academy.fill(teacher, {(0, 0): "85"})
    answer = teacher.patch(academy.cells_path, json=[cell(academy.key(0, 0), "", 1)])
    assert answer.get_json()["cells"][0] | {"k": ""} == {
        "k": "",
        "state": "ok",
        "v": None,
        "shown": "",
        "version": 2,
    }


def test_a_repeated_key_is_answered_alike_and_done_once(academy, teacher, engine) -> None:
    headers = {"Idempotency-Key": "once"}
    body = [cell(academy.key(0, 0), "85", 0)]
    first = teacher.patch(academy.cells_path, json=body, headers=headers)
    again = teacher.patch(academy.cells_path, json=body, headers=headers)
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    assert count(engine, CELL_CHANGE) == 1
    other = teacher.patch(academy.cells_path, json=[cell(academy.key(0, 0), "86", 1)], headers=headers)
    assert other.status_code == 422
    assert other.get_json()["code"] == "chassis.idempotency-key-reused"


@pytest.mark.parametrize(
    "body",
    [
        [], {}, [1], [{"k": "a", "v": "1"}], [{"k": "a", "v": 1, "b": 0}], [{"k": "a", "v": "1", "b": -1}],
        [{"k": "a", "v": "1", "b": True}], [{"k": "a", "v": "1", "b": "0"}], [{"k": "a", "v": "1", "b": 0, "x": 1}],
        [{"k": "a", "v": "1", "b": 0}, {"k": "a", "v": "2", "b": 0}], [{"k": "a", "v": None, "b": 0}],
        [{"k": "a", "v": "1", "b": 2**31}],
    ],
)  # fmt: skip
def test_a_body_that_is_no_list_of_cells_is_refused(academy, teacher, body) -> None:
    answer = teacher.patch(academy.cells_path, json=body)
    assert answer.status_code == 422
    assert "detail" in answer.get_json() or "errors" in answer.get_json()


def test_clause_12_a_foreign_journal_is_refused_and_the_attempt_is_audited(
    academy, teacher, client, engine
) -> None:
    stranger = client(WRITER)
    body = [cell(academy.key(0, 0), "100", 0)]
    assert stranger.patch(academy.cells_path, json=body).status_code == 403
    page = stranger.get(f"/journal/journals/{academy.journal}")
    assert page.status_code == 403
    assert "Бұл журнал сіздікі емес" in page.get_data(as_text=True)
    assert stranger.get(f"/journal/api/v1/journals/{academy.journal}").status_code == 403
    assert count(engine, CELL) == 0
    with unit_of_work(engine) as session:
        rows = session.execute(
            text("select actor, act, subject from chassis.audit_row order by number")
        ).all()
    assert [tuple(row) for row in rows] == [
        (str(stranger.person_id), "ejournal.journal.refused", f"journal:{academy.journal}")
    ] * 3


def test_clause_8_nobody_writes_without_the_permission(academy, teacher, client, anonymous) -> None:
    body = [cell(academy.key(0, 0), "100", 0)]
    assert client(READER).patch(academy.cells_path, json=body).status_code == 403
    assert client({}, academy.colleague).patch(academy.cells_path, json=body).status_code == 403
    assert anonymous.patch(academy.cells_path, json=body).status_code == 401


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (("institution", None), True), (("department", "criminal-law"), True), (("department", "history"), False),
        (("faculty", "investigation"), True), (("group", "ҚІ-24-1"), True), (("group", "ҚІ-24-2"), False),
        (("discipline", "KP 2204"), True), (("assigned", None), False),
    ],
)  # fmt: skip
def test_clause_9_the_scope_of_the_grant_decides(academy, teacher, client, scope, allowed) -> None:
    reader = client({"ejournal.journal.read": [scope]})
    answer = reader.get(f"/journal/api/v1/journals/{academy.journal}")
    assert answer.status_code == (200 if allowed else 403)
    assert reader.get("/journal/api/v1/journals").get_json()["total"] == int(allowed)


def test_an_unknown_journal_is_not_found(academy, teacher) -> None:
    assert teacher.get(f"/journal/api/v1/journals/{uuid4()}").status_code == 404
    answer = teacher.patch(f"/journal/api/v1/journals/{uuid4()}/cells", json=[cell("a", "1", 0)])
    assert answer.status_code == 404


def test_every_change_stays_in_the_history(academy, teacher, colleague) -> None:
    key = academy.key(0, 0)
    teacher.patch(academy.cells_path, json=[cell(key, "80", 0)])
    colleague.patch(academy.cells_path, json=[cell(key, "н", 1)])
    person, column = key.split(":")
    path = f"/journal/api/v1/journals/{academy.journal}/cells/{person}/{column}/changes"
    items = teacher.get(path).get_json()["items"]
    assert [(i["version"], i["old"], i["new"], i["by"]) for i in items] == [
        (2, "80", "absent", "Омаров Б."),
        (1, None, "80", "Сапарова Г. Қ."),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "update cell_change set new_value = '100'", "delete from cell_change", "truncate cell_change",
        "delete from cell", "truncate cell cascade", "update cell set value = '100'",
        "update cell set value = '100', version = version + 2", "update cell set value = 'a b', version = version + 1",
    ],
)  # fmt: skip
def test_the_database_keeps_history_and_versions_by_itself(academy, teacher, engine, statement: str) -> None:
    academy.fill(teacher, {(0, 0): "80"})
    with pytest.raises(DBAPIError) as refused, unit_of_work(engine) as session:
        session.execute(text(statement))
    assert isinstance(refused.value.orig, psycopg.Error)


def test_the_read_model_is_what_the_cells_say(academy, teacher, colleague, engine) -> None:
    academy.fill(teacher, {(0, 0): "80", (1, 2): "75", (2, 5): "у"})
    colleague.patch(academy.cells_path, json=[cell(academy.key(0, 0), "81", 1)])
    with unit_of_work(engine) as session:
        truth = {
            (row.person_id, str(row.column_id)): [row.value, row.version]
            for row in session.execute(select(CELL))
        }
        model = {
            (row.person_id, column): value
            for row in session.execute(select(SHEET_ROW))
            for column, value in row.cells.items()
        }
    assert truth == model
    assert len(truth) == 3


def test_no_update_is_lost_between_threads(academy, teacher, client, engine) -> None:
    """Four people raise one mark twelve times each, every one over the version last seen, as the grid does."""
    key, path, rounds = academy.key(0, 0), academy.cells_path, 12
    teacher.patch(path, json=[cell(key, "0", 0)])
    failures: list[object] = []

    def work(writer) -> None:
        value, version, left = 0, 1, rounds
        while left:
            answer = writer.patch(path, json=[cell(key, str(value + 1), version)])
            told = answer.get_json()["cells"][0]
            if answer.status_code not in {200, 409}:
                failures.append(told)
                return
            value, seen = int(told["v"]), told["version"]
            left -= answer.status_code == 200 and seen == version + 1
            version = seen

    writers = [client(WRITER, person) for person in (academy.teacher, academy.colleague) * 2]
    threads = [threading.Thread(target=work, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with unit_of_work(engine) as session:
        row = session.execute(select(CELL)).one()
        changes = session.execute(select(CELL_CHANGE).order_by(CELL_CHANGE.c.version)).all()
    assert row.version == len(changes) == int(row.value) + 1
    assert [change.new_value for change in changes] == [str(n) for n in range(int(row.value) + 1)]
    assert [change.old_value for change in changes[1:]] == [change.new_value for change in changes[:-1]]
    assert int(row.value) >= rounds


def test_different_cells_of_one_learner_are_all_kept(academy, teacher, client, engine) -> None:
    columns, path = academy.columns, academy.cells_path
    keys = [f"{academy.learners[0]}:{column}" for column in columns]
    assert teacher.get("/journal/api/v1/journals").status_code == 200  # the process has read its keys
    writers = [client(WRITER, academy.teacher) for _ in keys]
    states: list[int] = []

    def work(writer, key: str, value: str) -> None:
        states.append(writer.patch(path, json=[cell(key, value, 0)]).status_code)

    threads = [
        threading.Thread(target=work, args=(writer, key, str(60 + n)))
        for n, (writer, key) in enumerate(zip(writers, keys, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert states == [200] * 6
    with unit_of_work(engine) as session:
        stored = session.execute(select(SHEET_ROW).where(SHEET_ROW.c.person_id == academy.learners[0])).one()
    assert {column: stored.cells[column][0] for column in columns} == {
        c: str(60 + n) for n, c in enumerate(columns)
    }
    assert stored.results["rd"] == "251/4"


def test_many_cells_of_one_save_are_each_written_or_answered_by_themselves(
    academy, teacher, colleague, engine
) -> None:
    academy.fill(teacher, {(0, 0): "80", (1, 0): "81", (0, 3): "70"})
    colleague.patch(academy.cells_path, json=[cell(academy.key(1, 0), "82", 1)])
    asked = {
        (0, 0): ("80", 1, "ok"),  # as it stands
        (1, 0): ("83", 1, "conflict"),
        (2, 0): ("101", 0, "invalid"),
        (0, 1): ("75", 0, "ok"),
        (1, 1): ("н", 0, "ok"),
        (2, 1): ("", 0, "ok"),
        (0, 2): ("88", 0, "ok"),
        (0, 3): ("", 1, "ok"),
        (1, 3): ("85", 0, "ok"),
    }
    body = [cell(academy.key(*place), typed, base) for place, (typed, base, _state) in asked.items()]
    body += [
        cell(f"{uuid4()}:{academy.columns[0]}", "90", 0),
        cell(academy.key(0, 0).replace(":", ""), "90", 0),
    ]
    before = count(engine, CELL_CHANGE), count(engine, STREAM_ENTRY)
    told = teacher.patch(academy.cells_path, json=body).get_json()
    states = [state for _typed, _base, state in asked.values()]
    assert [one["state"] for one in told["cells"]] == [*states, "missing", "missing"]
    written = {(0, 1): "75", (1, 1): "absent", (0, 2): "88", (0, 3): None, (1, 3): "85"}
    assert set(told["results"]) == {str(academy.learners[n]) for n in (0, 1)}
    assert count(engine, CELL_CHANGE) == before[0] + len(written)
    assert count(engine, STREAM_ENTRY) == before[1] + 1
    with unit_of_work(engine) as session:
        rows = {row.person_id: row for row in session.execute(select(SHEET_ROW))}
        stream = session.scalars(select(STREAM_ENTRY.c.opened).order_by(STREAM_ENTRY.c.number.desc())).first()
    for (learner, column), value in written.items():
        assert rows[academy.learners[learner]].cells[academy.columns[column]][0] == value
    assert sorted(line.rsplit(":", 1)[1] for line in stream.splitlines()) == ["", "75", "85", "88", "absent"]
    assert told["results"][str(academy.learners[0])]["mean"] == "77,5"
    assert rows[academy.learners[0]].results["mean"] == "155/2"


def test_a_save_that_waited_sees_what_the_one_before_it_wrote(academy, teacher, colleague, engine) -> None:
    """What it reads of learners comes with the journal in one statement, which began before the other one ended."""
    first, second = academy.key(0, 0), academy.key(0, 1)
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(
            colleague.patch(academy.cells_path, json=[cell(first, "60", 0), cell(second, "70", 0)])
        )
    )
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with unit_of_work(engine) as session:
        reader = Reader(academy.teacher, Scopes.of([("assigned", None)]))
        save_cells(session, journal_id=academy.journal, asked=[Asked(first, "90", 0)], reader=reader)
        waiting.start()
        while waiting.is_alive() and not session.scalar(waits):
            pass
    waiting.join(60)
    told = answers[0].get_json()
    assert [one["state"] for one in told["cells"]] == ["conflict", "ok"]
    assert (told["cells"][0]["v"], told["cells"][0]["by"]) == ("90", "Сапарова Г. Қ.")
    with unit_of_work(engine) as session:
        row = session.execute(select(SHEET_ROW).where(SHEET_ROW.c.person_id == academy.learners[0])).one()
    assert row.cells == {academy.columns[0]: ["90", 1], academy.columns[1]: ["70", 1]}
    assert row.results["tk1"] == "80"
