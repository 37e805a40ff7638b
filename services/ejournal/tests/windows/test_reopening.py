"""Reopening: a teacher asks, another person decides, the column closes by itself."""

from datetime import timedelta

import pytest
from services.ejournal.tests.academy import READER, WRITER
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis import clock
from chassis.db import unit_of_work

DECIDER = {"ejournal.reopening.decide": [("institution", None)]}
WHY = "Сырқат болдым, журналды толтыра алмадым"


@pytest.fixture
def teacher(by_calendar, client):
    return client(WRITER, by_calendar.teacher)


@pytest.fixture
def head(by_calendar, client):
    return client({"ejournal.reopening.decide": [("department", "criminal-law")]})


def request(academy, teacher, today, column: int = 0, **more):
    body = {
        "column_id": academy.columns[column], "reason": WHY, "until": (today + timedelta(days=2)).isoformat(),
    }  # fmt: skip
    return teacher.post(f"/journal/api/v1/journals/{academy.journal}/reopenings", json=body | more)


def decide(person, asked, act: str, **more):
    body = {"version": asked["version"]} | more
    return person.post(f"/journal/api/v1/reopenings/{asked['id']}/{act}", json=body)


def state_of(academy, teacher, column: int = 0) -> str:
    return academy.fill(teacher, {(0, column): "80"}).get_json()["cells"][0]["state"]


def test_clause_12_clause_13_two_persons_reopen_and_it_closes_by_itself(
    by_calendar, teacher, head, client, today
) -> None:
    asked = request(by_calendar, teacher, today)
    assert asked.status_code == 201, asked.get_json()
    assert state_of(by_calendar, teacher) == "locked"
    granted = decide(head, asked.get_json(), "grant")
    assert granted.get_json()["state"] == "granted"
    for later in range(3):
        with clock.frozen(clock.now() + timedelta(days=later)):
            colleague = client(WRITER, by_calendar.teacher)
            answer = by_calendar.fill(colleague, {(later, 0): "80"}).get_json()["cells"][0]
            assert answer["state"] == "ok", later
    with clock.frozen(clock.now() + timedelta(days=3)):
        late = client(WRITER, by_calendar.teacher)
        answer = late.patch(
            by_calendar.cells_path, json=[{"k": by_calendar.key(0, 0), "v": "81", "b": 1}]
        ).get_json()["cells"][0]
        assert answer["state"] == "locked"


def test_a_whole_week_is_reopened(by_calendar, teacher, head, today) -> None:
    old = today - timedelta(days=40)
    monday = old - timedelta(days=old.weekday())
    by_calendar.tell_lessons([((monday + timedelta(days=n)).isoformat(), 1) for n in (0, 2, 7)])
    asked = request(by_calendar, teacher, today, whole_week=True).get_json()
    decide(head, asked, "grant")
    assert [state_of(by_calendar, teacher, column) for column in (0, 1, 2)] == ["ok", "ok", "locked"]


def test_the_asker_and_the_teachers_of_a_journal_never_decide(by_calendar, teacher, client, today) -> None:
    asked = request(by_calendar, teacher, today).get_json()
    for person in (by_calendar.teacher, by_calendar.colleague):
        answer = decide(client(DECIDER, person), asked, "grant")
        assert (answer.status_code, answer.get_json()["code"]) == (403, "ejournal.own-request")
    assert state_of(by_calendar, teacher) == "locked"


def test_the_database_keeps_two_persons_and_one_request(by_calendar, teacher, today, engine) -> None:
    asked = request(by_calendar, teacher, today).get_json()
    own = "update reopening set state = 'granted', decided_by = asked_by, decided_at = now()"
    with pytest.raises(IntegrityError, match="two_persons"), unit_of_work(engine) as session:
        session.execute(text(own))
    again = (
        "insert into reopening select gen_random_uuid(), journal_id, column_id, whole_week, reason, until, state, asked_by, "
        "asked_at, null, null, note, 1 from reopening where id = :id"
    )
    with pytest.raises(IntegrityError, match="uq_reopening_open"), unit_of_work(engine) as session:
        session.execute(text(again), {"id": asked["id"]})


@pytest.mark.parametrize(
    ("column", "more", "status", "code"),
    [
        (2, {}, 409, "ejournal.takes-marks"), (0, {"until": "2020-01-01"}, 422, "chassis.invalid"),
        (0, {"until": "2999-01-01"}, 422, "chassis.invalid"), (0, {"reason": "x"}, 422, "chassis.invalid"),
        (0, {"column_id": "00000000-0000-0000-0000-000000000000"}, 404, "chassis.not-found"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(by_calendar, teacher, today, column, more, status, code) -> None:
    answer = request(by_calendar, teacher, today, column, **more)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_one_request_at_a_time(by_calendar, teacher, head, today) -> None:
    first = request(by_calendar, teacher, today).get_json()
    again = request(by_calendar, teacher, today)
    assert (again.status_code, again.get_json()["code"]) == (409, "ejournal.already-asked")
    decide(head, first, "refuse", note="Негіз жеткіліксіз")
    assert request(by_calendar, teacher, today).status_code == 201


def test_the_second_decision_is_told_of_the_first(by_calendar, teacher, head, client, today) -> None:
    asked = request(by_calendar, teacher, today).get_json()
    assert decide(head, asked, "refuse", note="Негіз жеткіліксіз").status_code == 200
    late = decide(client(DECIDER), asked, "grant")
    assert (late.status_code, late.get_json()["code"]) == (409, "ejournal.already-decided")
    assert decide(head, asked, "refuse").status_code == 422


def test_clause_9_a_foreign_department_does_not_decide(by_calendar, teacher, client, today) -> None:
    asked = request(by_calendar, teacher, today).get_json()
    foreign = client({"ejournal.reopening.decide": [("department", "history")]})
    assert decide(foreign, asked, "grant").status_code == 403
    assert foreign.get("/journal/api/v1/reopenings").get_json()["total"] == 0
    stranger = client(WRITER)
    assert request(by_calendar, stranger, today).status_code == 403
    assert (
        stranger.post(f"/journal/api/v1/reopenings/{asked['id']}/withdraw", json={"version": 1}).status_code
        == 404
    )


def test_the_pages_lead_from_the_closed_column_to_the_decision(by_calendar, teacher, head, today) -> None:
    column = by_calendar.columns[0]
    path = f"/journal/journals/{by_calendar.journal}/reopening"
    closed = teacher.get(f"/journal/journals/{by_calendar.journal}/columns/{column}")
    assert f"{path}?column={column}" in closed.get_data(as_text=True)
    until = (today + timedelta(days=2)).strftime("%d.%m.%Y")
    values = {"column_id": column, "reason": WHY, "until": until}
    assert teacher.submit(path, values | {"reason": ""}, action=path).status_code == 422
    assert teacher.submit(path, values, action=path).status_code == 303
    assert WHY in teacher.get(path).get_data(as_text=True)
    twice = teacher.submit(path, values, action=path)
    assert "бұрын жіберілген өтінім" in twice.get_data(as_text=True)
    [asked] = head.get("/journal/api/v1/reopenings", query_string={"state": "asked"}).get_json()["items"]
    refusing = f"/journal/reopenings/{asked['id']}/refuse"
    granting = f"/journal/reopenings/{asked['id']}/grant"
    page = head.get("/journal/reopenings").get_data(as_text=True)
    assert WHY in page
    assert f'formaction="{refusing}"' in page
    assert head.submit("/journal/reopenings", {}, action=granting).status_code == 303
    assert "қайта ашылған" in head.get("/journal/reopenings").get_data(as_text=True)
    assert state_of(by_calendar, teacher) == "ok"


def test_a_request_is_withdrawn_by_its_asker(by_calendar, teacher, today) -> None:
    asked = request(by_calendar, teacher, today).get_json()
    path = f"/journal/journals/{by_calendar.journal}/reopening"
    gone = teacher.submit(path, {}, action=f"/journal/reopenings/{asked['id']}/withdraw")
    assert gone.status_code == 303
    assert "кері алынған" in teacher.get(path).get_data(as_text=True)


def test_every_step_is_audited_and_stands_in_the_stream(by_calendar, teacher, head, today, engine) -> None:
    asked = request(by_calendar, teacher, today).get_json()
    decide(head, asked, "grant")
    with unit_of_work(engine) as session:
        acts = session.execute(text("select act, actor from chassis.audit_row order by number")).all()
        kinds = session.scalars(text("select kind from stream_entry order by number")).all()
    assert [tuple(row) for row in acts] == [
        ("ejournal.reopening.asked", str(by_calendar.teacher)),
        ("ejournal.reopening.granted", str(head.person_id)),
    ]
    assert kinds[-2:] == ["reopening.asked", "reopening.granted"]


def test_clause_8_readers_neither_ask_nor_decide(by_calendar, teacher, client, today) -> None:
    reader = client(READER)
    assert request(by_calendar, reader, today).status_code == 403
    assert reader.get("/journal/reopenings").status_code == 403
