"""The two directions of RabbitMQ, against a real node: confirmed, in order, again after a loss."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker
from structlog.testing import capture_logs

from chassis.board import BROKER_REFUSES, Board
from chassis.broker import EXCHANGE, Consumer, Publisher, Unconfirmed
from chassis.events import Event
from dev.compose import secrets
from dev.rabbit import Rabbit, RabbitError

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]
LOG = UUID(int=7)


def events(first: int, last: int, feed: str = "auth/people") -> list[Event]:
    time = datetime(2026, 11, 23, tzinfo=UTC)
    return [
        Event(uuid4(), "auth.person.recorded.v1", feed, number, f"s{number}", None, time, {"n": number})
        for number in range(first, last + 1)
    ]


@pytest.fixture
def publisher(broker) -> Iterator[Publisher]:
    made = Publisher(broker.url, "test publisher")
    made.start()
    assert made.wait_up(20)
    yield made
    made.close()


@pytest.fixture
def queue_name() -> str:
    return f"test.{uuid4().hex}"


@pytest.fixture
def consumer(broker, queue_name) -> Iterator[Consumer]:
    made = Consumer(broker.url, "test consumer", queue_name=queue_name, feeds=("auth/people",))
    made.start()
    assert made.wait_up(20)
    yield made
    made.close()
    with closing(pika.BlockingConnection(pika.URLParameters(broker.url))) as connection:
        connection.channel().queue_delete(queue_name)


def take(consumer: Consumer, count: int) -> list:
    taken: list = []
    while len(taken) < count:
        more = consumer.take(20)
        assert more, f"{len(taken)} of {count} came"
        taken += more
    return taken


def publish_until_confirmed(publisher: Publisher, sent: list[Event]) -> None:
    """Send again until the broker confirms, as the pusher does: just begun, it may not have its queues yet."""
    for _ in range(20):
        assert publisher.wait_up(40)
        with contextlib.suppress(Unconfirmed):
            return publisher.publish(LOG, sent)
    raise AssertionError("never confirmed")


def sequences(taken) -> list[int]:
    return [delivery.event.sequence for delivery in taken]


def test_what_is_published_arrives_in_order_with_the_identity_of_its_log(publisher, consumer):
    sent = events(1, 450)
    for start in range(0, 450, 150):
        publisher.publish(LOG, sent[start : start + 150])
    taken = []
    while len(taken) < 450:
        more = take(consumer, 1)
        consumer.acknowledge(more[-1])
        taken += more
    assert [delivery.event for delivery in taken] == sent
    assert {delivery.log for delivery in taken} == {LOG}


def test_a_feed_that_is_not_followed_does_not_arrive_and_is_counted(publisher, consumer):
    publisher.publish(LOG, events(1, 3, feed="auth/access"))
    publisher.publish(LOG, events(1, 1))
    assert sequences(take(consumer, 1)) == [1]
    assert publisher.unroutable == 3


def test_what_was_not_acknowledged_comes_again(publisher, consumer):
    publisher.publish(LOG, events(1, 5))
    taken = take(consumer, 5)
    consumer.acknowledge(taken[1])
    consumer.acknowledge(taken[1])
    consumer.restart()
    again: list[int] = []
    while again[-1:] != [5] or len(again) < 3:
        again += sequences(take(consumer, 1))
    assert again[-3:] == [3, 4, 5]


def test_only_one_of_several_consumers_gets_events(broker, publisher, consumer, queue_name):
    second = Consumer(broker.url, "second", queue_name=queue_name, feeds=("auth/people",))
    second.start()
    try:
        assert second.wait_up(20)
        publisher.publish(LOG, events(1, 20))
        assert sequences(take(consumer, 20)) == list(range(1, 21))
        assert second.take(0.2) == []
    finally:
        second.close()


@pytest.mark.parametrize(
    ("arguments", "differs"),
    [
        ({"x-single-active-consumer": True}, "x-queue-type"),
        ({"x-queue-type": "quorum"}, "x-single-active-consumer"),
    ],
)
def test_the_queue_is_a_quorum_queue_with_a_single_active_consumer(
    broker, consumer, queue_name, arguments, differs
):
    """RabbitMQ says in what a queue is another one than somebody declares."""
    with closing(pika.BlockingConnection(pika.URLParameters(broker.url))) as connection:
        channel = connection.channel()
        with pytest.raises(ChannelClosedByBroker, match=differs):
            channel.queue_declare(queue_name, durable=True, arguments=arguments)


def test_the_library_cannot_publish_a_grade_and_the_log_says_why(broker, tmp_path):
    """With the permissions of the house of containers."""
    people = tmp_path / "definitions.json"
    people.write_text(json.dumps(secrets.definitions({"library": "secret"})))
    people.chmod(0o644)
    broker.control("import_definitions", str(people))
    made = Publisher(broker.url.replace("guest:guest", "library:secret"), "library publisher")
    made.start()
    with closing(made), capture_logs() as said:
        assert made.wait_up(20)
        with pytest.raises(Unconfirmed):
            made.publish(LOG, events(1, 1, feed="ejournal/statements"))
        publish_until_confirmed(made, events(1, 1, feed="library/lending"))
    refusals = [line["reason"] for line in said if line["event"].startswith("broker refuses")]
    assert refusals
    assert all("ACCESS_REFUSED" in one and "ejournal.statements" in one for one in refusals)


def test_a_message_that_is_no_event_is_left_to_the_feed(broker, publisher, consumer):
    connection = pika.BlockingConnection(pika.URLParameters(broker.url))
    for body in (b"", b"[]", b"\xff", json.dumps({"id": "x"}).encode()):
        connection.channel().basic_publish(EXCHANGE, "auth.people.strange", body)
    connection.close()
    publisher.publish(LOG, events(1, 1))
    assert [delivery.event is None for delivery in take(consumer, 5)] == [True] * 4 + [False]


def test_without_a_broker_nothing_is_confirmed_and_the_links_say_for_how_long():
    made = Publisher("amqp://guest:guest@127.0.0.1:26199/%2F", "nobody")
    with pytest.raises(Unconfirmed):
        made.publish(LOG, events(1, 1))
    first = made.down_for()
    assert made.down_for() >= first >= 0
    made.start()
    made.close()


def test_a_wrong_password_is_named_and_tried_ever_more_rarely(broker, monkeypatch, wait):
    """The board says it for the operator's page; the link lives on and tries again after growing pauses."""
    pauses: list[float] = []
    board = Board()
    made = Publisher(broker.url.replace("guest:guest", "guest:wrong"), "library publisher", board)
    monkeypatch.setattr("chassis.broker.random.uniform", lambda _low, high: pauses.append(high) or 0.01)
    made.start()
    try:
        assert not made.wait_up(0.5)
        wait(lambda: len(pauses) >= 5, "it tries again", 60)
        (trouble,) = board.values()["troubles"]
        assert (trouble["part"], trouble["code"]) == ("library publisher", BROKER_REFUSES)
        assert "ACCESS_REFUSED" in trouble["said"]
        assert pauses[:5] == [0.4, 0.8, 1.6, 3.0, 3.0]
    finally:
        made.close()


def test_after_a_crash_of_the_broker_both_come_back(broker, publisher, consumer, monkeypatch):
    """Even when the queue, declared a moment before the crash, is lost: then it is declared anew (the feed heals the gap)."""
    monkeypatch.setattr("chassis.broker.READY_SECONDS", 2.0)
    monkeypatch.setattr("chassis.broker.CONFIRM_SECONDS", 2.0)
    publisher.publish(LOG, events(1, 50))
    broker.kill()
    broker.start()
    assert consumer.wait_up(60)
    publish_until_confirmed(publisher, events(51, 60))
    seen: set[int] = set()
    while 60 not in seen:
        seen |= set(sequences(take(consumer, 1)))
    assert set(range(51, 61)) <= seen <= set(range(1, 61))


def test_a_node_whose_ports_are_taken_is_not_mistaken_for_another(broker, tmp_path):
    with pytest.raises(RabbitError, match=f"port {broker.port}, {broker.port + 1}.* is taken"):
        Rabbit(tmp_path, broker.port).start()
