"""Load the demo academy into a running house, in the order in which an academy starts.

Every step is one unit of work of one service. Between the steps the services tell each other by their own feeds; the loader only
waits until what it needs has arrived.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from uuid import UUID

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import make_engine, unit_of_work
from chassis.service import load as load_service
from dev.demo import academy, auth, earlier, ejournal, library, portal

WAIT_SECONDS = 240
BEAT_SECONDS = 0.1
PROCESSES = 2


def engine_of(name: str) -> Engine:
    """Open the database of a service by its settings in the environment."""
    service, _create = load_service(name)
    return make_engine(service.settings.load(name, os.environ).database_url, pool_size=2)


def wait_for(what: str, engine: Engine, arrived: Callable[[Session], bool]) -> None:
    """Wait until something has arrived in a database.

    Raises:
        TimeoutError: it did not within `WAIT_SECONDS`.
    """
    beat, deadline = threading.Event(), clock.monotonic() + WAIT_SECONDS
    while True:
        with unit_of_work(engine) as session:
            if arrived(session):
                return
        if clock.monotonic() > deadline:
            raise TimeoutError(f"waited {WAIT_SECONDS} s for {what}")
        beat.wait(BEAT_SECONDS)


def load() -> None:
    """Load everything; what is there already stays as it is."""
    day = clock.today()
    made = academy.generate(day)
    engines = {name: engine_of(name) for name in ("auth", "portal", "ejournal", "library", "website")}
    _people(engines, made)
    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(_library, engines["library"], made), pool.submit(_website, engines["website"])]
        _teaching(engines, made)
        for other in others:
            other.result()
    for engine in engines.values():
        _note_what_is_there(engine)
        engine.dispose()


def _note_what_is_there(engine: Engine) -> None:
    """Let the database gather statistics now, as after any large load.

    By itself it does within a minute. A plan that a connection of the web chose before stays with it, though: a mark cost the
    database up to half as much again as on a house started a second time.
    """
    with unit_of_work(engine) as session:
        session.execute(text("ANALYZE"))


def _people(engines: dict[str, Engine], made: academy.Academy) -> None:
    with unit_of_work(engines["auth"]) as session:
        auth.load(session, made, day=clock.today())


def _teaching(engines: dict[str, Engine], made: academy.Academy) -> None:
    from portal.groups.model import Person

    people = len(made.people)
    wait_for("people in the portal", engines["portal"], lambda s: _count(s, Person) >= people)
    with unit_of_work(engines["portal"]) as session:
        portal.load(session, made)
    subjects = len({(a.discipline_code, a.group_code) for a in made.assignments})
    wait_for("journals", engines["ejournal"], lambda s: ejournal.ready(s, subjects))
    with unit_of_work(engines["ejournal"]) as session:
        journals = ejournal.journals(session)
    wait_for("journals of the earlier term", engines["ejournal"], lambda s: earlier.ready(s, made))
    with unit_of_work(engines["ejournal"]) as session:
        earlier.load(session, made)
    # Processes, because each holds its own clock at the evenings on which marks were published.
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_fill, enumerate(journals), chunksize=4))


def _fill(numbered: tuple[int, tuple[UUID, UUID]]) -> None:
    number, (journal_id, teacher) = numbered
    with unit_of_work(_engine("ejournal")) as session:
        ejournal.fill(session, journal_id=journal_id, teacher=teacher, number=number, day=clock.today())


@cache
def _engine(name: str) -> Engine:
    """Keep one engine a process."""
    return engine_of(name)


def _library(engine: Engine, made: academy.Academy) -> None:
    from library.readers.model import Reader

    people = len(made.people)
    wait_for("readers in the library", engine, lambda s: _count(s, Reader) >= people)
    with unit_of_work(engine) as session:
        library.load(session, day=clock.today(), now=clock.now())


def _website(engine: Engine) -> None:
    module = import_module("dev.demo.website")
    with unit_of_work(engine) as session:
        module.load_demo(session, clock.now())


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
