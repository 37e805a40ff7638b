"""One frozen look at all databases of a house: what every invariant is checked on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from chassis import contracts
from chassis.db import make_engine
from chassis.events import HEAD, LOG_IDENTITY
from chassis.files import Store
from chassis.permissions import FEED as ACCESS
from chassis.service import Service
from chassis.service import load as load_service
from chassis.settings import Settings
from chassis.verify import read_keys
from dev.invariants import shadows
from dev.invariants.claims import Claim
from dev.layout import Layout

PATIENCE = 300_000
"""Milliseconds one statement may take: recomputing a year's journals is no page."""


@dataclass(frozen=True)
class View:
    """What a check may look at.

    Attributes:
        sessions: by service; one that is not here is not looked at.
        keys: the public keys each service's audit may be sealed with.
        claims: what clients say they were answered.
        heads: by feed, the log's identity and its head, read before everything else.
        files: where the papers of statements are kept.
        logs: sessions that see at least the events every projection has seen; the same as `sessions` when nothing moves.
    """

    sessions: Mapping[str, Session]
    keys: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    claims: Sequence[Claim] = ()
    heads: Mapping[str, tuple[UUID, int]] = field(default_factory=dict)
    files: Store | None = None
    logs: Mapping[str, Session] = field(default_factory=dict)

    def log_of(self, feed: str) -> Session | None:
        """Give the session in which the log of a feed is read."""
        service = feed.partition("/")[0]
        return (self.logs or self.sessions).get(service)

    def get(self, service: str) -> Session | None:
        """Give the session of a service, or nothing when it is not here."""
        return self.sessions.get(service)


@cache
def declared(service: str) -> Service:
    """Give the declaration of a service."""
    return load_service(service)[0]


def subscriptions(service: str) -> tuple[str, ...]:
    """List the feeds a service follows."""
    one = declared(service)
    asked = contracts.consumes(one.root / one.consumes) if one.consumes else {}
    own = () if ACCESS in one.feeds else (ACCESS,)
    return tuple(dict.fromkeys([*asked, *own]))


def read_heads(sessions: Mapping[str, Session]) -> dict[str, tuple[UUID, int]]:
    """Read where every feed stands."""
    query = select(HEAD.c.feed, LOG_IDENTITY.c.identity, HEAD.c.head)
    return {
        row.feed: (row.identity, row.head)
        for session in sessions.values()
        for row in session.execute(query.join_from(HEAD, LOG_IDENTITY, text("true")))
    }


def addresses(layout: Layout) -> dict[str, str]:
    """Give the database of each service of a house."""
    found = {}
    for name in layout.services:
        settings: Settings = declared(name).settings.load(name, layout.service_environment(name))
        found[name] = settings.database_url
    return found


def public_keys(layout: Layout) -> dict[str, Sequence[bytes]]:
    """Read the keys that lie beside each service for the inspector."""
    found: dict[str, Sequence[bytes]] = {}
    for name in layout.services:
        path: Path = layout.state / name / "audit-public.pem"
        found[name] = read_keys(path.read_text(encoding="utf-8")) if path.exists() else ()
    return found


def papers(layout: Layout) -> Store:
    """Give the store the journal keeps its papers in."""
    settings: Settings = declared("ejournal").settings.load(
        "ejournal", layout.service_environment("ejournal")
    )
    return Store(settings.files_url)


@contextmanager
def opened(urls: Mapping[str, str], **more: Any) -> Iterator[View]:
    """Open a view of running databases, each one snapshot in a transaction that cannot write.

    Args:
        urls: by service.
        more: `keys`, `claims` and `files` of the view.
    """
    with ExitStack() as stack:
        connections = {name: stack.enter_context(_connected(url)) for name, url in urls.items()}
        behind = {name: stack.enter_context(_connected(url)) for name, url in urls.items()}
        heads = read_heads({name: Session(one) for name, one in connections.items()})
        for name, connection in connections.items():
            connection.rollback()
            with connection.begin():
                shadows.create(connection, name)
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        sessions = {name: stack.enter_context(Session(one)) for name, one in connections.items()}
        for session in sessions.values():
            session.execute(text("SELECT 1"))
        logs = {name: stack.enter_context(Session(one)) for name, one in behind.items()}
        yield View(sessions, heads=heads, logs=logs, **more)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = make_engine(url, application_name="shanyraq check", pool_size=1, statement_timeout=PATIENCE)
    try:
        with engine.connect() as connection:
            with connection.begin():
                connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            yield connection
            connection.detach()
    finally:
        engine.dispose()
