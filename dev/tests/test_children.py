"""Children are prefixed, restarted with back-off, and stopped with everything they started."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from dev import children
from dev.children import Child, program

pytestmark = pytest.mark.unit

FAMILY = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print("hello from", child.pid, flush=True)
child.wait()
"""


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline


def started(tmp_path: Path, code: str) -> Child:
    child = Child("library", program([sys.executable, "-c", code], os.environ), tmp_path / "library.log")
    child.start()
    return child


def grandchild(child: Child) -> int:
    until(lambda: child.log.exists() and "hello from" in child.log.read_text())
    return int(child.log.read_text().split()[-1])


def said_by(child: Child, before: set[threading.Thread], capfd: pytest.CaptureFixture[str]) -> str:
    """Read the console once nobody writes on it any more: what is written while it is read may get lost."""
    child.stop()
    until(lambda: not any(one.is_alive() for one in set(threading.enumerate()) - before))
    return capfd.readouterr().err


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_output_is_prefixed_on_the_console_and_plain_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = set(threading.enumerate())
    child = started(tmp_path, "print('one'); print('two')")
    until(lambda: child.log.exists() and "two" in child.log.read_text())
    said = said_by(child, before, capfd)
    assert said.splitlines()[:2] == ["library  | one", "library  | two"]
    assert child.log.read_text().splitlines() == ["one", "two"]


def test_a_child_stops_with_everything_it_started(tmp_path: Path) -> None:
    child = started(tmp_path, FAMILY)
    pid = grandchild(child)
    child.stop()
    until(lambda: gone(pid))
    assert child.died() is not None


def test_a_full_disk_under_the_log_stops_no_child(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "library.log").symlink_to("/dev/full")
    (tmp_path / "library.pid").symlink_to("/dev/full")
    before = set(threading.enumerate())
    # more than a pipe holds, in few lines: whoever is not read any more does not end
    child = started(tmp_path, "for number in range(40): print(f'line {number}', 'x' * 9999)")
    until(lambda: child.died() == 0)
    assert "line 39 " in said_by(child, before, capfd)


def test_a_killed_leader_takes_its_group_along_and_is_started_again(tmp_path: Path) -> None:
    child = started(tmp_path, FAMILY)
    pid, leader = grandchild(child), child.pid
    os.kill(leader, signal.SIGKILL)
    until(lambda: child.died() is not None)

    def again() -> bool:
        child.tend()
        return child.restarts == 1

    until(again)
    until(lambda: gone(pid))
    assert child.pid != leader
    child.stop()


def test_a_child_that_keeps_ending_is_started_less_and_less_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(children, "LONGEST_PAUSE", 0.05)
    child = started(tmp_path, "raise SystemExit(3)")
    pauses = []

    def thrice() -> bool:
        child.tend()
        if child.pause not in pauses and child.restarts:
            pauses.append(child.pause)
        return child.restarts >= 5

    until(thrice)
    child.stop()
    assert pauses == [0.01, 0.02, 0.04, 0.05]
