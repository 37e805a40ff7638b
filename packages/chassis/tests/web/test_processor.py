"""The threads of a web process stay on one processor, and those that work without Python's lock leave it."""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.processor import GAIN, RESTLESSNESS, Seat, choose, read_busy

from .test_serve import place, served, wait_until

__all__ = ["place", "served"]
STAT = """cpu  900 100 300 5000 70 10 20 30 0 0
cpu0 400 60 200 2500 30 5 10 15 7 1
cpu3 500 40 100 2500 40 5 10 15 0 0
intr 1 2 3
ctxt 5
"""
SHARES = st.dictionaries(st.integers(0, 7), st.floats(0, 1), max_size=8)
CHANCE = st.floats(0, 1, exclude_max=True)


def test_the_time_a_processor_worked_is_all_but_idle_and_waiting():
    tick = os.sysconf("SC_CLK_TCK")
    assert read_busy(STAT) == {0: 690 / tick, 3: 670 / tick}


@pytest.mark.parametrize(
    ("at", "shares", "own", "chance", "chosen"),
    [
        (None, {}, 0.0, 0.9, None),
        (1, {}, 0.0, 0.0, 1),
        (None, {0: 0.9, 1: 0.1}, 0.0, 0.9, 1),
        (None, {0: 0.1, 1: 0.2, 2: 0.9}, 0.0, 0.2, 0),
        (None, {0: 0.1, 1: 0.2, 2: 0.9}, 0.0, 0.8, 1),
        (0, {0: 1.0, 1: 0.5}, 0.9, 0.0, 0),
        (0, {0: 1.0, 1: 0.5}, 0.1, 0.0, 1),
        (0, {0: 1.0, 1: 0.5}, 0.1, 0.9, 0),
        (5, {0: 0.5, 1: 0.1}, 0.5, 0.3, 1),
    ],
)
def test_what_we_do_ourselves_does_not_drive_us_away(at, shares, own, chance, chosen):
    assert choose(at, shares, own, chance) == chosen


@given(st.integers(0, 7), SHARES, st.floats(0, 1), CHANCE)
def test_only_much_more_room_moves_us(at, shares, own, chance):
    chosen = choose(at, shares, own, chance)
    others = {one: share - own if one == at else share for one, share in shares.items()}
    if at in shares and chosen != at:
        assert others[at] - others[chosen] > GAIN
        assert chance < RESTLESSNESS
    if shares:
        assert others[chosen] <= min(others.values()) + GAIN or chance >= RESTLESSNESS


@contextmanager
def other_thread():
    """Give the number of a thread that waits."""
    over, born = threading.Event(), threading.Event()

    def live():
        born.set()
        over.wait()

    thread = threading.Thread(target=live)
    thread.start()
    born.wait()
    try:
        yield thread.native_id
    finally:
        over.set()
        thread.join()


@pytest.fixture
def seat():
    """Give a seat; afterwards this process runs where it may, as before."""
    allowed = os.sched_getaffinity(0)
    yield Seat()
    for thread in psutil.Process().threads():
        with suppress(ProcessLookupError):  # one of another test's that ended meanwhile
            os.sched_setaffinity(thread.id, allowed)


def test_all_threads_come_and_those_they_start_follow(seat):
    with other_thread() as earlier:
        seat.take(max(seat.allowed))
        with other_thread() as later:
            assert [os.sched_getaffinity(one) for one in (0, earlier, later)] == [{max(seat.allowed)}] * 3


def test_who_is_away_is_left_alone_and_comes_back_to_the_new_place(seat):
    first, last = min(seat.allowed), max(seat.allowed)
    seat.take(first)
    with other_thread() as other:
        with seat.left():
            seat.take(last)
            assert [os.sched_getaffinity(one) for one in (0, other)] == [seat.allowed, {last}]
        assert os.sched_getaffinity(0) == {last}


def test_who_fails_comes_back_too(seat):
    seat.take(max(seat.allowed))
    with pytest.raises(ValueError, match="broken"), seat.left():
        raise ValueError("broken")
    assert os.sched_getaffinity(0) == {max(seat.allowed)}


def test_a_processor_that_is_gone_stops_nobody(seat):
    was = os.sched_getaffinity(0)
    seat.take(max(seat.allowed) + 10_000)
    assert os.sched_getaffinity(0) == was


FORKED = """
import os
from chassis.processor import Seat

before = os.sched_getaffinity(0)
child = os.fork()
if not child:
    seat = Seat()
    seat.take(max(seat.allowed))
    os._exit(os.sched_getaffinity(0) != {max(seat.allowed)})
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), os.sched_getaffinity(0) == before)
"""


def test_a_forked_process_moves_itself_and_not_its_parent():
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)
    assert done.stdout == "0 True\n"


def test_a_served_web_stays_and_its_worker_does_not(place, served):
    web, worker = served
    allowed = os.sched_getaffinity(0)

    def places(process):
        return {frozenset(os.sched_getaffinity(one.id)) for one in psutil.Process(process.pid).threads()}

    wait_until(lambda: [len(one) for one in places(web)] == [1])
    assert places(worker) == {frozenset(allowed)}
