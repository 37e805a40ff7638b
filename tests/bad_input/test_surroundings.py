"""Surroundings that are wrong: a clear line in the log, a state the operator sees, never a crash loop, and all is well once they are right."""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text
from structlog.testing import capture_logs
from tests.bad_input.conftest import speak
from tests.bad_input.test_database_away import publish, until_numbered

from chassis import board, clock
from chassis.machine import Machine, NoToken
from chassis.migrate import migrate
from chassis.settings import Settings
from chassis.worker import Worker
from dev.compose import secrets
from dev.compose.project import Project
from dev.images.engine import Engine as Docker
from dev.layout import ROOT, Layout, Refusal
from dev.ports import any_free

SECONDS = 40.0


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for a condition; give its true answer."""
    deadline = clock.monotonic() + SECONDS
    while not (found := condition()):
        assert clock.monotonic() < deadline, f"waited in vain: {what}"
        threading.Event().wait(0.05)
    return found


@contextmanager
def at_work(*workers: Worker) -> Iterator[None]:
    """Run workers, each in a thread, and end them."""
    threads = [threading.Thread(target=worker.run, daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker, thread in zip(workers, threads, strict=True):
            worker.stop.set()
            thread.join(10)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the boards written more often than every five seconds."""
    monkeypatch.setattr(board, "BEAT_SECONDS", 0.2)


def told(operator: Any, base: str, *words: str) -> bool:
    """Tell whether the operator's page says all of it, in Russian."""
    page = speak(operator, "ru").get(f"{base}/operator").get_data(as_text=True)
    return all(word in page for word in words)


@pytest.fixture
def operator(client: Callable[..., Any], service: Any) -> Any:
    return client({f"{service.name}.operator.use": [("institution", None)]})


def test_a_database_out_of_reach_at_the_start_is_waited_for_ever_more_rarely(tmp_path: Path) -> None:
    """A real process: the web says that it is not ready, the worker asks again with growing pauses, and neither ends."""
    port, nobody = any_free(), any_free()
    environment = os.environ | {
        "DATABASE_URL": f"postgresql+psycopg://library:x@127.0.0.1:{nobody}/library",
        "PUBLIC_URL": "http://localhost:1",
        "SECRET_KEY": "only-for-tests-" + "0" * 32,
        "LISTEN": f"127.0.0.1:{port}",
        "STATE_DIR": str(tmp_path),
        "PEERS": f"auth=http://127.0.0.1:{nobody}",
    }
    command = [sys.executable, "-m", "chassis", "library", "serve"]
    said = tmp_path / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=out)
    try:
        until(lambda: _answer(port, "live") == 200, "it lives")
        until(lambda: len(_pauses(said)) >= 3, "it asks again")
        assert _pauses(said)[:3] == [0.5, 1.0, 2.0]
        assert _answer(port, "ready") == 503
        assert process.poll() is None
        assert "Traceback" not in said.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def _answer(port: int, name: str) -> int:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/library/health/{name}", timeout=10).status_code
    except httpx.TransportError:
        return 0


def _pauses(said: Path) -> list[float]:
    lines = [json.loads(line) for line in said.read_text().splitlines() if line.startswith("{")]
    return [line["again_in"] for line in lines if line["event"] == "the database cannot be reached yet"]


@pytest.mark.parametrize("service", ["website"], indirect=True)
def test_a_database_of_an_older_schema_is_named_and_waited_for(
    service: Any, settings: Settings, engine: Engine, database: str, anonymous: Any
) -> None:
    """Back to the revision before; nothing works on it until somebody migrates, then everything does, by itself."""
    with engine.begin() as connection:
        connection.execute(text("drop table chassis.worker"))
        connection.execute(text("alter table chassis.cursor drop column behind_since"))
        connection.execute(text("update chassis.chassis_version set version_num = '0004'"))
    answer = anonymous.get("/website/health/ready")
    assert answer.status_code == 503
    assert answer.get_json(force=True)["missing"][0] == "migrations"
    assert "it has 0004" in answer.get_data(as_text=True)
    publish(engine)
    with at_work(Worker(service, settings)):
        with engine.connect() as connection:
            assert connection.scalar(text("select count(*) from chassis.event_log")) == 0
        migrate(database, migrations=service.root.parents[1] / "migrations")
        until_numbered(engine, threading.Event())
        assert anonymous.get("/website/health/ready").status_code == 200


@pytest.mark.parametrize("service", ["website"], indirect=True)
def test_of_two_workers_one_numbers_and_the_other_stands_by_and_takes_over(
    service: Any, settings: Settings, engine: Engine, operator: Any
) -> None:
    first, second = Worker(service, settings), Worker(service, settings)

    def numbering() -> list[bool]:
        with engine.connect() as connection:
            return ["numberer" in seen.roles for seen in board.list_(connection)]

    with ExitStack() as longer, ExitStack() as shorter:
        shorter.enter_context(at_work(first))
        until(lambda: numbering() == [True], "the first one numbers")
        longer.enter_context(at_work(second))
        until(lambda: told(operator, service.base, "нумерует события", "в резерве"), "both are shown")
        assert sorted(numbering()) == [False, True]
        for _ in range(20):
            publish(engine)
        until_numbered(engine, threading.Event())
        shorter.close()
        until(lambda: numbering() == [True], "the second one takes over, and the first has taken itself off")
        publish(engine)
        until_numbered(engine, threading.Event())
    with engine.connect() as connection:
        rows = connection.execute(text("select sequence from chassis.event_log order by sequence")).scalars()
        assert list(rows) == list(range(1, 22))
    assert told(operator, service.base, "Фоновый процесс не работает"), "both ended in order"


class Peer(http.server.BaseHTTPRequestHandler):
    """A web server that is not what its address promises: it gives tokens, and a page for everything else."""

    def do_POST(self) -> None:
        self._say("application/json", b'{"access_token": "x", "expires_in": 300}')

    def do_GET(self) -> None:
        self._say("text/html; charset=utf-8", b"<!doctype html><title>Welcome</title>")

    do_PUT = do_GET  # noqa: N815 - the library's name

    def _say(self, kind: str, body: bytes) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.mark.parametrize("service", ["library"], indirect=True)
def test_a_feed_address_that_answers_html_is_named(
    service: Any,
    environment: dict[str, str],
    operator: Any,
    engine: Engine,
) -> None:
    with capture_logs() as lines, http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        settings = Settings.load(service.name, environment | {"PEERS": f"auth={address},ejournal={address}"})
        with at_work(Worker(service, settings)):
            words = (
                f"{address}/auth/feeds/auth/people answers text/html",
                "auth/people",
                "а не поток событий",
            )
            until(lambda: told(operator, service.base, *words), "the operator is told")
        server.shutdown()
    named = {line.get("feed") for line in lines if "not a feed" in line["event"]}
    assert "auth/people" in named
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from chassis.cursor where last > 0")) == 0


@pytest.mark.parametrize("service", ["library"], indirect=True)
def test_a_token_address_that_answers_html_is_named(environment: dict[str, str]) -> None:
    page = httpx.MockTransport(lambda _: httpx.Response(200, html="<title>Welcome</title>"))
    with httpx.Client(transport=page) as client:
        settings = Settings.load("library", environment | {"PEERS": "auth=http://auth.test"})
        with pytest.raises(NoToken, match=r"http://auth\.test/auth/token answers text/html"):
            Machine(settings, client).token("auth", "feed:auth/people")


def test_a_missing_secret_keeps_the_containers_from_starting_and_is_named(tmp_path: Path) -> None:
    layout = Layout(27_510, tmp_path)
    secrets.make(tmp_path / "secrets", layout.names)
    for name in ("amqp/library", "key/auth"):
        (tmp_path / "secrets" / name).chmod(0o600)
        (tmp_path / "secrets" / name).write_text("")
    (tmp_path / "secrets" / "postgres").unlink()
    with pytest.raises(Refusal, match=r"missing or empty in .*secrets: postgres, key/auth, amqp/library"):
        Project(layout, Docker(tmp_path / "docker"), look=False).check()
