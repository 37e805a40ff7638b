"""One way in: exactly once, in order, gaps healed, bad events parked, strange logs refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from chassis import clock, cursors, parking
from chassis.db import unit_of_work
from chassis.events import PARKED, Event
from chassis.feed import Batch
from chassis.ingest import BLOCKED, TOGETHER, Ingest, Stopped, Together, Unhealed

FEED = "portal/teaching"
LOG = uuid4()


def event(sequence: int, subject: str = "s", type: str = "portal.test.v1", **data) -> Event:
    return Event(uuid4(), type, FEED, sequence, subject, sequence, datetime(2026, 11, 23, tzinfo=UTC), data)


class Feed:
    """A feed of a peer, in memory."""

    def __init__(self, *events: Event, log: UUID = LOG) -> None:
        self.events, self.log, self.reads = events, log, 0

    def read(self, feed: str, after: int, *, seconds: float = 0) -> Batch:
        self.reads += 1
        return Batch(self.log, len(self.events), 1, tuple(e for e in self.events if e.sequence > after)[:3])


class Effects:
    """A projection: an append-only table, so that an effect that happened twice shows; ``broken`` subjects fail."""

    def __init__(self, engine) -> None:
        self.engine, self.broken = engine, set()
        with unit_of_work(engine) as session:
            session.execute(text("CREATE TABLE effects (place serial, subject text, sequence bigint)"))

    def __call__(self, session, event: Event) -> None:
        insert = text("INSERT INTO effects (subject, sequence) VALUES (:subject, :sequence)")
        session.execute(insert, {"subject": event.subject, "sequence": event.sequence})
        if event.subject in self.broken:
            raise KeyError("group_code")

    @property
    def sequences(self) -> list[int]:
        with unit_of_work(self.engine) as session:
            return list(session.scalars(text("SELECT sequence FROM effects ORDER BY place")))


@pytest.fixture
def effects(engine) -> Effects:
    return Effects(engine)


@pytest.fixture
def ingest(engine, effects) -> Ingest:
    return Ingest(engine, {"portal.test.v1": [effects]})


def cursor(engine) -> cursors.Cursor:
    with unit_of_work(engine) as session:
        return cursors.get(session, FEED)


def test_events_take_effect_once_whatever_comes_twice(ingest, effects, engine):
    assert ingest(FEED, LOG, [event(1), event(2)]).applied == 2
    again = ingest(FEED, LOG, [event(1), event(2), event(3)])
    assert (again.applied, again.dropped, again.last) == (1, 2, 3)
    assert effects.sequences == [1, 2, 3]
    assert (cursor(engine).identity, cursor(engine).last) == (LOG, 3)


def test_a_shuffled_push_is_applied_in_order(ingest, effects):
    ingest(FEED, LOG, [event(3), event(1), event(2)])
    assert effects.sequences == [1, 2, 3]


@pytest.mark.parametrize(("turn_seconds", "transactions"), [(0, 5), (3600, 1)])
def test_a_transaction_ends_with_its_turn_and_the_rest_follows(engine, turn_seconds, transactions):
    seen = []

    def note(session, event) -> None:
        seen.append((event.sequence, session.scalar(text("SELECT pg_current_xact_id()::text"))))

    outcome = Ingest(engine, {"portal.test.v1": [note]}, turn_seconds=turn_seconds)(
        FEED, LOG, [event(n) for n in range(1, 6)]
    )
    assert [sequence for sequence, _transaction in seen] == [1, 2, 3, 4, 5]
    assert len({transaction for _sequence, transaction in seen}) == transactions
    assert (outcome.applied, outcome.gaps, outcome.last) == (5, 0, 5)
    assert (cursor(engine).last, cursor(engine).head) == (5, 5)


def test_a_gap_is_healed_from_the_feed(engine, effects):
    events = [event(n) for n in range(1, 11)]
    source = Feed(*events)
    ingest = Ingest(engine, {"portal.test.v1": [effects]}, source)
    outcome = ingest(FEED, LOG, [events[0], events[8], events[9]])
    assert effects.sequences == list(range(1, 11))
    assert (outcome.applied, outcome.last, source.reads) == (10, 10, 3)


def test_a_gap_that_cannot_be_healed_now_is_left_for_later(ingest, effects, engine):
    with pytest.raises(Unhealed):
        ingest(FEED, LOG, [event(1), event(3)])
    assert effects.sequences == [1]
    assert cursor(engine).last == 1


def test_a_type_nobody_handles_moves_the_cursor(engine):
    assert Ingest(engine, {})(FEED, LOG, [event(1)]).last == 1
    assert cursor(engine).last == 1


def test_an_erased_event_reaches_no_handler(ingest, effects, engine):
    erased = Event.from_cloudevent(event(1).cloudevent() | {"data": None})
    ingest(FEED, LOG, [erased])
    assert effects.sequences == []
    assert cursor(engine).last == 1


def test_a_failing_handler_parks_its_event_and_later_ones_of_the_subject(ingest, effects, engine):
    effects.broken.add("bad")
    outcome = ingest(FEED, LOG, [event(1, "good"), event(2, "bad"), event(3, "good"), event(4, "bad")])
    assert (outcome.applied, outcome.parked, outcome.last) == (2, 2, 4)
    assert effects.sequences == [1, 3], "what the failing handler wrote is undone"
    effects.broken.clear()
    assert ingest(FEED, LOG, [event(5, "bad")]).parked == 1, "in a later batch, too"
    with unit_of_work(engine) as session:
        assert [(row.sequence, row.error) for row in parking.list_(session)] == [
            (2, "KeyError: 'group_code'"),
            (4, BLOCKED),
            (5, BLOCKED),
        ]
    assert ingest.retry(FEED, "bad").applied == 3
    assert effects.sequences == [1, 3, 2, 4, 5]


class Taken:
    """What a handler was given at once, beside the effects of it."""

    def __init__(self, effects: Effects) -> None:
        self.effects, self.calls = effects, []
        self.handler = Together(self.take)

    def take(self, session, events) -> None:
        self.calls.append([event.sequence for event in events])
        for one in events:
            self.effects(session, one)


@pytest.fixture
def taken(effects) -> Taken:
    return Taken(effects)


def test_events_of_one_type_are_taken_together_in_their_order(engine, effects, taken):
    other = "portal.other.v1"
    ingest = Ingest(engine, {"portal.test.v1": [taken.handler], other: [effects]})
    types = {3: other, 6: other}
    outcome = ingest(FEED, LOG, [event(n, type=types.get(n, "portal.test.v1")) for n in range(8, 0, -1)])
    assert taken.calls == [[1, 2], [4, 5], [7, 8]]
    assert effects.sequences == [1, 2, 3, 4, 5, 6, 7, 8]
    assert (outcome.applied, outcome.parked, outcome.last) == (8, 0, 8)


def test_so_many_are_taken_together_and_a_turn_ends_between(engine, taken):
    ingest = Ingest(engine, {"portal.test.v1": [taken.handler]}, turn_seconds=0)
    outcome = ingest(FEED, LOG, [event(n) for n in range(1, TOGETHER + 3)])
    assert [len(call) for call in taken.calls] == [TOGETHER, 2]
    assert (outcome.applied, outcome.gaps, cursor(engine).last) == (TOGETHER + 2, 0, TOGETHER + 2)


def test_a_type_with_a_handler_that_takes_one_is_handled_one_by_one(engine, effects, taken):
    Ingest(engine, {"portal.test.v1": [taken.handler, effects]})(FEED, LOG, [event(1), event(2)])
    assert taken.calls == [[1], [2]]
    assert effects.sequences == [1, 1, 2, 2]


def test_of_events_taken_together_only_the_failing_one_is_parked(engine, effects, taken):
    effects.broken.add("bad")
    ingest = Ingest(engine, {"portal.test.v1": [taken.handler]})
    outcome = ingest(FEED, LOG, [event(1), event(2, "bad"), event(3), event(4, "bad")])
    assert (outcome.applied, outcome.parked, outcome.last) == (2, 2, 4)
    assert effects.sequences == [1, 3]
    assert taken.calls == [[1, 2, 3, 4], [1], [2], [3]]
    effects.broken.clear()
    assert ingest(FEED, LOG, [event(5), event(6, "bad"), event(7)]).parked == 1
    assert ingest.retry(FEED, "bad").applied == 3
    assert effects.sequences == [1, 3, 5, 7, 2, 4, 6]


def test_what_was_erased_is_left_out_of_what_is_taken_together(engine, effects, taken):
    erased = Event.from_cloudevent(event(2).cloudevent() | {"data": None})
    Ingest(engine, {"portal.test.v1": [taken.handler]})(FEED, LOG, [event(1), erased, event(3)])
    assert taken.calls == [[1, 3]]
    assert cursor(engine).last == 3


def test_a_parked_event_is_tried_again_later_and_later(ingest, effects, engine):
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    effects.broken.add("bad")
    with clock.frozen(start) as now:
        ingest(FEED, LOG, [event(1, "bad")])
        assert ingest.retry_due().parked == 0
        tries = []
        for _ in range(8):
            with unit_of_work(engine) as session:
                tries.append(session.scalar(select(PARKED.c.next_try)) - now.at)
            now.advance(seconds=tries[-1].total_seconds())
            assert ingest.retry_due().parked == 1
        assert tries == [timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 60, 60)]
        effects.broken.clear()
        now.advance(hours=1)
        assert ingest.retry_due().applied == 1


def test_dropping_with_a_reason_lets_the_subject_go_on(ingest, effects, engine):
    effects.broken.add("bad")
    ingest(FEED, LOG, [event(1, "bad"), event(2, "bad")])
    effects.broken.clear()
    with unit_of_work(engine) as session:
        assert parking.drop(session, feed=FEED, sequence=1, reason="written by a test", by="ops")
        assert not parking.drop(session, feed=FEED, sequence=1, reason="again", by="ops")
    assert ingest.retry_due().applied == 1
    assert effects.sequences == [2]
    with unit_of_work(engine) as session:
        assert parking.list_(session) == []
        assert session.scalar(select(PARKED.c.drop_reason)) == "written by a test"


def test_trouble_of_the_database_parks_nothing(engine):
    def gone(session, event) -> None:
        session.execute(text("SET LOCAL statement_timeout = 20"))
        session.execute(text("SELECT pg_sleep(5)"))

    with pytest.raises(OperationalError):
        Ingest(engine, {"portal.test.v1": [gone]})(FEED, LOG, [event(1)])
    assert cursor(engine).last == 0


def test_another_log_stops_the_feed_until_it_is_resumed(ingest, effects, engine):
    ingest(FEED, LOG, [event(1)])
    other = uuid4()
    with pytest.raises(Stopped, match=str(other)):
        ingest(FEED, other, [event(1), event(2)])
    with pytest.raises(Stopped, match=str(other)):
        ingest(FEED, LOG, [event(2)])
    assert effects.sequences == [1]
    with unit_of_work(engine) as session:
        cursors.resume(session, FEED)
    assert ingest(FEED, other, [event(1), event(2)]).applied == 2


def test_an_event_round_trips_through_its_cloudevents_form():
    sent = event(7, "assignment", credits=5)
    form = sent.cloudevent()
    assert form["type"] == "kz.shanyraq.portal.test.v1"
    assert form["source"] == FEED
    assert form["sequence"] == "00000000000000000007"
    assert form["time"] == "2026-11-23T00:00:00Z"
    assert Event.from_cloudevent(form) == sent


@pytest.mark.parametrize("bad", [{}, {"id": "x"}, [], None, {"sequence": "one"}])
def test_what_is_not_an_event_is_refused(bad):
    with pytest.raises(ValueError, match=r"not an event|badly formed"):
        Event.from_cloudevent(bad)


def test_a_handler_of_several_events_is_known_by_the_module_it_was_written_in() -> None:
    """The checker leaves handlers of whole modules out: those that act instead of filling a projection."""

    @Together
    def take(session, events) -> None:
        """Take some."""

    assert (take.__module__, take.__doc__) == (__name__, "Take some.")
