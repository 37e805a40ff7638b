"""Late entries are told step by step, once each, and no longer when they are made (clause 13)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from services.ejournal.tests.academy import WRITER
from services.ejournal.tests.helpers import RULES
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError

from chassis import clock
from chassis.db import unit_of_work
from chassis.permissions import ACCESS_GRANT, ROLE_PERMISSION
from ejournal.escalation import rules, service
from ejournal.journal.model import JOURNAL

TYPE = "ejournal.escalation.recorded.v1"
BOARD = "ejournal.board.read"
API = "/journal/api/v1/escalations"


@pytest.fixture
def posts(engine):
    """A head of department, a head of the faculty, and one whose term is over."""
    head, dean, former = uuid4(), uuid4(), uuid4()
    grants = (
        (head, "head", "department", "criminal-law", None),
        (dean, "dean", "faculty", "investigation", None),
        (former, "head", "department", "criminal-law", clock.today() - timedelta(days=1)),
        (uuid4(), "head", "department", "history", None),
    )
    with unit_of_work(engine) as session:
        session.execute(
            insert(ROLE_PERMISSION), [{"role": role, "permission": BOARD} for role in ("head", "dean")]
        )
        session.execute(
            insert(ACCESS_GRANT),
            [
                dict(zip(("person_id", "role", "scope_type", "scope_id", "valid_to"), one, strict=True))
                | {"id": uuid4()}
                for one in grants
            ],
        )
    return head, dean


@pytest.fixture
def bring(engine):
    def run() -> int:
        with unit_of_work(engine) as session:
            return service.bring(session)

    return run


def told(feed_events) -> list[Any]:
    return [event for event in feed_events("ejournal/marks") if event.type.endswith(TYPE)]


def test_clause_13_late_entries_are_told_step_by_step(
    by_calendar, client, posts, bring, feed_events, today
) -> None:
    # The seminar of forty days ago and the first midterm control are over for two weeks and more.
    assert bring() == 3
    found = {event.data["step"]: event.data for event in told(feed_events)}
    assert {step: len(data["people"]) for step, data in found.items()} == {
        "teacher": 2, "department": 1, "faculty": 1,
    }  # fmt: skip
    assert [found[step]["people"] for step in ("department", "faculty")] == [[str(one)] for one in posts]
    assert set(found["teacher"]["people"]) == {str(by_calendar.teacher), str(by_calendar.colleague)}
    first = found["teacher"]
    assert (first["columns"], first["missing"], first["closed_at"]) == (2, 3, None)
    assert first["since"] == (today - timedelta(days=40)).isoformat()
    # A second look finds nothing to tell.
    assert bring() == 0
    assert len(told(feed_events)) == 3


def test_clause_13_an_escalation_ends_when_the_entries_are_made(
    by_calendar, client, posts, bring, feed_events
) -> None:
    bring()
    teacher = client(WRITER, by_calendar.teacher)
    by_calendar.open_windows()
    by_calendar.fill(teacher, {(0, 0): "80", (0, 1): "70", (1, 1): "60"})
    with unit_of_work(by_calendar.engine) as session:
        session.execute(update(JOURNAL).values(reopened_until=None))
    # One learner still misses the control: followed, not raised again; the faculty's share is followed as well.
    assert bring() > 0
    states = {event.data["step"]: event.data for event in told(feed_events)}
    assert (states["teacher"]["columns"], states["teacher"]["missing"]) == (1, 1)
    with unit_of_work(by_calendar.engine) as session:
        session.execute(update(JOURNAL).values(reopened_until=clock.today() + timedelta(days=9)))
    by_calendar.fill(teacher, {(2, 1): "55"})
    with unit_of_work(by_calendar.engine) as session:
        session.execute(update(JOURNAL).values(reopened_until=None))
    assert bring() == 3
    assert bring() == 0
    states = {event.data["step"]: event.data for event in told(feed_events)}
    assert all(data["closed_at"] for data in states.values())
    assert len({event.data["escalation_id"] for event in told(feed_events)}) == 3


def test_nobody_waits_for_a_journal_while_late_entries_are_told(by_calendar, client, posts, engine) -> None:
    teacher = client(WRITER, by_calendar.teacher)
    with unit_of_work(engine) as session:
        assert service.bring(session) == 3
        answer = by_calendar.fill(teacher, {(0, 0): "80"})
    assert answer.status_code == 409, "refused for its window, and at once"


def test_what_was_reopened_has_a_term_of_its_own(by_calendar, posts, bring) -> None:
    by_calendar.open_windows()
    assert bring() == 0


def test_a_step_waits_for_its_term(by_calendar, posts, bring, feed_events) -> None:
    # Lessons of forty days ago: their window was over about three weeks ago; on the first day after it only the teacher is told.
    with clock.frozen(clock.now() - timedelta(days=40)):
        assert bring() == 0
    column = by_calendar.find_journals()[0].columns[0]
    from ejournal.journal.windows_rules import Policy, window

    span = window(column, Policy())
    assert span is not None
    for days, steps in ((0, 0), (1, 1), (6, 1), (7, 2), (13, 2), (14, 3)):
        with clock.frozen(clock.now() + (span[1] - clock.today()) + timedelta(days=days)):
            bring()
        lessons = {e.data["step"] for e in told(feed_events) if e.data["since"] == column["date"]}
        assert len(lessons) == steps, days


def test_the_page_says_what_was_told_to_whom_and_when(by_calendar, client, posts, bring) -> None:
    bring()
    quality = client({BOARD: [("institution", None)]})
    page = quality.get("/journal/moderation/escalations").get_data(as_text=True)
    assert page.count(f"/journal/moderation/journals/{by_calendar.journal}") == 3
    assert "Сапарова Г. Қ." in page
    assert clock.today().strftime("%d.%m.%Y") in page
    assert "кафедра бастығы" in quality.get("/journal/moderation").get_data(as_text=True)
    items = quality.get(API, query_string={"state": "open"}).get_json()["items"]
    assert {one["step"] for one in items} == set(rules.STEPS)
    assert quality.get(API, query_string={"state": "closed"}).get_json()["items"] == []
    assert quality.get(API, query_string={"state": "late"}).status_code == 422
    for scope, count in ((("department", "criminal-law"), 3), (("department", "history"), 0)):
        assert client({BOARD: [scope]}).get(API).get_json()["total"] == count
    assert client(WRITER).get("/journal/moderation/escalations").status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        "delete from escalation",
        "update escalation set step = 'chief', version = version + 1",
        "insert into escalation select gen_random_uuid(), journal_id, step, people, columns, missing, since, raised_at, null, 1 from escalation",
    ],
)
def test_the_database_keeps_one_open_escalation_a_step(by_calendar, engine, bring, change: str) -> None:
    bring()
    with pytest.raises(DBAPIError), unit_of_work(engine) as session:
        session.execute(text(change))


def test_nobody_in_the_post_is_said(by_calendar, client, bring) -> None:
    bring()
    page = (
        client({BOARD: [("institution", None)]}).get("/journal/moderation/escalations").get_data(as_text=True)
    )
    assert page.count("бұл лауазымда ешкім жоқ") == 2


def test_terms_are_parameters_of_the_rule_set() -> None:
    assert rules.terms(RULES.parameters) == {"teacher": 1, "department": 7, "faculty": 14}
