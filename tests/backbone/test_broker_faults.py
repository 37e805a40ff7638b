"""RabbitMQ away, back without its disk, out of memory, flapping: users notice nothing, and every event arrives once and in order."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from dev.trial.relay import relay

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]
CUTS = 20
ROLES = ("server", "numberer", "rabbit", "writer")


def begin(house, wait, url: str) -> None:
    """Let the house work until the broker has carried something."""
    house.environment |= {"AMQP_URL": url, "WRITERS": "2", "PAUSE": "0.01"}
    for role in ROLES:
        (house.place(role) / ("journal" if role == "writer" else "outcomes")).touch()
    (house.place("feed") / "outcomes").touch()
    for role in ROLES:
        house.start(role)
    wait(lambda: house.outcomes()["taker"] > 0, f"something is pushed\n{house.output('numberer')}")


@pytest.fixture
def working(house, broker, wait) -> Iterator:
    """Give a house whose events RabbitMQ carries; afterwards nothing may be lost, doubled or out of order, and all is pushed."""
    begin(house, wait, broker.url)
    yield house
    head = house.finish("rabbit")
    house.check("rabbit")
    wait(lambda: house.pushed == head, f"everything is pushed\n{house.output('numberer')}")


def more(count, wait, what: str, least: int = 20) -> None:
    """Wait until a count has grown."""
    before = count()
    wait(lambda: count() >= before + least, what)


def test_away_the_broker_is_missed_by_nobody(working, broker, wait, tell):
    """People go on, the outbox shows what was not pushed, readers go over to the feed; back, the broker gets everything."""
    broker.kill()
    more(lambda: len(working.journal()), wait, "people go on")
    more(lambda: working.head - working.pushed, wait, "what is not pushed grows, and can be seen")
    more(lambda: working.effects("rabbit"), wait, "the reader follows the feed instead")
    waiting = working.head - working.pushed
    broker.start()
    wait(lambda: working.pushed >= working.head - 5, "the broker has caught up")
    more(lambda: working.outcomes()["taker"], wait, "events come by push again", 1)
    tell(f"broker away: {waiting} events waited for it, all arrived")


def test_back_without_its_disk_the_broker_has_lost_nothing(working, broker, wait, tell):
    """Exchange and queue are declared anew by the services; what lay in the queue is read from the feed."""
    working.kill("rabbit")
    more(lambda: working.pushed, wait, "events wait in the queue")
    lost = working.pushed - working.effects("rabbit")
    broker.kill()
    broker.lose_disk()
    broker.start()
    more(lambda: working.pushed, wait, "events are pushed again", 1)
    working.start("rabbit")
    more(lambda: working.effects("rabbit"), wait, "the reader has found its queue and the gap", lost + 1)
    more(lambda: working.outcomes()["taker"], wait, "events come by push again", 1)
    tell(f"broker without its disk: {lost} events were in its queue, all arrived")


@pytest.mark.parametrize("what", ["memory", "disk"])
def test_with_an_alarm_the_broker_holds_nobody_up(working, broker, wait, what):
    """The broker takes nothing from publishers; they give up and try again, people and readers go on."""
    with broker.alarmed(what):
        more(lambda: len(working.journal()), wait, "people go on")
        more(lambda: working.head - working.pushed, wait, "what is not pushed grows, and can be seen", 200)
    more(lambda: working.pushed, wait, "events are pushed again", 200)
    more(lambda: working.outcomes()["taker"], wait, "events come by push again", 1)


def test_a_flapping_connection_loses_nothing(house, broker, wait):
    with relay(lambda: socket.create_connection(("127.0.0.1", broker.port), 5)) as line:
        begin(house, wait, broker.url.replace(f":{broker.port}/", f":{line.port}/"))
        for cut in range(CUTS):
            more(lambda: house.pushed, wait, f"something is pushed after {cut} cuts", 1)
            line.let_go()
        head = house.finish("rabbit")
        house.check("rabbit")
        wait(lambda: house.pushed == head, "everything is pushed")
