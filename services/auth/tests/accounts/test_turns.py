"""Turns at the hasher: how many hash at once, how many wait, who is asked to come again."""

import threading

import pytest

from auth.accounts.passwords import AT_ONCE, MAY_WAIT, Busy, Turns
from chassis.connections import THREADS

pytestmark = pytest.mark.unit
LONG = 60.0


def test_who_finds_the_line_full_is_asked_to_come_again_at_once():
    turns = Turns(at_once=1, may_wait=0, seconds=LONG)
    with turns.turn(), pytest.raises(Busy) as refused, turns.turn():
        pass
    assert refused.value.status == 503
    assert int(refused.value.headers["Retry-After"]) <= 5


def test_who_waits_too_long_is_asked_to_come_again_and_leaves_the_line():
    turns = Turns(at_once=1, may_wait=1, seconds=0.01)
    with turns.turn():
        for _again in range(3):
            with pytest.raises(Busy), turns.turn():
                pass
    with turns.turn():
        pass


@pytest.mark.parametrize(("at_once", "may_wait"), [(1, 5), (2, 4), (4, 0)])
def test_as_many_as_there_is_room_for_hash_and_all_of_the_line_get_their_turn(at_once, may_wait):
    turns = Turns(at_once=at_once, may_wait=may_wait, seconds=LONG)
    inside, most, served = 0, 0, 0
    lock, ready = threading.Lock(), threading.Barrier(at_once + may_wait)

    def person():
        nonlocal inside, most, served
        ready.wait(LONG)
        with turns.turn():
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1
                served += 1

    people = [threading.Thread(target=person) for _each in range(at_once + may_wait)]
    for one in people:
        one.start()
    for one in people:
        one.join(LONG)
    assert served == at_once + may_wait
    assert 1 <= most <= at_once


def test_who_makes_passwords_waits_for_a_place_in_the_line_too():
    turns = Turns(at_once=1, may_wait=0, seconds=LONG)
    got = threading.Event()

    def clerk():
        with turns.turn(patient=True):
            got.set()

    with turns.turn():
        thread = threading.Thread(target=clerk)
        thread.start()
        assert not got.is_set()
    thread.join(LONG)
    assert got.is_set()


def test_a_turn_is_given_back_when_the_hash_fails():
    turns = Turns(at_once=1, may_wait=0, seconds=LONG)
    for _again in range(3):
        with pytest.raises(ValueError, match="bad"), turns.turn():
            raise ValueError("bad")


def test_a_storm_leaves_threads_and_connections_to_those_who_are_in():
    """A process has 24 threads and 12 connections at most; a renewal must find one of each."""
    assert AT_ONCE + MAY_WAIT <= 10 < THREADS / 2
