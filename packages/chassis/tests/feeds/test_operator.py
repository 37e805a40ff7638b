"""The operator's page: what is parked, where feeds stand, and what can be done about it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from chassis import cursors, parking
from chassis.board import BROKER_REFUSES, CODES, Board
from chassis.clock import now
from chassis.db import unit_of_work
from chassis.events import PARKED, Event
from chassis.ingest import Ingest, Stopped
from chassis.operator import TROUBLES
from chassis.outbox import record

FEED = "auth/people"
PERSON = {
    "person_id": "019aaf4e-0011-7c31-9b5d-4f1e00000011",
    "family_name": "Серікбаева",
    "given_name": "Айгерім",
    "patronymic": None,
    "kind": "learner",
    "group_code": "ҚІ-24-1",
    "department_code": None,
    "number": "24-0117",
    "status": "active",
    "language": "kk",
}
LOG = UUID(int=1)


def person(sequence: int) -> Event:
    return Event(uuid4(), "auth.person.recorded.v1", FEED, sequence, "aigerim", sequence, now(), PERSON)


@pytest.fixture
def operator(client):
    return client(permissions={"portal.operator.use": [("institution", None)]})


@pytest.fixture
def parked(engine, service) -> None:
    """Two events are parked: the table their handler wants is not there."""
    Ingest(engine, service.handlers)(FEED, LOG, [person(1), person(2)])


def shown(engine):
    with unit_of_work(engine) as session:
        return [(row.sequence, row.attempts) for row in parking.list_(session)]


def test_the_page_shows_feeds_cursors_and_parked_events(engine, operator, parked):
    with unit_of_work(engine) as session:
        record(session, "portal.period.recorded.v1", feed="portal/teaching", subject="p", data=_period())
    text = operator.get("/portal/operator").get_data(as_text=True)
    for word in (FEED, "aigerim", "auth.person.recorded.v1", "UndefinedTable", "2"):
        assert word in text


def test_an_empty_page_is_a_page(operator):
    assert operator.get("/portal/operator").status_code == 200


def test_only_operators_see_it(client, anonymous):
    assert client().get("/portal/operator").status_code == 403
    assert anonymous.get("/portal/operator").status_code == 303


def test_a_parked_subject_is_tried_again_when_the_operator_says_so(engine, operator, parked, service):
    with unit_of_work(engine) as session:
        session.execute(text("CREATE TABLE person (id uuid, name text)"))
    ingest = Ingest(engine, service.handlers)
    assert ingest.retry_due().applied == 0
    sent = {"feed": FEED, "subject": "aigerim"}
    assert operator.submit("/portal/operator", sent, action="/portal/operator/retry").status_code == 303
    assert ingest.retry_due().applied == 2
    with unit_of_work(engine) as session:
        assert session.scalars(text("SELECT name FROM person")).all() == ["Айгерім", "Айгерім"]


def test_an_event_is_dropped_with_a_reason_only(engine, operator, parked):
    answer = operator.submit(
        "/portal/operator", {"sequence": "1", "reason": ""}, action="/portal/operator/drop"
    )
    assert answer.status_code == 422
    assert shown(engine) == [(1, 1), (2, 1)]
    sent = {"feed": FEED, "sequence": "1", "reason": "Дерек сынақтан қалған"}
    assert operator.submit("/portal/operator", sent, action="/portal/operator/drop").status_code == 303
    assert shown(engine) == [(2, 1)]
    with unit_of_work(engine) as session:
        kept = session.execute(
            select(PARKED.c.drop_reason, PARKED.c.dropped_by).where(PARKED.c.sequence == 1)
        ).one()
        acts = session.scalars(text("SELECT act FROM chassis.audit_row")).all()
    assert tuple(kept) == ("Дерек сынақтан қалған", str(operator.person_id))
    assert "chassis.parked.dropped" in acts


def test_a_stopped_feed_is_shown_and_resumed(engine, operator, service):
    ingest = Ingest(engine, service.handlers)
    with unit_of_work(engine) as session:
        cursors.stop(session, FEED, "the log of the feed is another one")
    with pytest.raises(Stopped):
        ingest(FEED, LOG, [person(1)])
    assert "the log of the feed is another one" in operator.get("/portal/operator").get_data(as_text=True)
    sent = {"feed": FEED}
    assert operator.submit("/portal/operator", sent, action="/portal/operator/resume").status_code == 303
    with unit_of_work(engine) as session:
        assert cursors.get(session, FEED).alarm is None


def _period() -> dict:
    return {
        "period_id": "019aaf4e-0061-7c31-9b5d-4f1e00000061",
        "code": "2026-1",
        "title": {"kk": "1-семестр", "ru": "1-й семестр"},
        "starts": "2026-09-01",
        "half_ends": "2026-10-24",
        "ends": "2026-12-19",
    }


def test_what_is_in_the_way_and_who_works_is_shown(engine, operator, app):
    def page() -> str:
        return operator.get("/portal/operator").get_data(as_text=True)

    operator.flask.set_cookie("prefs", "lang=en")
    assert "No worker is at work" in page()
    assert "The audit is not sealed" in page()
    first, second = Board(), Board()
    first.takes("numberer")
    second.trouble("portal consumer", BROKER_REFUSES, "ACCESS_REFUSED <b>")
    for board in (first, second):
        board.write(engine)
    with unit_of_work(engine) as session:
        cursors.note_head(session, FEED, 3)
    text = page()
    for words in (
        "numbers the events",
        "stands by",
        "refuses the name or password",
        "ACCESS_REFUSED &lt;b&gt;",
        "seconds",
    ):
        assert words in text
    assert "No worker is at work" not in text
    second.well("portal consumer")
    second.write(engine)
    assert "refuses the name or password" not in page()


def test_every_code_of_trouble_has_words():
    assert set(CODES) <= set(TROUBLES)
