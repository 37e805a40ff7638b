"""Kill everything, again and again: nothing is lost, nothing happens twice, nothing changes its order."""

from __future__ import annotations

import os
import random

import pytest

KILLS = int(os.environ.get("BACKBONE_KILLS", "20"))
BROKER_SHARE = 10


@pytest.mark.unit
@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([(1, "a", 1, "x"), (2, "b", 1, "y"), (3, "a", 2, "z")], 0),
        ([(1, "a", 1, "x"), (3, "a", 2, "y")], 1),
        ([(1, "a", 2, "x"), (2, "a", 1, "y")], 2),
        ([(1, "a", 1, "x"), (2, "a", 3, "y")], 1),
        ([(1, "a", 1, "x"), (1, "a", 1, "x")], 2),
    ],
)
def test_the_check_sees_gaps_losses_doubles_and_inversions(violations, rows, count):
    assert len(violations(rows)) == count


def report(house, head: int, tell) -> None:
    counts = house.outcomes()
    kills = ", ".join(f"{role} {count}" for role, count in house.kills.items())
    rows = {
        "kills": f"{sum(house.kills.values())} ({kills})",
        "events": head,
        "acknowledged": len(house.journal()),
        "effects": f"feed {house.effects('feed')}, rabbit {house.effects('rabbit')}",
        "came by": f"feed {counts['follow']}, push {counts['taker']}",
        "duplicates dropped": counts["dropped"],
        "gaps healed": counts["gaps"],
        "parked": counts["parked"],
    }
    tell("backbone under kill -9: " + "; ".join(f"{name} {value}" for name, value in rows.items()))


def victims(count: int) -> list[str]:
    """Choose who is killed: everybody in turn, in a shuffled order; the broker, slow to come back, once in ten."""
    chance = random.Random(count)
    brokers = max(1, count // BROKER_SHARE)
    roles = ["writer", "numberer", "feed", "rabbit", "server"]
    chosen = [roles[number % len(roles)] for number in range(count - brokers)] + ["broker"] * brokers
    chance.shuffle(chosen)
    return chosen


class Progress:
    """Sees whether an actor has done something since it was begun; an actor that did nothing is not worth a kill."""

    def __init__(self, house) -> None:
        self.house = house
        self.marks: dict[str, int] = {}

    def read(self, role: str) -> int:
        if role == "writer":
            return len(self.house.journal())
        if role in {"feed", "server"}:
            return self.house.effects("feed")
        return self.house.effects("rabbit") if role in {"rabbit", "broker"} else self.house.head

    def mark(self, role: str) -> None:
        self.marks[role] = self.read(role)

    def seen(self, role: str, least: int) -> bool:
        return self.read(role) >= self.marks[role] + least


@pytest.mark.crash
@pytest.mark.broker
@pytest.mark.timeout(300)
def test_nothing_is_lost_doubled_or_reordered_when_everything_is_killed(house, broker, wait, tell):
    house.environment["AMQP_URL"] = broker.url
    roles = ("server", "numberer", "feed", "rabbit", "writer")
    progress = Progress(house)
    for role in (*roles, "broker"):
        (house.place(role) / ("journal" if role == "writer" else "outcomes")).touch()
        progress.mark(role)
    for role in roles:
        house.start(role)
    chance = random.Random(KILLS)
    for victim in victims(KILLS):
        least = chance.randrange(1, 60)
        wait(lambda v=victim, n=least: progress.seen(v, n), f"{victim} does something")
        if victim == "broker":
            broker.kill()
            house.kills["broker"] += 1
            broker.start()
        else:
            house.kill(victim)
            house.start(victim)
        progress.mark(victim)
    wait(lambda: progress.seen("writer", 1), "the writer writes after the last kill")
    head = house.finish("feed", "rabbit")
    report(house, head, tell)
    house.check("feed", "rabbit")
    wait(lambda: house.pushed == head, "everything is pushed")
    assert house.outcomes()["taker"] > 0, "RabbitMQ carried events"


@pytest.mark.crash
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("writer", "violated"), [("writer", False), ("early-writer", True)])
def test_an_outbox_row_inserted_early_is_found_out(house, wait, tell, violations, writer, violated):
    """The mutation: what the suite checks would not hold if the row were not the last statement of its transaction."""
    house.environment |= {"WRITERS": "8", "SUBJECTS": "2"}
    house.start("numberer")
    house.start(writer)
    wait(lambda: house.head >= 1000, f"1,000 events\n{house.output(writer)}{house.output('numberer')}")
    house.kill(writer)
    wait(
        lambda: not house.number("acts", "SELECT count(*) FROM chassis.event_staging"),
        "staging becomes empty",
    )
    found = violations(house.log())
    tell(f"outbox row of the {writer}: {len(found)} violations among {house.head} events")
    assert bool(found) is violated
