"""The house of the crash suite: real processes that are killed and begun anew, a real PostgreSQL, a real RabbitMQ."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from dev import rabbit as rabbits

ACTORS = Path(__file__).parent / "actors.py"
PORT = int(os.environ.get("BACKBONE_PORT", "26120"))
FEED = "acts/done"
DEADLINE = 60.0
LOG = "SELECT sequence, subject, subject_version, data->>'act' FROM chassis.event_log ORDER BY sequence"
EFFECTS = "SELECT sequence, subject, version, act FROM effect ORDER BY place"


def find_violations(rows: Iterable[tuple[int, str, int, str]]) -> list[str]:
    """Find gaps in the sequence, and acts of a subject that are missing, doubled or out of order.

    Versions of a subject are given under its row lock, so they are the order in which its acts were committed.
    """
    found: list[str] = []
    versions: dict[str, int] = defaultdict(int)
    for place, (sequence, subject, version, _act) in enumerate(rows, start=1):
        if sequence != place:
            found.append(f"place {place} holds sequence {sequence}")
        if version != versions[subject] + 1:
            found.append(f"{subject}: version {version} follows {versions[subject]} at {sequence}")
        versions[subject] = version
    return found


def until(condition: Callable[[], object], what: str, seconds: float = DEADLINE) -> None:
    """Wait for a condition; fail the test when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.02)


class House:
    """One writing service and its readers, each actor a process with its own database and folder."""

    def __init__(self, folder: Path, urls: dict[str, str], environment: dict[str, str]) -> None:
        self.folder, self.urls, self.environment = folder, urls, environment
        self.actors: dict[str, subprocess.Popen[bytes]] = {}
        self.kills = dict.fromkeys(("writer", "numberer", "server", "feed", "rabbit", "broker"), 0)
        self.connections = {
            name: psycopg.connect(url.replace("+psycopg", ""), autocommit=True) for name, url in urls.items()
        }

    def place(self, role: str) -> Path:
        found = self.folder / role
        found.mkdir(exist_ok=True)
        return found

    def start(self, role: str) -> None:
        database = role if role in self.urls else "acts"
        environment = (
            os.environ
            | self.environment
            | {"DATABASE_URL": self.urls[database], "STATE_DIR": str(self.place(role))}
        )
        if role == "feed":
            environment.pop("AMQP_URL", None)
        with (self.place(role) / "output.log").open("ab") as output:
            command = [sys.executable, str(ACTORS), role]
            self.actors[role] = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output
            )

    def kill(self, role: str) -> None:
        """End an actor as a power cut would."""
        actor = self.actors.pop(role)
        assert actor.poll() is None, f"{role} ended by itself:\n{self.output(role)}"
        actor.kill()
        actor.communicate()
        self.kills[role] = self.kills.get(role, 0) + 1

    def close(self) -> None:
        for actor in self.actors.values():
            actor.kill()
            actor.communicate()
        for connection in self.connections.values():
            connection.close()

    def output(self, role: str) -> str:
        return (self.place(role) / "output.log").read_text(errors="replace")[-3000:]

    def rows(self, database: str, query: str) -> list[tuple]:
        return self.connections[database].execute(query).fetchall()

    def number(self, database: str, query: str) -> int:
        found = self.rows(database, query)
        return int(found[0][0] or 0) if found else 0

    @property
    def head(self) -> int:
        return self.number("acts", "SELECT head FROM chassis.feed_head")

    @property
    def pushed(self) -> int:
        """How far the broker has confirmed the log."""
        return self.number("acts", "SELECT pushed FROM chassis.feed_head")

    def log(self) -> list[tuple]:
        return self.rows("acts", LOG)

    def effects(self, reader: str) -> int:
        return self.number(reader, "SELECT count(*) FROM effect")

    def journal(self) -> list[str]:
        """What was acknowledged; a line cut short by a kill was not."""
        text = (self.place("writer") / "journal").read_text()
        return text[: text.rfind("\n") + 1].split()

    def finish(self, *readers: str) -> int:
        """End the writer, wait until everything it did has arrived at the readers, and give the head of the log."""
        self.kill("writer")
        until(
            lambda: not self.number("acts", "SELECT count(*) FROM chassis.event_staging"),
            "staging becomes empty",
        )
        for reader in readers:
            there = f"SELECT count(*) FROM chassis.cursor WHERE last >= {self.head}"
            arrived = partial(self.number, reader, there)
            until(arrived, f"{reader} reaches {self.head}\n{self.output(reader)}")
        return self.head

    def check(self, *readers: str) -> None:
        """Assert that every acknowledged act is one event, and that effects are the events, once and in order."""
        log = self.log()
        assert len(log) == self.head
        assert find_violations(log) == []
        assert set(self.journal()) <= {row[3] for row in log}, "an acknowledged act is not in the log"
        total = self.number("acts", "SELECT sum(version) FROM subject")
        assert total == self.head, "each committed act is one event"
        for reader in readers:
            assert self.rows(reader, EFFECTS) == log, f"{reader}: effects are the events, once, in order"
        assert self.outcomes()["parked"] == 0

    def outcomes(self) -> Counter[str]:
        """Sum up what the readers did; ``applied`` also by the way it came: ``follow`` (feed) or ``taker`` (push)."""
        total: Counter[str] = Counter()
        for reader in ("feed", "rabbit"):
            for line in (self.place(reader) / "outcomes").read_text().splitlines():
                way, *counts = line.split()
                if len(counts) == 4:
                    total.update(
                        dict(zip(("applied", "dropped", "gaps", "parked"), map(int, counts), strict=True))
                    )
                    total[way] += int(counts[0])
        return total


@pytest.fixture(scope="module")
def broker() -> Iterator[rabbits.Rabbit]:
    """Give a private RabbitMQ node."""
    if (words := rabbits.missing()) is not None:
        pytest.skip(words)
    folder = Path(tempfile.mkdtemp(prefix="shanyraq-rabbit-"))
    with rabbits.Rabbit(folder, PORT + 10) as node:
        yield node
    shutil.rmtree(folder)


@pytest.fixture
def house(databases, tmp_path: Path) -> Iterator[House]:
    """Give a house with three databases and nobody in it."""
    names = {role: databases.create(databases.template(None)) for role in ("acts", "feed", "rabbit")}
    environment = {
        "PUBLIC_URL": "http://localhost:26100",
        "SECRET_KEY": "crash-suite-" + "0" * 32,
        "CLIENT_SECRET": "crash-suite",
        "LISTEN": f"127.0.0.1:{PORT}",
        "PEERS": f"acts=http://127.0.0.1:{PORT},auth=http://127.0.0.1:{PORT}",
        "LOG_LEVEL": "WARNING",
    }
    made = House(tmp_path, {role: databases.url(name) for role, name in names.items()}, environment)
    made.connections["acts"].execute(
        "CREATE TABLE subject (name text PRIMARY KEY, version integer NOT NULL DEFAULT 0)"
    )
    made.connections["acts"].execute(
        "INSERT INTO subject SELECT 'subject-' || n FROM generate_series(0, 99) n"
    )
    for reader in ("feed", "rabbit"):
        made.connections[reader].execute(
            "CREATE TABLE effect (place serial, sequence bigint, subject text, version integer, act text)"
        )
    yield made
    made.close()
    for name in names.values():
        databases.drop(name)


@pytest.fixture
def wait() -> Callable[..., None]:
    return until


@pytest.fixture
def violations() -> Callable[[Iterable[tuple]], list[str]]:
    return find_violations
