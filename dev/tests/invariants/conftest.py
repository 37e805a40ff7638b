"""A small academy in four scratch databases, told and followed by the real code; whatever is planted in it is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from auth.accounts import service as accounts
from auth.people import service as people
from auth.sessions import service as sign_ins
from chassis import clock, feed
from chassis.db import make_engine, new_id, unit_of_work
from chassis.files import Store
from chassis.ingest import Ingest
from chassis.numberer import number_all
from chassis.sealing_key import private_key, public_bytes
from dev.drill import scene as drill
from dev.invariants import shadows
from dev.invariants.view import View, declared, read_heads, subscriptions
from library.acquisition.service import add_copies
from library.cataloguing.model import Record
from library.lending.service import give_back, issue

SERVICES = ("auth", "portal", "ejournal", "library")
LIBRARIAN = UUID(int=11)
FOLLOWED = ("auth", "portal", "library")
"""The journal of the scene was not told by events; what it projects is compared on the real house."""


class Scratch:
    """The databases of the academy."""

    def __init__(self, engines: dict[str, Engine], played: drill.Scene) -> None:
        self.engines, self.files = engines, played.store
        self.keys = {"ejournal": [public_bytes(private_key(played.audit_key))]}

    @contextmanager
    def planted(self, *services: str, **more: Any) -> Iterator[tuple[View, Callable[..., None]]]:
        """Look at the academy, and plant in it without a guard in the way; nothing of it is kept.

        Yields:
            The view, and a function that runs a statement in a service's database.
        """
        with ExitStack() as stack:
            sessions = {}
            for name in services or SERVICES:
                connection = stack.enter_context(self.engines[name].connect())
                shadows.create(connection, name)
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                sessions[name] = stack.enter_context(Session(connection))

            def plant(service: str, statement: str, **values: Any) -> None:
                assert sessions[service].execute(text(statement), values).rowcount

            heads = read_heads(sessions)
            yield View(sessions, keys=self.keys, heads=heads, files=self.files, **more), plant
            for session in sessions.values():
                session.rollback()


def _tell_people(engine: Engine) -> list[UUID]:
    with unit_of_work(engine) as session:
        made = []
        for number in range(3):
            values = {
                "number": f"N-{number}", "family_name": "Әлиев", "given_name": "Арман", "patronymic": None,
                "kind": "learner", "group_code": "ҚІ-24-1", "department_code": None, "language": "kk",
            }  # fmt: skip
            person = people.create(session, values=values, actor="test")
            accounts.create(session, person=person, actor="test")
            made.append(person.id)
        row, _secret = sign_ins.open_(session, person_id=made[0], address="127.0.0.1", device="test")
        session.flush()
        sign_ins.end(session, row=row, reason="signed-out", actor=made[0])
    return made


def _lend(engine: Engine, reader: UUID) -> None:
    now = clock.now()
    with unit_of_work(engine) as session:
        words = dict.fromkeys(
            ("title", "sort_key", "folded", "folded_people", "folded_subjects", "folded_rest"), "Кітап"
        )
        lists: dict[str, Any] = {name: [] for name in ("fields", "authors", "isbns", "subjects", "classes")}
        record = Record(
            id=new_id(), format="marc21", encoding="utf-8", control_number="1", raw=b"", kind="book", created_at=now, **words, **lists
        )  # fmt: skip
        session.add(record)
        session.flush()
        [copy] = add_copies(session, record_id=record.id, count=1, place="Қор", by=LIBRARIAN, now=now)
        issue(session, barcode=copy.barcode, reader_id=reader, by=LIBRARIAN, today=clock.today(), now=now)
        give_back(session, barcode=copy.barcode, by=LIBRARIAN, now=now + timedelta(minutes=1))


def _follow(engines: dict[str, Engine]) -> None:
    """Number what was recorded, and let every service follow what it subscribed to, as its worker would."""
    for engine in engines.values():
        number_all(engine)
    for name in FOLLOWED:
        ingest = Ingest(engines[name], declared(name).handlers)
        for one in subscriptions(name):
            source = engines.get(one.partition("/")[0])
            if source is None:
                continue
            with unit_of_work(source) as session:
                batch = feed.read(session, one, 0)
            ingest(one, batch.log, batch.events)


@pytest.fixture(scope="module")
def scratch(databases: Any, tmp_path_factory: Any) -> Iterator[Scratch]:
    names = {name: databases.create(databases.template(declared(name))) for name in SERVICES}
    engines = {name: make_engine(databases.url(one)) for name, one in names.items()}
    played = drill.play(engines["ejournal"], Store(str(tmp_path_factory.mktemp("papers"))))
    reader, *_others = _tell_people(engines["auth"])
    _follow(engines)
    _lend(engines["library"], reader)
    _follow(engines)
    yield Scratch(engines, played)
    for engine in engines.values():
        engine.dispose()
    for one in names.values():
        databases.drop(one)
