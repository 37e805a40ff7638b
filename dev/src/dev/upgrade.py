"""Rolling upgrade of a running house, one service after the other, while people work.

`make upgrade` leaves a request in the state folder; the supervisor that runs on it brings the schema up to date, starts the new code
beside the old one on the same listening socket, and ends the old one once the new one is ready (`dev.children`). Whatever fails
leaves the old one at work. The gateway takes its new configuration over without a gap.

    make upgrade  ── upgrade/<part>.request ──►  supervisor
                  ◄── upgrade/<part>.answer ───
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dev import console, state
from dev.children import Child
from dev.layout import ROOT, Layout, Refusal
from dev.nursery import Nursery

GATEWAY, PROBER = "gateway", "status"
FORWARD, BACK = "forward", "back"
READY_SECONDS = 120.0
BEAT = 0.1
DONE = "done: "


class Upgrades:
    """The supervisor's side.

    Attributes:
        stopping: set when the run shall end; an upgrade then leaves things as they are.
    """

    def __init__(
        self,
        layout: Layout,
        nursery: Nursery,
        stopping: threading.Event,
        migrate: Callable[[str], str | None],
    ) -> None:
        self.stopping = stopping
        self._folder = folder(layout)
        self._nursery = nursery
        self._migrate = migrate
        self._at_work: threading.Thread | None = None

    def tend(self, children: Mapping[str, Child]) -> None:
        """Begin what was asked for, one at a time."""
        if self._at_work and self._at_work.is_alive():
            return
        for request in sorted(self._folder.glob("*.request")):
            way = request.read_text()
            request.unlink()
            self._at_work = threading.Thread(target=self._answer, args=(request, way, children))
            self._at_work.start()
            return

    def finish(self) -> None:
        """Wait for the one that has begun."""
        if self._at_work:
            self._at_work.join()

    def _answer(self, request: Path, way: str, children: Mapping[str, Child]) -> None:
        name = request.stem
        try:
            if name not in children:
                raise Refusal(f"{name} does not run here.")
            words = DONE + (self._reload(children) if name == GATEWAY else self._relieve(children[name], way))
        except Refusal as refusal:
            words = str(refusal)
        console.say(f"upgrade of {name}: {words}")
        _write(request.with_suffix(".answer"), words)

    def _relieve(self, child: Child, way: str) -> str:
        self._nursery.renew()
        if way != BACK and (problem := self._migrate(child.name)):
            raise Refusal(f"{problem}\nThe old {child.name} goes on.")
        began = time.monotonic()
        ready = child.relieve(lambda: not self.stopping.is_set() and time.monotonic() - began < READY_SECONDS)
        return f"ready after {ready:.1f} s, the old one gone after {time.monotonic() - began:.1f} s"

    def _reload(self, children: Mapping[str, Child]) -> str:
        command = [sys.executable, "-m", "dev", "configure"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            raise Refusal(f"{done.stderr.strip()}\nThe old configuration stands.")
        children[GATEWAY].send(signal.SIGHUP)
        if prober := children.get(PROBER):
            self._nursery.renew()
            prober.stop()
            prober.start()
        return "the new configuration is in force"


def folder(layout: Layout) -> Path:
    """Give the folder of requests and answers."""
    return layout.state / "upgrade"


def _write(path: Path, words: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(words)
    part.replace(path)


def ask(layout: Layout, parts: Sequence[str], *, back: bool = False) -> str:
    """Have the house that runs on this state upgraded, part by part; stop at the first that fails.

    Args:
        layout: of the house; its state folder is what counts.
        parts: services and the gateway, in this order; `all` is everything.
        back: to an older release: the schema stays.

    Returns:
        What was done, a line per part.

    Raises:
        Refusal: nothing runs there, a part is unknown, or the upgrade of one failed.
    """
    known = (*layout.names, GATEWAY)
    chosen = known if list(parts) == ["all"] else tuple(parts)
    if not chosen or (unknown := [one for one in chosen if one not in known]):
        given = " ".join(unknown) if chosen else ""
        raise Refusal(f"SERVICE={given}: one or several of {', '.join(known)} are needed, or all.")
    return "\n".join(f"{part} {_ask(layout, part, BACK if back else FORWARD)}" for part in chosen)


def _ask(layout: Layout, part: str, way: str) -> str:
    answer = folder(layout) / f"{part}.answer"
    if not state.is_in_use(layout.state):
        raise Refusal(f"Nothing runs on {layout.state}. Start it with `make run`.")
    answer.parent.mkdir(exist_ok=True)
    answer.unlink(missing_ok=True)
    _write(answer.with_suffix(".request"), way)
    while not answer.exists():
        if not state.is_in_use(layout.state):
            answer.with_suffix(".request").unlink(missing_ok=True)
            raise Refusal("The house has ended meanwhile.")
        time.sleep(BEAT)
    words = answer.read_text()
    if not words.startswith(DONE):
        raise Refusal(words)
    return words.removeprefix(DONE)
