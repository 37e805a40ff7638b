"""P14: how soon an event is in its projection, and how fast a reader that was away catches up."""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from dev.bench import load
from dev.bench.console import say
from dev.bench.goals import Reached
from dev.bench.stage import Stage
from dev.testing import until

EVENTS, PER_SECOND = 100, 20
BEAT = 0.002
BACKLOG = 2000
FEED = "auth/people"


def measure(stage: Stage) -> dict[str, Reached]:
    """Measure the way of events."""
    say(f"P14: {EVENTS} loans at {PER_SECOND}/s, seen in the portal")
    times = _latencies(stage)
    note = f"from the click at the desk to the reader's home, {len(times)} loans"
    found = {
        "P14": Reached(load.percentile(times, 0.5), note),
        "P14b": Reached(load.percentile(times, 0.99), f"longest {times[-1]:.0f} ms"),
    }
    say(f"P14: {BACKLOG} events behind")
    return found | {"P14c": _catch_up(stage)}


class Watch(threading.Thread):
    """Looks every 2 ms which loans have come into the portal's database."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(daemon=True)
        address = stage.address("portal")
        self._connection = psycopg.connect(
            host=address["PGHOST"],
            port=address["PGPORT"],
            user=address["PGUSER"],
            dbname=address["PGDATABASE"],
            password=address["PGPASSWORD"],
            autocommit=True,
        )
        self.waiting: dict[str, float] = {}
        self.seen: dict[str, float] = {}
        self.over = threading.Event()

    def run(self) -> None:
        """Look until told that it is over."""
        query = "SELECT barcode FROM loan WHERE returned_at IS NULL AND barcode = ANY(%s)"
        with self._connection as connection:
            while not self.over.wait(BEAT):
                open_ = [barcode for barcode in list(self.waiting) if barcode not in self.seen]
                if open_:
                    rows = connection.execute(query, (open_,)).fetchall()
                    now = time.monotonic()
                    self.seen.update({row[0]: now for row in rows})


def _latencies(stage: Stage) -> list[float]:
    """Issue books at a steady pace; give the milliseconds from each click to its row in the portal.

    Raises:
        load.Void: a loan was refused.
    """
    pairs = _free_copies_and_cards(stage)
    headers = stage.headers(stage.token_of("librarian"))
    watch = Watch(stage)
    watch.start()
    try:
        _issue_all(stage, pairs, headers, watch)
        until(lambda: len(watch.seen) == len(pairs), "loans in the portal")
    finally:
        watch.over.set()
        watch.join()
    return sorted(1000 * (watch.seen[barcode] - watch.waiting[barcode]) for barcode in watch.seen)


def _issue_all(stage: Stage, pairs: Sequence[tuple[str, str]], headers: dict[str, str], watch: Watch) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stage.house.layout.port, timeout=30)
    began = time.monotonic()
    for number, (barcode, card) in enumerate(pairs):
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        watch.waiting[barcode] = time.monotonic()
        body = json.dumps({"card": card, "barcode": barcode})
        connection.request(
            "POST", "/library/api/v1/loans", body, {**headers, "Idempotency-Key": str(uuid4())}
        )
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise load.Void(f"a loan was refused: {answer.status} {said[:200]!r}")
    connection.close()


def _free_copies_and_cards(stage: Stage) -> list[tuple[str, str]]:
    """Pair copies on the shelf with readers who have nothing."""
    copies = stage.house.sql(
        "library",
        "SELECT barcode FROM copy c WHERE state = 'held' AND NOT EXISTS "
        "(SELECT 1 FROM loan WHERE copy_id = c.id AND returned_at IS NULL) ORDER BY barcode LIMIT %s",
        EVENTS,
    )
    readers = stage.house.sql(
        "library",
        "SELECT card::text FROM reader r WHERE status = 'active' AND category = 'learner' AND NOT EXISTS "
        "(SELECT 1 FROM loan WHERE reader_id = r.person_id AND returned_at IS NULL) ORDER BY card LIMIT %s",
        EVENTS,
    )
    return [(barcode, card) for (barcode,), (card,) in zip(copies, readers, strict=False)]


@contextmanager
def _held(group: int) -> Iterator[None]:
    """Hold a process group still for a while."""
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def _catch_up(stage: Stage) -> Reached:
    """Hold the portal still, tell about people again and again, let it go on and wait for its cursor."""
    with _held(stage.group("portal")):
        before = _head(stage)
        told = _announce(stage)
        until(lambda: _head(stage) >= before + told, "all events numbered", 60)
        behind = _head(stage) - _cursor(stage)
    began = time.monotonic()
    until(lambda: _cursor(stage) >= before + told, "the portal's cursor at the head", 60)
    seconds = time.monotonic() - began
    return Reached(behind / seconds, f"{behind} events in {seconds:.2f} s")


def _announce(stage: Stage) -> int:
    """Tell about every person until the backlog is long enough; give the number of events."""
    from sqlalchemy import select

    from auth.people import service
    from auth.people.model import Person

    told = 0
    while told < BACKLOG:
        with stage.session("auth") as session:
            for person in session.scalars(select(Person)):
                service.announce(session, person)
                told += 1
    return told


def _head(stage: Stage) -> int:
    query = "SELECT max(sequence) FROM chassis.event_log WHERE feed = %s"
    return int(stage.house.sql("auth", query, FEED)[0][0] or 0)


def _cursor(stage: Stage) -> int:
    return int(stage.house.sql("portal", "SELECT last FROM chassis.cursor WHERE feed = %s", FEED)[0][0])
