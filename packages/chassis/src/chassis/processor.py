"""The one processor the threads of a web process share.

Only one thread at a time has Python's lock. On several processors each that waits, for the database or for a browser, hands the
lock to one elsewhere, which must be woken there and finds nothing of its memory near: half of the work of a short request. So all
stay on one processor, the one that others leave alone most. What works long without the lock, as the hash of a password does, goes
`anywhere` meanwhile.
"""

import os
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from random import random
from threading import enumerate as all_threads
from threading import get_native_id, main_thread
from time import process_time

from chassis import clock

LOOK_SECONDS = 1.0
GAIN = 0.25
"""Another processor must have so much more of its time to spare."""
RESTLESSNESS = 0.5
"""How probably a better one is taken: of several processes that see the same one free not all go there at once."""
TIMES = Path("/proc/stat")


class Seat:
    """Where the threads of this process run.

    Attributes:
        allowed: processors this process may run on.
        taken: those its threads stay on.
    """

    def __init__(self) -> None:
        self.allowed: Set[int] = os.sched_getaffinity(0)
        self.taken = self.allowed
        self._away: set[int] = set()
        self._looked, self._own = 0.0, 0.0
        self._seen: dict[int, float] = {}

    def look(self) -> None:
        """Look, at most once a second, which processor is best, and take it; the first time only how busy each is."""
        now = clock.monotonic()
        if len(self.allowed) == 1 or now - self._looked < LOOK_SECONDS:
            return
        before, self._seen = self._seen, read_busy(TIMES.read_text())
        own_before, self._own = self._own, process_time()
        seconds, self._looked = now - self._looked, now
        known = self.allowed & before.keys() & self._seen.keys()
        shares = {one: (self._seen[one] - before[one]) / seconds for one in known}
        at = next(iter(self.taken)) if len(self.taken) == 1 else None
        best = choose(at, shares, (self._own - own_before) / seconds, random())  # noqa: S311
        if best is not None and best != at:
            self.take(best)

    def take(self, processor: int) -> None:
        """Bring all threads to a processor, except those that are away; those they start will follow."""
        self.taken = {processor}
        # Of the main thread of a forked process CPython 3.11 still tells the number its parent's had.
        threads = {os.getpid(), *(one.native_id for one in all_threads() if one is not main_thread())}
        for thread in threads - self._away:
            _bring(thread, self.taken)

    @contextmanager
    def left(self) -> Iterator[None]:
        """Let the calling thread, and those that are started by it, run on any processor meanwhile."""
        me = get_native_id()
        self._away.add(me)
        _bring(me, self.allowed)
        try:
            yield
        finally:
            self._away.discard(me)
            _bring(me, self.taken)


def _bring(thread: int | None, processors: Set[int]) -> None:
    """Bring a thread where it is to run; one that has ended meanwhile, or that has not begun, needs no place."""
    if thread is not None:
        with suppress(OSError):
            os.sched_setaffinity(thread, processors)


SEAT = Seat()
anywhere = SEAT.left


def read_busy(times: str) -> dict[int, float]:
    """Read how long each processor has worked.

    Args:
        times: `/proc/stat` (proc_stat(5)): of each processor the ticks spent as user, nice, system, idle, iowait, irq, softirq, steal.

    Returns:
        Seconds since the machine was started, by number.
    """
    tick = os.sysconf("SC_CLK_TCK")
    busy = {}
    for line in times.splitlines():
        name, *ticks = line.split()
        if name.startswith("cpu") and name != "cpu":
            user, nice, system, _idle, _waited, *more = map(int, ticks[:8])
            busy[int(name.removeprefix("cpu"))] = (user + nice + system + sum(more)) / tick
    return busy


def choose(at: int | None, shares: Mapping[int, float], own: float, chance: float) -> int | None:
    """Choose the processor others leave alone most.

    Args:
        at: where we are, if anywhere.
        shares: how busy each was of late, 0 to 1; ours with what we did ourselves.
        own: what we did ourselves, of one processor's time.
        chance: drawn from 0 to 1.

    Returns:
        A processor: where we are, unless another has much more to spare; at first one of the quiet ones. `at`, if none is known.
    """
    others = {one: share - own if one == at else share for one, share in shares.items()}
    if not others:
        return at
    best = min(others, key=others.__getitem__)
    if at in others:
        return best if others[at] - others[best] > GAIN and chance < RESTLESSNESS else at
    quiet = sorted(one for one, share in others.items() if share <= others[best] + GAIN)
    return quiet[int(chance * len(quiet))]
