"""The feed over HTTP: what a consumer gets, where it may start, and who may read."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from chassis import clock
from chassis.db import unit_of_work
from chassis.events import HEAD, LOG, Event
from chassis.feed import Batch, Waiting
from chassis.numberer import number_all
from chassis.outbox import record

FEED = "portal/teaching"
PATH = f"/portal/feeds/{FEED}"
DISCIPLINE = {
    "discipline_id": "019aaf4e-0051-7c31-9b5d-4f1e00000051",
    "code": "KP 2204",
    "title": {"kk": "Қылмыстық құқық", "ru": "Уголовное право"},
    "department_code": "criminal-law",
}


def teach(engine, count: int) -> None:
    with unit_of_work(engine) as session:
        for number in range(count):
            record(session, "portal.discipline.recorded.v1", feed=FEED, subject=f"d{number}", data=DISCIPLINE)
    number_all(engine)


@pytest.fixture
def reader(program):
    return program(f"feed:{FEED}")


def test_a_feed_answers_the_events_after_a_cursor(engine, reader):
    teach(engine, 5)
    answer = reader.get(f"{PATH}?lastEventId=2&limit=2")
    assert answer.status_code == 200
    assert answer.mimetype == "application/cloudevents-batch+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.headers["Feed-Head"], answer.headers["Feed-Oldest"]) == ("5", "1")
    events = [Event.from_cloudevent(value) for value in answer.get_json(force=True)]
    assert [(e.feed, e.sequence, e.subject, e.data) for e in events] == [
        (FEED, 3, "d2", DISCIPLINE),
        (FEED, 4, "d3", DISCIPLINE),
    ]
    raw = answer.get_json(force=True)[0]
    assert raw["specversion"] == "1.0"
    assert raw["type"] == "kz.shanyraq.portal.discipline.recorded.v1"


def test_the_id_of_an_event_is_a_cursor_too(engine, reader):
    teach(engine, 3)
    first = reader.get(f"{PATH}?limit=1").get_json(force=True)[0]
    rest = reader.get(f"{PATH}?lastEventId={first['id']}").get_json(force=True)
    assert [value["subject"] for value in rest] == ["d1", "d2"]


def test_an_empty_feed_answers_an_empty_batch(reader):
    answer = reader.get(PATH)
    assert (answer.status_code, answer.get_json(force=True), answer.headers["Feed-Head"]) == (200, [], "0")


@pytest.mark.parametrize("cursor", ["3", "99999999999999999999", "019aaf4e-0051-7c31-9b5d-4f1e00000051"])
def test_a_cursor_from_the_future_is_refused_and_told_where_the_feed_stands(engine, reader, cursor):
    teach(engine, 2)
    answer = reader.get(f"{PATH}?lastEventId={cursor}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert (answer.headers["Feed-Head"], answer.get_json(force=True)["status"]) == ("2", 400)


def test_a_cursor_older_than_what_is_kept_is_gone(engine, reader):
    teach(engine, 4)
    with unit_of_work(engine) as session:
        session.execute(LOG.delete().where(LOG.c.sequence <= 2))
        session.execute(HEAD.update().values(oldest=3))
    assert reader.get(f"{PATH}?lastEventId=1").status_code == 410
    assert len(reader.get(f"{PATH}?lastEventId=2").get_json(force=True)) == 2


@pytest.mark.parametrize("query", ["lastEventId=-1", "lastEventId=one", "limit=0", "limit=x", "timeout=-1"])
def test_a_question_that_makes_no_sense_is_refused(reader, query):
    assert reader.get(f"{PATH}?{query}").status_code == 422


def test_only_programs_with_the_scope_of_the_feed_read_it(anonymous, client, program):
    assert anonymous.get(PATH).status_code == 401
    assert client().get(PATH).status_code == 403
    assert program("feed:portal/timetable").get(PATH).status_code == 403
    assert program(f"feed:{FEED}", audience="library").get(PATH).status_code == 401


def test_a_token_a_little_over_still_reads_while_auth_is_away(engine, reader):
    teach(engine, 1)
    for minutes, status in ((4, 200), (19, 200), (21, 401)):
        with clock.frozen(clock.now() + timedelta(minutes=minutes)):
            assert reader.get(PATH, headers={"X-Auth-Grace": "1"}).status_code == status


def test_waiting_ends_with_the_next_event(engine, reader):
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(reader.get(f"{PATH}?timeout=20000")))
    waiting.start()
    teach(engine, 1)
    waiting.join(10)
    assert [value["subject"] for value in answers[0].get_json(force=True)] == ["d0"]


def test_waiting_clients_hold_no_connection_and_leave_room_for_pages(engine):
    """Three wait where two places are: the third is answered at once, and all of them together hold no pooled connection."""
    room, done, answers = Waiting(engine, places=2), threading.Event(), []

    def wait() -> None:
        with unit_of_work(engine) as session:
            answers.append(room.read(session, FEED, 0, limit=10, seconds=20))
        done.set()

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert done.wait(10)
    assert [batch.events for batch in answers] == [()]
    assert engine.pool.checkedout() == 0
    room.close()
    for thread in threads:
        thread.join(10)
    assert all(isinstance(batch, Batch) for batch in answers)
    assert len(answers) == 3


def test_a_moment_is_told_in_utc(engine, reader):
    teach(engine, 1)
    time = reader.get(PATH).get_json(force=True)[0]["time"]
    assert time.endswith("Z")
    assert datetime.fromisoformat(time).tzinfo is not None
