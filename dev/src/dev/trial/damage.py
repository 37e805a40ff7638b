"""What happens to a house in a trial: processes killed and frozen, peers cut off or slow, a broker away."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import psutil

from dev import ports
from dev.rabbit import Rabbit
from dev.testing import House, until
from dev.trial.proxy import Mischief
from dev.trial.surroundings import HOUR, Disk, Wire, jumping

FROZEN_SECONDS = 3.0
CUT_SECONDS = 5.0
SLOW_FOR_SECONDS = 12.0
FULL_SECONDS = 6.0
JUMP_SECONDS = 2.0
BACK_SECONDS = 120.0
SELDOM = 4


@dataclass(frozen=True)
class Site:
    """The house and what belongs to it.

    Attributes:
        house: that runs.
        mischief: of the proxy its services hear each other through.
        broker: a node beside it, whether it carries the events or not.
        disk: PostgreSQL's, when it can be filled.
        wire: between the library and its peers, when it can be cut.
        clock: the library that makes a clock jump, when it is there.
    """

    house: House
    mischief: Mischief
    broker: Rabbit | None = None
    disk: Disk | None = None
    wire: Wire | None = None
    clock: str = ""

    def pid(self, name: str) -> int:
        """Find the first process of a service or of the gateway, and so its group; 0 while it does not run."""
        path = self.house.layout.state / "log" / f"{name}.pid"
        with suppress(OSError, ValueError):
            return int(path.read_text())
        return 0

    @property
    def postmaster(self) -> int:
        """The first process of PostgreSQL; 0 while it does not run."""
        path = self.house.layout.state / "postgres" / "postmaster.pid"
        with suppress(OSError, ValueError, IndexError):
            return int(path.read_text().split()[0])
        return 0

    def is_whole(self) -> bool:
        """Tell whether everything can work."""
        gateway = f"http://127.0.0.1:{self.house.layout.control_port}/_gw/health"
        return ports.answers(gateway) and all(map(self.house.is_up, self.house.layout.services))


@dataclass(frozen=True)
class Fault:
    """Something that happens to a house.

    Attributes:
        name: how the table calls it.
        act: does it, and returns once the cause is over; what follows from it may last.
        kill: whether processes are killed.
        every: it happens in one round of so many; in the first round always.
    """

    name: str
    act: Callable[[Site], None]
    kill: bool = True
    every: int = 1


Find = Callable[[Site], int]


def faults(site: Site, *, broker: bool = False) -> list[Fault]:
    """List what can be done to a house: every group killed in every round, the rest now and then."""
    services = site.house.layout.services
    groups = (*services, "gateway")
    found = [
        *(Fault(f"{name} killed", partial(_kill_group, name=name)) for name in groups),
        *(Fault(f"worker of {name} killed", partial(_kill_worker, name=name)) for name in services),
        Fault("PostgreSQL killed", _kill_postgres),
        Fault("a connection of PostgreSQL killed", _kill_backend),
        *(_seldom(f"{name} frozen", _freeze(partial(Site.pid, name=name))) for name in groups),
        _seldom("PostgreSQL frozen", _freeze(lambda site: site.postmaster)),
        _seldom("peers cut off by the proxy", _cut),
        _seldom("peers slow by 10 s", _slow),
    ]
    if site.wire:
        found.append(_seldom("library cut off in the network", _cut_wire))
    if site.disk:
        found.append(_seldom("disk of PostgreSQL full", _fill_disk))
    if site.clock:
        found += [
            _seldom(f"clock of {name} jumps by an hour", partial(_jump, name=name))
            for name in ("ejournal", "library")
        ]
    if broker:
        found.append(Fault("broker killed, away 3 s", _kill_broker))
        found.append(Fault("broker killed, back without its disk", _lose_disk, every=SELDOM))
        found.append(_seldom("broker out of memory", _alarm))
        found.append(_seldom("broker frozen", _freeze(lambda site: site.broker.pid if site.broker else 0)))
    return found


def _seldom(name: str, act: Callable[[Site], None]) -> Fault:
    return Fault(name, act, kill=False, every=SELDOM)


# --- kills ------------------------------------------------------------------------------------------------------------


def _kill_group(site: Site, name: str) -> None:
    _replaced(lambda: site.pid(name), lambda pid: os.killpg(pid, signal.SIGKILL), name)


def _kill_worker(site: Site, name: str) -> None:
    """Kill the worker alone: the web then ends, and the supervisor begins both anew."""
    _replaced(lambda: site.pid(name), lambda pid: psutil.Process(pid).children()[0].kill(), name)


def _kill_postgres(site: Site) -> None:
    _replaced(lambda: site.postmaster, lambda pid: os.kill(pid, signal.SIGKILL), "PostgreSQL")


def _replaced(find: Callable[[], int], kill: Callable[[int], None], name: str) -> None:
    """Kill what runs, and wait until another one runs in its place."""
    before = until(find, f"{name} runs", BACK_SECONDS)
    kill(before)
    until(lambda: find() not in {0, before}, f"another {name} runs", BACK_SECONDS)


def _kill_backend(site: Site) -> None:
    """Kill one connection's process: PostgreSQL then ends all of them and recovers."""
    children = psutil.Process(site.postmaster).children()
    chosen = next((one for one in children if "idle" in " ".join(one.cmdline())), children[-1])
    chosen.kill()
    until(lambda: not chosen.is_running(), "the connection is gone", BACK_SECONDS)


def _kill_broker(site: Site) -> None:
    if site.broker:
        site.broker.kill()
        time.sleep(FROZEN_SECONDS)
        site.broker.start()


def _lose_disk(site: Site) -> None:
    """Let the broker come back empty: what was in its queues is only in the logs."""
    if site.broker:
        site.broker.kill()
        site.broker.lose_disk()
        site.broker.start()


# --- what is alive and does not answer --------------------------------------------------------------------------------


def _freeze(find: Find) -> Callable[[Site], None]:
    def act(site: Site) -> None:
        first = psutil.Process(until(lambda: find(site), "it runs", BACK_SECONDS))
        frozen = [first, *first.children(recursive=True)]
        try:
            _send(frozen, signal.SIGSTOP)
            time.sleep(FROZEN_SECONDS)
        finally:
            _send(frozen, signal.SIGCONT)

    return act


def _send(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _alarm(site: Site) -> None:
    """Let the broker take nothing from publishers for a while."""
    if site.broker:
        with site.broker.alarmed("memory"):
            time.sleep(CUT_SECONDS)


def _cut(site: Site) -> None:
    site.mischief.cut = True
    time.sleep(CUT_SECONDS)
    site.mischief.cut = False


def _slow(site: Site) -> None:
    site.mischief.slow = True
    time.sleep(SLOW_FOR_SECONDS)
    site.mischief.slow = False


# --- what a house stands in -------------------------------------------------------------------------------------------


def _cut_wire(site: Site) -> None:
    if site.wire:
        with site.wire.cut():
            time.sleep(CUT_SECONDS)


def _fill_disk(site: Site) -> None:
    if site.disk:
        with site.disk.full():
            time.sleep(FULL_SECONDS)


def _jump(site: Site, name: str) -> None:
    """Let the clock of a service go right, ahead, right and behind while it works."""
    with jumping(site.house, name, site.clock) as clock:
        for seconds in (0, HOUR, 0, -HOUR, 0):
            clock.jump(seconds)
            time.sleep(JUMP_SECONDS)
