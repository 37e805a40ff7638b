"""A database that is down: clear words with a time to come back, nothing kept, and all is well when it is back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, make_url, select
from tests.bad_input.conftest import SERVICES, speak, words
from tests.bad_input.test_keys import API

from chassis import clock
from chassis.db import unit_of_work
from chassis.events import STAGING
from chassis.outbox import record
from chassis.worker import Worker

PAGES = {
    "auth": "/auth/people",
    "portal": "/portal/calendar",
    "ejournal": "/journal/",
    "library": "/library/",
    "website": "/website/edit/",
}
Away = Callable[[], Any]


@pytest.fixture
def away(cluster: str, database: str) -> Away:
    """Give a context in which nobody reaches the database and every open connection is cut."""
    name = make_url(database).database or ""
    admin = make_url(cluster).set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def closed() -> Iterator[None]:
        with psycopg.connect(admin, autocommit=True) as connection:
            allow = sql.SQL("alter database {} with allow_connections {}")
            connection.execute(allow.format(sql.Identifier(name), sql.Literal(False)))
            connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [name]
            )
            try:
                yield
            finally:
                connection.execute(allow.format(sql.Identifier(name), sql.Literal(True)))

    return closed


@pytest.mark.parametrize("service", SERVICES, indirect=True)
def test_without_its_database_a_service_says_so_and_recovers_by_itself(
    service: Any, away: Away, master: Any, tally: Callable[[], Any]
) -> None:
    page = PAGES[service.name]
    api, body, _change = API.get(service.name, ("/journal/api/v1/journals", None, None))
    assert master.get(page).status_code == 200
    before = tally()
    with away():
        for language, expected in (
            ("kk", "Жүйенің бұл бөлігі қазір қолжетімсіз"),
            ("ru", "сейчас недоступна"),
        ):
            speak(master, language)
            shown, told = master.get(page), master.post(api, json=body) if body else master.get(api)
            for answer in (shown, told):
                assert answer.status_code == 503
                assert int(answer.headers["Retry-After"]) > 0
                assert expected in words(answer)
            assert told.mimetype == "application/problem+json"
        assert master.get(f"{service.base}/health/ready").status_code == 503
        assert master.get(f"{service.base}/health/live").status_code == 200
    assert tally() == before
    assert master.get(page).status_code == 200
    if body:
        assert master.post(api, json=body).status_code == 201


@pytest.mark.parametrize("service", ["website"], indirect=True)
def test_a_worker_waits_for_its_database_and_goes_on(
    service: Any, settings: Any, away: Away, engine: Engine
) -> None:
    """One process lives through it: nothing is started anew from outside."""
    worker = Worker(service, settings)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    done = threading.Event()
    try:
        publish(engine)
        until_numbered(engine, done)
        with away():
            assert not done.wait(2), "it has the time to fail and to fail again"
            assert thread.is_alive()
        publish(engine)
        until_numbered(engine, done)
    finally:
        worker.stop.set()
        thread.join(10)
    assert not thread.is_alive()


def publish(engine: Engine) -> None:
    """Record an event, as a capability does."""
    data = {
        "item_id": "019aaf4e-0051-7c31-9b5d-4f1e00000051",
        "section": "news",
        "kind": "news",
        "title": {"kk": "Сап", "ru": "Строй"},
        "path": {"kk": "/kk/news/1", "ru": "/ru/news/1"},
        "publish_at": "2026-11-23T04:00:00Z",
    }
    with unit_of_work(engine) as session:
        record(session, "website.item.published.v1", feed="website/publications", subject="1", data=data)


def until_numbered(engine: Engine, never: threading.Event) -> None:
    """Wait until the worker took every recorded event over into the log."""
    deadline = clock.monotonic() + 30
    while clock.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.execute(select(STAGING)).first() is None:
                return
        never.wait(0.1)
    raise AssertionError("the worker does not number events")
