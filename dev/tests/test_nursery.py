"""What comes out of the nursery is a program of its own: its words, its end, its group; nobody's death touches another's."""

import os
import signal
from collections.abc import Callable, Iterator

import psutil
import pytest

from dev.layout import Refusal
from dev.nursery import Forked, Nursery
from dev.testing import until

pytestmark = pytest.mark.unit


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.stop()


@pytest.fixture
def follower(nursery: Nursery) -> Iterator[Callable[[], Forked]]:
    """A program that waits until it is told to end: the worker of a service that cannot reach anything."""
    begun: list[Forked] = []
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
        "SECRET_KEY": "k" * 48,
        "CLIENT_SECRET": "c" * 48,
        "PUBLIC_URL": "http://localhost:1",
        "JWKS_URL": "http://127.0.0.1:1/jwks.json",
        "STATE_DIR": "/nonexistent",
    }

    def begin() -> Forked:
        begun.append(nursery.spawn(("library", "worker"), environment))
        return begun[-1]

    yield begin
    for program in begun:
        program.stdout.close()
        program.send_signal(signal.SIGKILL)
        program.wait(10)


def test_its_words_and_its_exit_code_come_back(nursery: Nursery) -> None:
    program = nursery.spawn(("library", "migrate"), {"PATH": os.environ["PATH"]})
    with program.stdout:
        said = program.stdout.read().decode()
    assert "DATABASE_URL" in said
    assert program.wait(10) == 1
    assert program.poll() == 1


def test_it_is_our_child_in_a_session_of_its_own(follower: Callable[[], Forked]) -> None:
    program = follower()
    assert psutil.Process(program.pid).ppid() == os.getpid()
    assert os.getpgid(program.pid) == os.getsid(program.pid) == program.pid
    assert program.poll() is None


def test_the_death_of_one_touches_no_other(nursery: Nursery, follower: Callable[[], Forked]) -> None:
    one, two = follower(), follower()
    os.killpg(one.pid, signal.SIGKILL)
    assert one.wait(10) == -signal.SIGKILL
    os.kill(nursery.pid, signal.SIGKILL)
    until(lambda: psutil.Process(nursery.pid).status() == psutil.STATUS_ZOMBIE, "the nursery is gone")
    assert two.poll() is None
    three = follower()
    assert three.poll() is two.poll() is None
    assert psutil.Process(nursery.pid).is_running()


def test_a_nursery_that_cannot_begin_is_said(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(Refusal, match="library migrate could not be started"):
        nursery.spawn(("library", "migrate"), {})
