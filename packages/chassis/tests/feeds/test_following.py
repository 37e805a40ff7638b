"""Following a feed over HTTP: through the real routes, with a real token, into the real ingest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from chassis import clock, cursors
from chassis.consumer import FeedSource, Follower
from chassis.db import unit_of_work
from chassis.events import HEAD, LOG
from chassis.ingest import Ingest, Stopped
from chassis.machine import Machine, NoToken
from chassis.numberer import number_all, renew_identity
from chassis.outbox import record
from chassis.settings import Settings
from chassis.testing import tokens
from chassis.worker import Worker, register

FEED = "portal/teaching"
DISCIPLINE = {
    "discipline_id": "019aaf4e-0051-7c31-9b5d-4f1e00000051",
    "code": "KP 2204",
    "title": {"kk": "Қылмыстық құқық", "ru": "Уголовное право"},
    "department_code": "criminal-law",
}


class Peers:
    """The network between services: the portal is the application under test, auth gives tokens while it is ``up``."""

    def __init__(self, app) -> None:
        self.portal = httpx.WSGITransport(app)
        self.up = True
        self.asked: list[httpx.Request] = []
        self.answer = httpx.Response(200, json=["library.card.read"])

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.host == "portal.test":
            return self.portal.handle_request(request)
        if not self.up:
            raise httpx.ConnectError("auth is away", request=request)
        return self.token(request) if request.url.path == "/auth/token" else self.answer

    def token(self, request: httpx.Request) -> httpx.Response:
        form = dict(
            part.split("=")
            for part in request.content.decode().replace("%3A", ":").replace("%2F", "/").split("&")
        )
        token = tokens.program_token(
            "http://localhost:8000/auth", form["audience"], (form["scope"],), client_id="library"
        )
        return httpx.Response(200, json={"access_token": token, "token_type": "Bearer", "expires_in": 300})


@pytest.fixture
def peers(app) -> Peers:
    return Peers(app)


@pytest.fixture
def client(peers) -> Iterator[httpx.Client]:
    with httpx.Client(transport=httpx.MockTransport(peers.handle)) as made:
        yield made


@pytest.fixture
def library(environment) -> Settings:
    peers = {"PEERS": "auth=http://auth.test,portal=http://portal.test", "CLIENT_SECRET": "s3cret"}
    return Settings.load("library", environment | peers)


@pytest.fixture
def machine(library, client) -> Machine:
    return Machine(library, client)


@pytest.fixture
def source(library, machine, client) -> FeedSource:
    return FeedSource(library, machine, client)


@pytest.fixture
def seen() -> list[str]:
    return []


@pytest.fixture
def follower(engine, source, seen) -> Follower:
    handlers = {"portal.discipline.recorded.v1": [lambda _session, event: seen.append(event.subject)]}
    return Follower(FEED, Ingest(engine, handlers, source), source)


def teach(engine, *subjects: str) -> None:
    with unit_of_work(engine) as session:
        for subject in subjects:
            record(session, "portal.discipline.recorded.v1", feed=FEED, subject=subject, data=DISCIPLINE)
    number_all(engine)


def cursor(engine) -> cursors.Cursor:
    with unit_of_work(engine) as session:
        return cursors.get(session, FEED)


def test_a_follower_takes_in_what_is_new(engine, follower, seen):
    teach(engine, "a", "b")
    follower.step()
    teach(engine, "c")
    follower.step()
    assert seen == ["a", "b", "c"]
    assert (cursor(engine).last, cursor(engine).lag) == (3, 0)


def test_waiting_for_the_next_event_it_takes_it_in_at_once(engine, follower, seen):
    thread = threading.Thread(target=follower.step)
    thread.start()
    teach(engine, "a")
    thread.join(10)
    assert seen == ["a"]


def test_a_head_below_the_cursor_stops_the_feed(engine, follower, seen):
    """A restored backup lost events that we have."""
    teach(engine, "a", "b")
    follower.step()
    with unit_of_work(engine) as session:
        session.execute(LOG.delete().where(LOG.c.sequence == 2))
        session.execute(HEAD.update().values(head=1))
    with pytest.raises(Stopped, match="our cursor 2 is not served"):
        follower.step()
    assert cursor(engine).alarm is not None
    teach(engine, "b, again")
    with pytest.raises(Stopped):
        follower.step()
    assert seen == ["a", "b"]


def test_another_identity_of_the_log_stops_the_feed_even_when_nothing_is_new(engine, follower):
    teach(engine, "a")
    follower.step()
    with engine.connect() as connection:
        renew_identity(connection)
    with pytest.raises(Stopped, match="the cursor follows"):
        _step_without_waiting(follower)


def _step_without_waiting(follower: Follower) -> None:
    """Step as with a broker, so that an empty feed answers at once."""

    class There:
        def down_for(self) -> float:
            return 0.0

    follower._link = There()
    follower.step()


def test_a_cursor_older_than_what_is_kept_stops_the_feed(engine, follower):
    teach(engine, "a", "b", "c")
    with unit_of_work(engine) as session:
        session.execute(LOG.delete().where(LOG.c.sequence <= 2))
        session.execute(HEAD.update().values(oldest=3))
    with pytest.raises(Stopped, match="'Feed-Oldest': '3'"):
        follower.step()


def test_an_unknown_peer_is_an_absent_peer(source):
    with pytest.raises(httpx.ConnectError, match="PEERS"):
        source.read("ejournal/marks", 0)


def test_something_that_is_no_feed_is_not_taken_for_one(library, machine):
    page = httpx.MockTransport(lambda _request: httpx.Response(200, html="<h1>Maintenance</h1>"))
    with httpx.Client(transport=page) as client, pytest.raises(httpx.DecodingError):
        FeedSource(library, machine, client).read(FEED, 0)


def test_a_token_is_kept_until_shortly_before_it_expires(machine, peers):
    with clock.frozen(clock.now()) as now:
        first = machine.token("portal", f"feed:{FEED}")
        now.advance(minutes=3)
        assert machine.token("portal", f"feed:{FEED}") == first
        now.advance(minutes=1.5)
        assert machine.token("portal", f"feed:{FEED}") != first
    assert len(peers.asked) == 2
    assert peers.asked[0].headers["Authorization"] == "Basic bGlicmFyeTpzM2NyZXQ="


def test_while_auth_is_away_the_old_token_still_reads(engine, follower, peers, seen):
    teach(engine, "a")
    with clock.frozen(clock.now()) as now:
        follower.step()
        peers.up = False
        now.advance(minutes=15)
        teach(engine, "b")
        follower.step()
        assert seen == ["a", "b"]
        now.advance(minutes=6)
        with pytest.raises(NoToken, match="auth is away"):
            follower.step()


def test_a_refused_token_is_thrown_away(machine, library):
    refusing = httpx.MockTransport(lambda _request: httpx.Response(401))
    with httpx.Client(transport=refusing) as client, pytest.raises(httpx.HTTPStatusError):
        FeedSource(library, machine, client).read(FEED, 0)
    assert machine._kept == {}


def test_permissions_are_registered_with_auth(service, library, machine, client, peers):
    from chassis.permissions import catalogue

    register(client, library, machine, service, catalogue("library", service.root).values())
    asked = peers.asked[-1]
    assert (asked.method, asked.url.path) == ("PUT", "/auth/api/v1/catalogues/library")
    assert b'"code":"library.operator.use"' in asked.content
    peers.answer = httpx.Response(503)
    with pytest.raises(httpx.HTTPStatusError):
        register(client, library, machine, service, [])


def test_a_worker_numbers_until_it_is_told_to_stop(engine, service, settings):
    worker = Worker(service, settings)
    thread = threading.Thread(target=worker.run)
    thread.start()
    with unit_of_work(engine) as session:
        record(session, "portal.discipline.recorded.v1", feed=FEED, subject="a", data=DISCIPLINE)
    deadline = clock.monotonic() + 20
    numbered = text("SELECT count(*) FROM chassis.event_log")
    while clock.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.scalar(numbered):
                break
    worker.stop.set()
    thread.join(15)
    assert not thread.is_alive()
    with engine.connect() as connection:
        assert connection.scalar(numbered) == 1


def test_a_worker_follows_what_is_declared_and_the_grants(service, settings):
    worker = Worker(service, settings)
    assert worker.feeds() == ("auth/people", "auth/access")
    assert {
        "numberer",
        "follow auth/people",
        "follow auth/access",
        "parked",
        "jobs",
        "board",
        "registrar",
    } == set(worker.tasks())
    worker.engine.dispose()
    worker.client.close()


def test_a_job_runs_once_at_a_time_and_survives_its_failures(engine, settings):
    from chassis.jobs import run_job
    from chassis.service import Job

    ran: list[str] = []

    def outer(_session, _settings) -> None:
        ran.append("outer")
        assert not run_job(engine, settings, job), "it is running already"

    job = Job("outer", timedelta(hours=1), outer)
    assert run_job(engine, settings, job)
    assert ran == ["outer"]
    assert not run_job(engine, settings, Job("broken", timedelta(hours=1), lambda *_: 1 / 0))
