"""What an operator's machine reads: every gauge out of the service's own database, at the moment it is asked for."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text, update

from chassis import clock, cursors
from chassis.audit import audit
from chassis.board import BROKER_REFUSES, JOB, WORKER, Board
from chassis.db import unit_of_work
from chassis.events import HEAD, STAGING
from chassis.gauges import feeds_written
from chassis.numberer import number_all
from chassis.outbox import record

FEED = "auth/people"
LOG = UUID(int=1)
DISCIPLINE = {
    "discipline_id": "019aaf4e-0051-7c31-9b5d-4f1e00000051",
    "code": "KP 2204",
    "title": {"kk": "Қылмыстық құқық", "ru": "Уголовное право"},
    "department_code": "criminal-law",
}


@pytest.fixture
def read(anonymous):
    """Give a function that reads the metrics: (name, label) → value."""

    def reading() -> dict[tuple[str, str], float]:
        answer = anonymous.get("/portal/metrics")
        assert answer.status_code == 200
        families = list(text_string_to_metric_families(answer.get_data(as_text=True)))
        return {
            (sample.name.removeprefix("shanyraq_"), "".join(sample.labels.values())): sample.value
            for family in families
            for sample in family.samples
            if family.name.startswith("shanyraq_") and family.type == "gauge"
        }

    return reading


def teach(engine, count: int) -> None:
    with unit_of_work(engine) as session:
        for at in range(count):
            record(
                session,
                "portal.discipline.recorded.v1",
                feed="portal/teaching",
                subject=str(at),
                data=DISCIPLINE,
            )


def age(engine, table, column: str, seconds: int) -> None:
    """Make rows look older than they are."""
    with engine.begin() as connection:
        connection.execute(update(table).values({column: clock.now() - timedelta(seconds=seconds)}))


def test_the_outbox_has_a_size_and_an_age(engine, read):
    assert read()["outbox_events", ""] == 0
    teach(engine, 3)
    age(engine, STAGING, "time", 90)
    found = read()
    assert found["outbox_events", ""] == 3
    assert 90 <= found["outbox_age_seconds", ""] < 150
    number_all(engine)
    found = read()
    assert (found["outbox_events", ""], found["outbox_age_seconds", ""]) == (0, 0)
    assert found["feed_head", "portal/teaching"] == 3
    assert ("push_lag_events", "portal/teaching") not in found, "there is no broker"


def test_what_the_broker_has_not_is_counted_where_there_is_one(engine):
    teach(engine, 4)
    number_all(engine)
    with engine.begin() as connection:
        connection.execute(update(HEAD).values(pushed=1))
        connection.execute(text("update chassis.event_log set time = now() - interval '2 minutes'"))
        found = {name: value for name, _feed, value in feeds_written(connection, pushes=True)}
    assert found["push_lag_events"] == 3
    assert found["push_age_seconds"] >= 120


def test_lag_is_told_in_events_and_in_seconds_and_goes_when_it_is_made_up(engine, read):
    began = clock.now()
    with clock.frozen(began), unit_of_work(engine) as session:
        cursors.note_head(session, FEED, 7)
    with clock.frozen(began + timedelta(seconds=30)), unit_of_work(engine) as session:
        cursors.save(session, FEED, identity=LOG, last=5, head=5)
    with clock.frozen(began + timedelta(seconds=40)):
        found = read()
    assert found["feed_lag_events", FEED] == 2
    assert found["feed_lag_seconds", FEED] == 40, (
        "since the head was first seen ahead, not since the last step"
    )
    assert found["projection_age_seconds", FEED] == 10
    with unit_of_work(engine) as session:
        cursors.save(session, FEED, identity=LOG, last=7, head=7)
    found = read()
    assert (found["feed_lag_events", FEED], found["feed_lag_seconds", FEED]) == (0, 0)


def test_the_age_of_rights_is_that_of_their_feed_and_a_stopped_feed_is_marked(engine, read):
    assert ("revocation_age_seconds", "") not in read(), "never heard: there is no age"
    now = clock.now()
    with clock.frozen(now - timedelta(seconds=20)), unit_of_work(engine) as session:
        cursors.note_head(session, "auth/access", 0)
        cursors.stop(session, FEED, "another log")
    with clock.frozen(now):
        found = read()
    assert found["revocation_age_seconds", ""] == 20
    assert (found["feed_stopped", FEED], found["feed_stopped", "auth/access"]) == (1, 0)


def test_parked_events_and_unsealed_rows_are_counted(engine, read):
    assert read()["seal_age_seconds", ""] == 0
    event = "insert into chassis.parked_event (feed, sequence, id, type, subject, time, error, attempts, parked_at, next_try, dropped_at, drop_reason, dropped_by) "
    values = (
        "select 'auth/people', n, gen_random_uuid(), 't', 's', now(), 'e', 1, now(), now(), "
        "case when n = 1 then now() end, case when n = 1 then 'r' end, case when n = 1 then 'o' end from generate_series(1, 3) n"
    )
    now = clock.now()
    with clock.frozen(now - timedelta(minutes=5)), unit_of_work(engine) as session:
        session.execute(text(event + values))
        audit(session, act="test.row.added", subject="row:1", actor="tester")
    with clock.frozen(now):
        found = read()
    assert found["parked_events", FEED] == 2, "one was dropped"
    assert found["seal_age_seconds", ""] == 300


def test_workers_are_seen_by_what_they_wrote_down(engine, read):
    found = read()
    assert (found["workers", ""], found["worker_role", "numberer"]) == (0, 0)
    first, second = Board(), Board()
    first.takes("numberer")
    second.trouble("portal publisher", BROKER_REFUSES, "ACCESS_REFUSED")
    second.trouble("seal the audit", JOB, "ValueError('key')")
    for board in (first, second):
        board.write(engine)
    found = read()
    assert (found["workers", ""], found["worker_role", "numberer"]) == (2, 1)
    assert (found["worker_troubles", BROKER_REFUSES], found["worker_troubles", JOB]) == (1, 1)
    second.well("portal publisher")
    second.write(engine)
    assert ("worker_troubles", BROKER_REFUSES) not in read()
    age(engine, WORKER, "seen_at", 60)
    found = read()
    assert (found["workers", ""], found["worker_role", "numberer"]) == (0, 0)
    assert found["worker_age_seconds", ""] >= 60
    age(engine, WORKER, "seen_at", 2 * 3600)
    Board().write(engine)
    assert read()["workers", ""] == 1
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from chassis.worker")) == 1, "the others are forgotten"


def test_a_worker_that_ends_in_order_takes_itself_off(engine):
    board, stop = Board(), threading.Event()
    stop.set()
    board.run(engine, stop)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from chassis.worker")) == 0


def test_a_trouble_keeps_its_beginning_while_it_is_the_same():
    board, now = Board(), clock.now()
    for seconds, said in ((0, "first"), (10, "second")):
        with clock.frozen(now + timedelta(seconds=seconds)):
            board.trouble("auth/people", "feed-away", said)
    (trouble,) = board.values()["troubles"]
    assert trouble["said"] == "second"
    assert trouble["since"] == now.isoformat(timespec="seconds")
    with clock.frozen(now + timedelta(seconds=20)):
        board.trouble("auth/people", "not-a-feed", "html")
    assert board.values()["troubles"][0]["since"] == (now + timedelta(seconds=20)).isoformat(
        timespec="seconds"
    )
