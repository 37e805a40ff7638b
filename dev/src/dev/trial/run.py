"""One house under fault: people work, one thing happens after the other, the checker has the last word."""

import random
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from dev import console, ports, rabbit, state
from dev.bench.stage import Stage
from dev.invariants.__main__ import run as check
from dev.invariants.report import Report
from dev.layout import Layout
from dev.testing import House, free_layout, until
from dev.trial import proxy, surroundings
from dev.trial.client import Client, Moment, Tally, work
from dev.trial.damage import BACK_SECONDS, Fault, Site
from dev.trial.people import Room

CALM, FELT = 0.4, 0.3
NOTHING = "nothing"
RABBIT_PORTS = range(27300, 27390, 3)


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Attributes:
        tally: what clients counted.
        reports: what the checker found.
        disordered: feed pages that were put out of order.
        times: how often each fault was.
        kills: how many of them were kills.
    """

    tally: Tally
    reports: Sequence[Report]
    disordered: int
    times: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, doubled or surprising."""
        return not self.tally.surprises and not any(one.breaches for one in self.reports)

    def of(self, code: str) -> list[Report]:
        """Give the reports of one invariant."""
        return [one for one in self.reports if one.code == code]

    def plus(self, other: "Outcome") -> "Outcome":
        """Add what another house came to."""
        tally = Tally()
        tally.take(self.tally)
        tally.take(other.tally)
        return Outcome(
            tally,
            [*self.reports, *other.reports],
            self.disordered + other.disordered,
            self.times + other.times,
            self.kills + other.kills,
        )


@dataclass(frozen=True)
class Work:
    """Who works, and the moment they all look at."""

    clients: Sequence[Client]
    moment: Moment


@contextmanager
def site(*, everything: bool) -> Iterator[Site]:
    """Start a house whose services hear each other through the proxy.

    Args:
        everything: also make what the machine lets us make: a broker, a small disk, a wire to cut, a clock to set.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        folder.chmod(0o755)
        layout = free_layout(folder / "state")
        with state.locked(layout.state):
            state.prepare(layout)
        made = _surround(stack, layout) if everything else {}
        listeners = {"": socket.create_server(("127.0.0.1", 0))}
        if line := made.get("wire"):
            listeners["library"] = line.listener(layout.service_port("library"))
        mischief = stack.enter_context(proxy.standing(layout, list(listeners.values())))
        house = House(layout)
        house.settings |= proxy.settings(layout, listeners)
        stack.callback(house.stop)
        console.say("starting a house with the demo academy")
        house.start()
        house.open_windows()
        yield Site(house, mischief, **made)


def _surround(stack: ExitStack, layout: Layout) -> dict[str, Any]:
    """Make what this machine lets us make; say what the trial goes without."""
    ways: dict[str, Callable[[], Any]] = {
        "disk": lambda: stack.enter_context(surroundings.small_disk(layout.state / "postgres")),
        "wire": lambda: stack.enter_context(surroundings.wire()),
        "clock": surroundings.library_of_time,
        "broker": lambda: stack.enter_context(_node(layout.state.with_name("rabbit"))),
    }
    made = {}
    for name, make in ways.items():
        try:
            made[name] = make()
        except (surroundings.Unavailable, rabbit.RabbitError) as problem:
            console.say(f"without a {name}: {problem}")
    return made


def _node(folder: Path) -> rabbit.Rabbit:
    port = next(one for one in RABBIT_PORTS if all(map(ports.is_free, (one, one + 1, one + 2))))
    return rabbit.Rabbit(folder, port)


def carry_by_broker(place: Site) -> None:
    """Stop the house and start it with RabbitMQ as carrier of its events."""
    if place.broker:
        place.house.stop()
        place.house.settings["AMQP_URL"] = place.broker.url
        place.house.start()


def trial(
    place: Site,
    chosen: Sequence[Fault],
    *,
    until_: float,
    people: tuple[int, int, int],
    more: Callable[[Room], Sequence[Client]] = lambda _room: (),
) -> Outcome:
    """Let people work while one thing after the other happens, then check.

    Args:
        place: the house.
        chosen: what happens, each at least once; then again, in another order each round.
        until_: when no more begins, on the monotonic clock.
        people: how many teachers, librarians and clerks.
        more: seats other clients beside them.

    Raises:
        AssertionError: the house did not become whole again.
    """
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        moment = Moment()
        moment.name = NOTHING
        room = Room(Stage(place.house), moment, Path(name))
        clients = [
            *room.teachers(people[0]),
            *room.librarians(people[1]),
            *room.clerks(people[2]),
            *more(room),
        ]
        before, place.mischief.disorder = place.mischief.done["disorder"], proxy.DISORDERED
        done: list[Fault] = []
        tally, _seconds = work(
            clients, moment, lambda: done.extend(_happen(place, chosen, Work(clients, moment), until_))
        )
        console.say("waiting for quiet, checking")
        reports = check(place.house.layout, journals=Path(name), limit=BACK_SECONDS)
    disordered = place.mischief.done["disorder"] - before
    times = Counter(fault.name for fault in done)
    return Outcome(tally, reports, disordered, times, sum(fault.kill for fault in done))


def rounds(chosen: Sequence[Fault]) -> Iterator[tuple[int, Fault]]:
    """Give what happens, round after round without end; the order is another one each time, and the same in every run."""
    chance = random.Random(1)  # noqa: S311 - an order, not a secret
    for number in count():
        due = [fault for fault in chosen if number % fault.every == 0]
        yield from ((number, fault) for fault in chance.sample(due, len(due)))


def _happen(place: Site, chosen: Sequence[Fault], at_work: Work, until_: float) -> list[Fault]:
    """Do one thing after the other; give what was done."""
    done: list[Fault] = []
    for number, fault in rounds(chosen):
        if number and time.monotonic() > until_:
            break
        time.sleep(CALM)
        _do(place, fault, at_work)
        done.append(fault)
        console.say(f"{len(done):>4}  {fault.name}")
    return done


def _do(place: Site, fault: Fault, at_work: Work) -> None:
    """Let something happen, and wait until everything answers again and nobody waits any more."""
    at_work.moment.name = fault.name
    fault.act(place)
    time.sleep(FELT)
    until(place.is_whole, f"the house is whole after: {fault.name}", BACK_SECONDS)
    try:
        until(
            lambda: not any(one.refused for one in at_work.clients),
            f"answers after: {fault.name}",
            BACK_SECONDS,
        )
    except AssertionError as problem:
        for refused in sorted(filter(None, (one.refused for one in at_work.clients))):
            problem.add_note(refused)
        raise
    at_work.moment.name = NOTHING


def rows(outcome: Outcome) -> list[str]:
    """Write the table: what was acknowledged, refused, lost and doubled while something was going on."""
    tally, lost, doubled = outcome.tally, Counter[str](), Counter[str]()
    for blamed, code in ((lost, "I1"), (doubled, "I2")):
        for report in outcome.of(code):
            blamed.update(report.blame)
    lines = [
        f"{'fault':34}{'times':>7}{'acknowledged':>14}{'lost':>6}{'doubled':>9}{'refused':>9}{'longest refusal':>17}"
    ]
    for name in (*sorted(outcome.times), NOTHING):
        lines.append(
            f"{name:34}{outcome.times[name] or '':>7}{tally.acknowledged[name]:>14,}{lost[name]:>6}{doubled[name]:>9}"
            f"{tally.refusals[name]:>9,}{tally.longest.get(name, 0.0):>15.1f} s"
        )
    all_lost, all_doubled = (sum(len(one.breaches) for one in outcome.of(code)) for code in ("I1", "I2"))
    lines.append(
        f"{'all':34}{outcome.times.total():>7}{tally.acknowledged.total():>14,}{all_lost:>6}{all_doubled:>9}"
        f"{tally.refusals.total():>9,}{max(tally.longest.values(), default=0.0):>15.1f} s"
    )
    last = (
        f"{outcome.kills} kills; {tally.replays:,} writes sent twice; {tally.unanswered} never answered; "
        f"{outcome.disordered:,} feed pages repeated or displaced; {len(tally.surprises)} surprises"
    )
    return [*lines, last, *tally.surprises[:5]]
