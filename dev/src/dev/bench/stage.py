"""A running house to measure: its people with living sign-ins, its journals, its processes."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.db import make_engine, unit_of_work
from chassis.service import load as load_service
from chassis.settings import Settings
from dev import state
from dev.bench import cpu, load
from dev.bench.goals import Reached
from dev.testing import House, until

ROUNDS = 5
MANY = 24


@dataclass(frozen=True)
class Desk:
    """A teacher of a journal, signed in."""

    journal_id: UUID
    teacher_id: UUID
    token: str


class Stage:
    """What every measurement needs of the house.

    Attributes:
        house: the running house.
    """

    def __init__(self, house: House) -> None:
        self.house = house

    @property
    def gateway(self) -> str:
        """Where browsers come in."""
        return f"http://127.0.0.1:{self.house.layout.port}"

    def direct(self, service: str) -> str:
        """Give the address of a service behind the gateway."""
        return f"http://127.0.0.1:{self.house.layout.service_port(service)}"

    def headers(self, token: str) -> dict[str, str]:
        """What a browser with a sign-in sends to the gateway."""
        url = self.house.url
        return {
            "Host": url.removeprefix("http://"),
            "Cookie": f"at={token}; prefs=lang=ru",
            "Origin": url,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
        }

    def settings(self, service: str) -> Settings:
        """Read the settings of a service of this house."""
        declared, _create = load_service(service)
        return declared.settings.load(service, self.house.layout.service_environment(service))

    @contextmanager
    def session(self, service: str) -> Iterator[Session]:
        """Open a unit of work on the database of a service."""
        engine = make_engine(self.settings(service).database_url, pool_size=1)
        try:
            with unit_of_work(engine) as session:
                yield session
        finally:
            engine.dispose()

    def address(self, service: str) -> dict[str, str]:
        """Give the database of a service as libpq's variables."""
        layout = self.house.layout
        port, password = str(layout.postgres_port), state.password(layout, service)
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": port,
            "PGUSER": service,
            "PGDATABASE": service,
            "PGPASSWORD": password,
        }

    def sign_ins(self, people: Sequence[UUID]) -> list[tuple[str, str]]:
        """Sign people in, through the use cases of auth; give each a token for five minutes and the secret that renews it."""
        from auth.accounts.model import Account
        from auth.sessions import service, tokens

        settings: Any = self.settings("auth")
        made = []
        with self.session("auth") as session:
            # As after their first sign-in: who has yet to choose a password gets no second token.
            session.execute(update(Account).where(Account.person_id.in_(people)).values(must_change=False))
            for person in people:
                row, secret = service.open_(session, person_id=person, address="127.0.0.1", device="bench")
                session.flush()
                made.append((tokens.for_person(session, row=row, settings=settings), secret))
        return made

    def tokens(self, people: Sequence[UUID]) -> list[str]:
        """Sign people in; give each a token for five minutes."""
        return [token for token, _secret in self.sign_ins(people)]

    def token_of(self, login: str) -> str:
        """Sign in the person of a demo sign-in."""
        query = "SELECT person_id FROM account WHERE login = %s"
        return self.tokens([self.house.sql("auth", query, login)[0][0]])[0]

    @cached_property
    def journals(self) -> list[tuple[UUID, UUID]]:
        """Journals, each with one of its teachers."""
        query = "SELECT journal_id, min(person_id::text)::uuid FROM journal_teacher GROUP BY 1 ORDER BY 1 LIMIT 48"
        return [(row[0], row[1]) for row in self.house.sql("ejournal", query)]

    def desks(self, count: int = MANY) -> list[Desk]:
        """Sign in the teachers of some journals."""
        some = self.journals[:count]
        signed = self.tokens([teacher for _journal, teacher in some])
        return [Desk(journal, teacher, token) for (journal, teacher), token in zip(some, signed, strict=True)]

    @property
    def roots(self) -> cpu.Roots:
        """The components' processes as they are now."""
        layout = self.house.layout
        ports = {name: layout.service_port(name) for name in layout.services}
        ports["gateway"] = layout.port
        found = cpu.Roots({})

        def complete() -> bool:
            nonlocal found
            found = cpu.find_roots(ports)
            return len(found.by_name) == len(ports)

        until(complete, "all components listen", 60)
        postmaster = (layout.state / "postgres" / "postmaster.pid").read_text().split()[0]
        return cpu.Roots({**found.by_name, "postgres": int(postmaster)})

    @property
    def supervisor(self) -> int:
        """The process that looks after all others."""
        return psutil.Process(self.roots.by_name["gateway"]).ppid()

    def group(self, service: str) -> int:
        """Give the process group of a service."""
        return os.getpgid(self.roots.by_name[service])

    def burn(self, components: Sequence[str], work: Callable[[], load.Run]) -> tuple[load.Run, float]:
        """Do some work and tell what it cost.

        Args:
            components: whose CPU counts; none means all.
            work: a run of load.

        Returns:
            The run, and CPU milliseconds of the components per answered request.
        """
        roots = self.roots.all(*components)
        before = cpu.seconds(roots)
        run = work()
        spent = cpu.seconds(roots) - before
        return run, 1000 * spent / max(1, run.done)


@dataclass(frozen=True)
class Measured:
    """Medians over the rounds of one thing."""

    cpu: float
    per_second: float
    p50: float
    p95: float
    errors: int

    @property
    def reached(self) -> Reached:
        """The CPU of a request; nothing when requests were refused or broken."""
        if self.errors or not self.per_second:
            return Reached(None, f"{self}, {self.errors} errors")
        return Reached(self.cpu, str(self))

    def __str__(self) -> str:
        return f"{self.per_second:.0f}/s, p50 {self.p50:.2f} ms, p95 {self.p95:.2f} ms"


def middle(rounds: Sequence[tuple[load.Run, float]]) -> Measured:
    """Take the medians of some rounds; errors are added up."""
    runs = [run for run, _cpu in rounds]
    return Measured(
        median(cost for _run, cost in rounds),
        median(run.per_second for run in runs),
        median(run.p50 for run in runs),
        median(run.p95 for run in runs),
        sum(run.errors for run in runs),
    )


Side = Callable[[], tuple[load.Run, float]]


def interleave(*sides: Side, rounds: int = ROUNDS) -> list[Measured]:
    """Measure things in turn, A B A B, and give the medians of each."""
    found: list[list[tuple[load.Run, float]]] = [[] for _side in sides]
    for _round in range(rounds):
        for place, side in enumerate(sides):
            found[place].append(side())
    return [middle(rounds_) for rounds_ in found]
