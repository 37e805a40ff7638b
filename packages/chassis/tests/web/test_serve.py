"""A service as processes: commands, signals, what dies with what."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection

import psutil
import pytest

from chassis.connections import THREADS
from chassis.testing.databases import free_port

APP = '''
from pathlib import Path
from sqlalchemy import text

from chassis.factory import build
from chassis.kept import Kept
from chassis.routes import PUBLIC, SIGNED_IN, api
from chassis.service import Capability, Service
from chassis.settings import Settings

def hello(ctx):
    """Greet."""
    return {"hello": "world"}

def kept(ctx):
    """Tell who is asked; kept."""
    name = ctx.session.scalar(text("SELECT current_user"))
    return Kept(lambda: {"name": name, "query": ctx.request.args.to_dict()})

def echo(ctx):
    """Give back what was sent."""
    return ctx.request.get_json()

HELLO = Capability(
    "hello",
    api=(
        api("GET", "/hello", hello, access=PUBLIC),
        api("GET", "/kept", kept, access=SIGNED_IN),
        api("POST", "/echo", echo, access=SIGNED_IN),
    ),
)
SERVICE = Service("served", "/served", "Served", (HELLO,), feeds=("served/things",), folder=Path(__file__).parent)

def create_app(settings):
    return build(SERVICE, settings)
'''
PATIENCE = 30


@pytest.fixture
def place(tmp_path, environment):
    """The environment of a service called `served`, found on the path of this test."""
    package = tmp_path / "src" / "served"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "app.py").write_text(APP)
    path = os.pathsep.join([str(tmp_path / "src"), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, **environment, "PYTHONPATH": path, "LISTEN": f"127.0.0.1:{free_port()}"}


def command(place, *arguments):
    line = [sys.executable, "-m", "chassis", "served", *arguments]
    return subprocess.run(line, env=place, capture_output=True, text=True, check=False, timeout=PATIENCE)


def wait_until(happened):
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def answers(place):
    with (
        suppress(OSError),
        urllib.request.urlopen(f"http://{place['LISTEN']}/served/health/ready", timeout=5) as answer,
    ):
        return answer.status == 200
    return False


@pytest.fixture
def served(place):
    """The running service: the web process and its worker."""
    line = [sys.executable, "-m", "chassis", "served", "serve"]
    process = subprocess.Popen(line, env=place, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is None and answers(place))
        [worker] = psutil.Process(process.pid).children()
        yield process, worker
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def test_group_of_two_answers_and_ends_when_told(place, served):
    web, worker = served
    with urllib.request.urlopen(f"http://{place['LISTEN']}/served/api/v1/hello") as answer:
        assert answer.read() == b'{"hello":"world"}'
    assert os.getpgid(worker.pid) == web.pid
    web.send_signal(signal.SIGTERM)
    assert web.wait(PATIENCE) == 0
    assert not worker.is_running()


def test_more_connections_than_threads_are_all_answered_on_and_on(place, served):
    host, port = place["LISTEN"].split(":")
    with ExitStack() as open_ones:
        lines = [HTTPConnection(host, int(port), timeout=PATIENCE) for _ in range(2 * THREADS)]
        for line in lines:
            open_ones.callback(line.close)
        for _turn in range(3):
            for line in lines:
                line.request("GET", "/served/api/v1/hello")
            assert [line.getresponse().read() for line in lines] == [b'{"hello":"world"}'] * len(lines)


def test_a_connection_is_answered_until_the_service_ends(place, served):
    host, port = place["LISTEN"].split(":")
    line = HTTPConnection(host, int(port), timeout=PATIENCE)
    with closing(line):
        for _turn in range(50):
            line.request("GET", "/served/api/v1/hello")
            assert line.getresponse().read() == b'{"hello":"world"}'
        served[0].send_signal(signal.SIGTERM)
        assert served[0].wait(PATIENCE) == 0


def test_dead_worker_ends_the_group(served):
    web, worker = served
    worker.kill()
    assert web.wait(PATIENCE) == 1


def test_dead_web_ends_the_worker(served):
    web, worker = served
    web.kill()
    web.wait(PATIENCE)
    wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


def test_waiting_feed_does_not_delay_the_end(place, served, settings):
    from chassis.testing import tokens
    from chassis.testing.web import ISSUER

    token = tokens.program_token(ISSUER, "served", ("feed:served/things",))
    host, port = place["LISTEN"].split(":")
    with socket.create_connection((host, int(port))) as waiting:
        waiting.sendall(
            f"GET /served/feeds/served/things?timeout=20000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        time.sleep(0.5)
        began = time.monotonic()
        served[0].send_signal(signal.SIGTERM)
        assert served[0].wait(PATIENCE) == 0
        assert time.monotonic() - began < 8
        assert waiting.recv(100).startswith(b"HTTP/1.1 200")


def test_all_faults_of_the_settings_are_named(place):
    done = command({**place, "DATABASE_URL": "sqlite://", "SECRET_KEY": "short"}, "serve")
    assert done.returncode == 1
    assert "DATABASE_URL must begin with" in done.stderr
    assert "SECRET_KEY must have" in done.stderr


def test_taken_port_is_named(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = command({**place, "LISTEN": address}, "serve")
    assert done.returncode == 1
    assert address.rpartition(":")[2] in done.stdout + done.stderr


def test_migrate_and_openapi(place, tmp_path):
    done = command(place, "migrate")
    assert (done.returncode, done.stdout) == (0, "nothing to do\n")
    done = command(place, "openapi", "--folder", str(tmp_path / "openapi"))
    assert done.returncode == 0
    assert "x-public" in (tmp_path / "openapi" / "served.json").read_text()
