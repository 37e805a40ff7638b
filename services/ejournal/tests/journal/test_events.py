"""Journals open by themselves, whatever order events come in."""

import threading
from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from services.ejournal.tests.academy import WRITER
from sqlalchemy import select, text

from chassis import contracts
from chassis.db import unit_of_work
from ejournal.app import SERVICE
from ejournal.journal.model import JOURNAL, SHEET_ROW
from ejournal.teaching.model import PERSON


def kinds(academy):
    return [column["kind"] for column in academy.find_journals()[0].columns]


def test_clause_6_3_journal_opens_by_itself_with_dated_columns(academy, feed_events) -> None:
    academy.tell_all()
    journal = academy.find_journals()[0]
    assert kinds(academy) == ["lesson", "lesson", "rk1", "lesson", "lesson", "rk2"]
    assert [column["date"] for column in journal.columns] == [
        "2026-09-07", "2026-09-14", "2026-10-24", "2026-11-02", "2026-11-09", "2026-12-19",
    ]  # fmt: skip
    assert journal.rule_set == "kz-mia-2016"
    opened = feed_events("ejournal/marks")
    assert [event.type for event in opened] == ["ejournal.journal.opened.v1"]
    assert opened[0].data["assignment_id"] == str(academy.assignment)


@pytest.mark.parametrize("order", list(permutations(["period", "group", "assignment", "lessons"])))
def test_events_of_different_feeds_may_overtake_each_other(academy, order, feed_events) -> None:
    for name in order:
        getattr(academy, f"tell_{name}")()
    academy.tell_discipline()
    academy.tell_people()
    journal = academy.find_journals()[0]
    assert kinds(academy) == ["lesson", "lesson", "rk1", "lesson", "lesson", "rk2"]
    assert journal.rule_set == "kz-mia-2016"
    assert journal.columns[2]["date"] == "2026-10-24"
    with unit_of_work(academy.engine) as session:
        people = session.scalars(select(SHEET_ROW.c.person_id).order_by(SHEET_ROW.c.position)).all()
    assert list(people) == academy.learners
    assert len(feed_events("ejournal/marks")) == 1


def test_everything_told_twice_changes_nothing(academy, feed_events) -> None:
    academy.tell_all()
    before = academy.columns
    academy.tell_all()
    assert academy.columns == before
    assert len(feed_events("ejournal/marks")) == 1


def test_lesson_moves_and_an_empty_one_goes(academy) -> None:
    academy.tell_all()
    first, second = academy.columns[:2]
    academy.lessons = academy.lessons[:3]
    academy.tell_lessons((("2026-09-21", 1), ("2026-09-14", 1), ("2026-11-02", 2)))
    assert academy.columns[:2] == [second, first]
    assert kinds(academy) == ["lesson", "lesson", "rk1", "lesson", "rk2"]


def test_a_lesson_with_marks_stays_when_the_timetable_drops_it(academy, client) -> None:
    academy.tell_all()
    marked = academy.columns[0]
    teacher = client(WRITER, academy.teacher)
    assert academy.fill(teacher, {(0, 0): "90"}).status_code == 200
    academy.lessons = academy.lessons[1:]
    academy.tell_lessons((("2026-09-14", 1), ("2026-11-02", 2), ("2026-11-09", 2)))
    column = academy.find_journals()[0].columns[0]
    assert (column["id"], column["in_timetable"]) == (marked, False)


def test_who_leaves_the_group_leaves_the_list_and_keeps_the_marks(academy, client) -> None:
    academy.tell_all()
    teacher = client(WRITER, academy.teacher)
    academy.fill(teacher, {(0, 0): "90", (1, 0): "70"})
    academy.tell_group(academy.learners[1:])
    rows = teacher.get(f"/journal/api/v1/journals/{academy.journal}").get_json()["rows"]
    assert [row["person_id"] for row in rows] == [str(person) for person in academy.learners[1:]]
    academy.tell_group()
    rows = teacher.get(f"/journal/api/v1/journals/{academy.journal}").get_json()["rows"]
    assert rows[0]["cells"][academy.columns[0]] == ["90", 1]


def test_a_withdrawn_assignment_closes_its_journal(academy, client, feed_events) -> None:
    academy.tell_all()
    academy.tell_assignment(status="withdrawn")
    answer = academy.fill(client(WRITER, academy.teacher), {(0, 0): "90"})
    assert answer.status_code == 409
    assert answer.get_json()["code"] == "ejournal.journal-closed"
    assert answer.get_json()["cells"][0]["state"] == "locked"


def test_a_withdrawn_assignment_never_opens_a_journal(academy) -> None:
    academy.tell_assignment(status="withdrawn")
    assert academy.find_journals() == []


def test_clause_12_a_teacher_who_is_taken_off_loses_the_journal(academy, client) -> None:
    academy.tell_all()
    teacher = client(WRITER, academy.teacher)
    path = f"/journal/api/v1/journals/{academy.journal}"
    assert teacher.get(path).status_code == 200
    academy.tell_assignment(teachers=[str(academy.colleague)])
    assert teacher.get(path).status_code == 403


def test_names_follow_the_people(academy, client) -> None:
    academy.tell_all()
    teacher = client(WRITER, academy.teacher)
    path = f"/journal/journals/{academy.journal}"
    assert "Ким Даурен" in teacher.get(path).get_data(as_text=True)
    academy.person(academy.learners[1], "Цой", "Даурен", "learner")
    page = teacher.get(path).get_data(as_text=True)
    assert "Цой Даурен" in page
    assert "Ким Даурен" not in page


CASES = [
    pytest.param(contract.type, data, id=f"{contract.type}.{case}")
    for contract in contracts.load().values()
    if contract.feed in {"auth/people", "portal/teaching", "portal/timetable"}
    and contract.type != "auth.unit.recorded.v1"
    for case, data in contract.examples().items()
]


@pytest.mark.parametrize(("type", "data"), CASES)
def test_every_stored_example_is_taken_twice_with_fields_nobody_knows(deliver, type, data) -> None:
    deliver(type, data)
    deliver(type, {**data, "added_later": {"x": [1]}})


def test_the_examples_together_open_one_journal(deliver, engine, feed_events) -> None:
    for case in CASES[::-1]:
        deliver(*case.values)
    with unit_of_work(engine) as session:
        found = session.execute(select(JOURNAL)).all()
    assert len(found) == 1
    assert found[0].id == UUID(feed_events("ejournal/marks")[0].data["journal_id"])
    assert uuid4() not in {found[0].id}


def test_an_assignment_and_its_lessons_that_come_at_the_same_moment_see_each_other(academy, engine) -> None:
    """Feeds are taken in side by side: the second waits for the first, whichever it is, and misses nothing."""
    academy.tell_period()
    academy.tell_group()
    told = {}
    teller = replace(
        academy, deliver=lambda type_, data, **_more: told.update({type_: SimpleNamespace(data=data)})
    )
    teller.tell_lessons()
    teller.tell_assignment()

    def take_in(session, type_):
        for handler in SERVICE.handlers[type_]:
            handler(session, told[type_])

    def open_journal() -> None:
        with unit_of_work(engine) as session:
            take_in(session, "portal.teaching.assigned.v1")

    other = threading.Thread(target=open_journal)
    waits = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    with unit_of_work(engine) as session:
        take_in(session, "portal.lessons.recorded.v1")
        other.start()
        while other.is_alive() and not session.scalar(waits):
            pass
    other.join()
    assert kinds(academy) == ["lesson", "lesson", "rk1", "lesson", "lesson", "rk2"]


def test_people_are_known_by_their_personal_number(academy) -> None:
    academy.tell_people()
    academy.person(academy.learners[0], "Әлиев", "Арман", "learner", number="К2600101")
    with unit_of_work(academy.engine) as session:
        found = session.scalar(select(PERSON.c.number).where(PERSON.c.person_id == academy.learners[0]))
    assert found == "К2600101"
