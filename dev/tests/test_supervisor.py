"""`make run` for real, with one service: ready, restarted after a kill, refusing what is in the way, stopped by Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import httpx
import psutil
import pytest

from dev import ports
from dev.layout import ROOT, Layout

READY_SECONDS = 60


@dataclass
class Run:
    """One `python -m dev run`."""

    layout: Layout
    process: "subprocess.Popen[str]"
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)

    def until(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not true():
            assert time.monotonic() < deadline, "".join(self.err[-40:])

    def leader(self) -> psutil.Process | None:
        """Find the process that serves the library."""
        try:
            found = psutil.Process(int((self.layout.state / "log" / "library.pid").read_text()))
            return found if found.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    def nursery(self) -> psutil.Process:
        """Find the process services are forked from."""
        children = psutil.Process(self.process.pid).children()
        written = self.layout.state / "log"
        out_of_it = {int((written / f"{name}.pid").read_text()) for name in ("library", "status")}
        return next(c for c in children if c.pid not in out_of_it and "dev.nest" in c.cmdline())

    def answers(self, path: str) -> int:
        try:
            return httpx.get(self.layout.url + path, timeout=5).status_code
        except httpx.TransportError:
            return 0


def environment(layout: Layout) -> dict[str, str]:
    return {**os.environ, "PORT": str(layout.port), "STATE_DIR": str(layout.state), "ONLY": "library"}


def dev(layout: Layout, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
    arguments = [sys.executable, "-m", "dev", *command]
    return subprocess.run(
        arguments, cwd=ROOT, env={**environment(layout), **more}, capture_output=True, text=True, check=False
    )


def eight_free_ports() -> int:
    for first in range(26410, 26490, 8):
        with socket.socket() as probe:
            if all(probe.connect_ex(("127.0.0.1", port)) for port in range(first, first + 8)):
                return first
    raise AssertionError("no free ports")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    layout = Layout(eight_free_ports(), tmp_path_factory.mktemp("house") / "var", ("library",))
    process = subprocess.Popen(
        [sys.executable, "-m", "dev", "run"],
        cwd=ROOT,
        env=environment(layout),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    run = Run(layout, process)
    readers = [
        Thread(target=lambda: run.out.extend(process.stdout or ())),
        Thread(target=lambda: run.err.extend(process.stderr or ())),
    ]
    with process:
        for reader in readers:
            reader.start()
        run.until(lambda: run.process.poll() is not None or any("ready" in line for line in run.out))
        yield run
        process.send_signal(signal.SIGINT)
        for reader in readers:
            reader.join()


def test_one_line_says_ready_and_one_service_runs_alone(run: Run) -> None:
    assert [line for line in run.out if line.startswith("ready")] == [f"ready {run.layout.url}\n"]
    assert run.answers("/library/openapi.json") == 200
    assert run.answers("/portal/") == 502
    assert run.answers("/status") == 200


def test_the_prober_watches_what_runs_and_writes_the_status_page_clause_14(run: Run) -> None:
    page = run.layout.state / "gateway" / "status" / "status.en.html"
    run.until(lambda: page.exists() and "All services are working" in page.read_text())
    shown = httpx.get(f"{run.layout.url}/status?lang=en").text
    assert "Electronic library" in shown
    assert "Electronic journal" not in shown, "it does not run here"
    assert "Announced work" in shown
    ahead = {
        "FROM": "2030-01-01 10:00",
        "TO": "2030-01-01 11:00",
        "REASON_KK": "Жаңарту",
        "REASON_RU": "Обновление",
    }
    refused = dev(run.layout, "window", **ahead)
    assert (refused.returncode, "year ahead" in refused.stderr) == (2, True)


def test_a_killed_prober_is_started_again_and_goes_on_with_its_history(run: Run) -> None:
    file = run.layout.state / "log" / "status.pid"
    first = _written(file)
    os.kill(first, signal.SIGKILL)
    run.until(lambda: _written(file) not in {0, first})
    assert run.answers("/status") == 200


def test_a_database_is_asked_as_its_owner(run: Run) -> None:
    asked = dev(run.layout, "psql", DB="library", SQL="select current_user, 1 + 1")
    assert (asked.returncode, asked.stdout) == (0, "library|2\n")
    assert dev(run.layout, "psql", DB="library", SQL="nonsense").returncode != 0
    unknown = dev(run.layout, "psql", DB="canteen", SQL="select 1")
    assert (unknown.returncode, "no such database" in unknown.stderr) == (2, True)


def test_a_second_run_and_a_reset_are_refused(run: Run) -> None:
    second = dev(run.layout, "run")
    assert (second.returncode, "is taken" in second.stderr) == (2, True)
    elsewhere = dev(run.layout, "run", PORT=str(run.layout.port + 1000))
    assert (elsewhere.returncode, "in use" in elsewhere.stderr) == (2, True)
    assert dev(run.layout, "reset").returncode == 2
    assert run.answers("/library/openapi.json") == 200


def test_a_killed_group_is_started_again_and_the_gateway_answers_meanwhile(run: Run) -> None:
    leader = run.leader()
    assert leader is not None
    os.killpg(leader.pid, signal.SIGKILL)
    run.until(lambda: run.answers("/library/openapi.json") in {502, 504})
    assert run.answers("/status") == 200
    run.until(lambda: run.answers("/library/openapi.json") == 200)
    again = run.leader()
    assert again is not None
    assert again.pid != leader.pid
    assert any("starting it again" in line for line in run.err)


def test_a_killed_nursery_touches_nothing_and_is_replaced_when_needed(run: Run) -> None:
    leader = run.leader()
    assert leader is not None
    os.kill(run.nursery().pid, signal.SIGKILL)
    assert run.answers("/library/openapi.json") == 200
    assert run.leader() == leader
    os.killpg(leader.pid, signal.SIGKILL)
    run.until(lambda: run.leader() not in {None, leader} and run.answers("/library/openapi.json") == 200)
    assert run.nursery().is_running()


def test_an_upgrade_takes_the_address_over_and_nobody_is_refused(run: Run) -> None:
    leader, over, seen = run.leader(), Event(), Counter[int]()

    def ask() -> None:
        while not over.is_set():
            seen[run.answers("/library/openapi.json")] += 1

    people = [Thread(target=ask) for _person in range(2)]
    for person in people:
        person.start()
    upgraded = dev(run.layout, "upgrade", SERVICE="library gateway")
    over.set()
    for person in people:
        person.join()
    assert upgraded.returncode == 0, upgraded.stderr
    assert upgraded.stdout.startswith("library ready after")
    assert set(seen) == {200}
    again = run.leader()
    assert None is not again != leader
    assert leader is not None
    run.until(lambda: not leader.is_running() or leader.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(
    ("back", "reason"), [("", "cannot be migrated"), ("1", "did not become ready; the old one goes on")]
)
def test_a_release_that_cannot_work_leaves_the_old_one_at_work(run: Run, back: str, reason: str) -> None:
    leader, key = run.leader(), run.layout.secret("key", "library")
    away = key.rename(key.with_suffix(".away"))
    try:
        refused = dev(run.layout, "upgrade", SERVICE="library", BACK=back)
    finally:
        away.rename(key)
    assert (refused.returncode, reason in refused.stderr) == (2, True), refused.stderr
    assert run.leader() == leader
    assert run.answers("/library/openapi.json") == 200


def test_an_upgrade_of_what_does_not_run_is_refused(run: Run, tmp_path: Path) -> None:
    unknown = dev(run.layout, "upgrade", SERVICE="canteen")
    assert (unknown.returncode, "SERVICE=canteen" in unknown.stderr) == (2, True)
    absent = dev(run.layout, "upgrade", SERVICE="portal")
    assert (absent.returncode, "portal does not run here" in absent.stderr) == (2, True)
    nothing = dev(run.layout, "upgrade", SERVICE="library", STATE_DIR=str(tmp_path))
    assert (nothing.returncode, "Nothing runs" in nothing.stderr) == (2, True)


def _written(pid_file: Path) -> int:
    """Read the process id PostgreSQL wrote down; 0 while there is none: it takes the file away and writes it anew."""
    try:
        return int((pid_file.read_text().split() or ["0"])[0])
    except FileNotFoundError:
        return 0


def test_a_killed_postgresql_is_started_again(run: Run) -> None:
    pid_file = run.layout.state / "postgres" / "postmaster.pid"
    first = _written(pid_file)
    os.kill(first, signal.SIGKILL)
    run.until(lambda: _written(pid_file) not in {0, first})
    run.until(lambda: ports.answers(run.layout.ready_url("library")))


def test_ctrl_c_stops_everything(run: Run) -> None:
    family = psutil.Process(run.process.pid).children(recursive=True)
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(60) == 0
    run.until(
        lambda: (
            not [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
        )
    )


def test_a_state_of_an_older_version_starts_nothing(tmp_path: Path) -> None:
    layout = Layout(eight_free_ports(), tmp_path, ("library",))
    (tmp_path / "STATE_VERSION").write_text("0")
    refused = dev(layout, "run")
    assert refused.returncode == 2
    assert "older version" in refused.stderr
    assert "make reset" in refused.stderr
    assert refused.stdout == ""
