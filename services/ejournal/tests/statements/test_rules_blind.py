"""Double entry: who has which place, what differs, and everything that stands against each act."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ejournal.statements.rules_blind import (
    BLIND_ACTS,
    DIFFERS,
    PLACES,
    SAME,
    BlindStanding,
    blind_refusals,
    compare,
    place_of,
)

pytestmark = pytest.mark.unit

PEOPLE = st.sampled_from("abcd")
MARKS = st.one_of(st.none(), st.integers(0, 100).map(str), st.just("absent"))
LEARNERS = ("l1", "l2", "l3")
ENTRY = st.fixed_dictionaries(dict.fromkeys(LEARNERS, MARKS))


@pytest.mark.parametrize(
    ("readers", "person", "place"),
    [
        ({}, "a", 1),
        ({1: "a"}, "a", 1),
        ({1: "a"}, "b", 2),
        ({2: "a"}, "b", 1),
        ({1: "a", 2: "b"}, "b", 2),
        ({1: "a", 2: "b"}, "c", None),
    ],
)
def test_two_persons_have_a_place_each(readers: dict[int, str], person: str, place: int | None) -> None:
    assert place_of(readers, person) == place


@given(st.lists(PEOPLE, max_size=12))
def test_whoever_comes_in_whatever_order_two_different_persons_enter(order: list[str]) -> None:
    readers: dict[int, str] = {}
    for person in order:
        if (place := place_of(readers, person)) is not None:
            assert readers.setdefault(place, person) == person
    assert len(set(readers.values())) == len(readers) == min(2, len(set(order)))


@given(ENTRY, ENTRY)
def test_a_comparison_names_exactly_what_differs(first: dict[str, Any], second: dict[str, Any]) -> None:
    found = compare(LEARNERS, first, second)
    assert [one for one in LEARNERS if found[one] == DIFFERS] == [
        one for one in LEARNERS if first[one] != second[one]
    ]
    assert compare(LEARNERS, second, first) == found
    assert set(compare(LEARNERS, first, first).values()) == {SAME}


def standing(**changes: Any) -> BlindStanding:
    return BlindStanding(**{"kind": "examination", "state": "filling", "blind": True} | changes)


@pytest.mark.parametrize(
    ("act", "changes", "codes"),
    [
        ("require", {"state": "issued", "blind": False}, set()),
        ("require", {"state": "filling", "blind": False}, {"wrong-state"}),
        ("require", {"state": "issued", "blind": False, "teachers": 1}, {"two-teachers-needed"}),
        ("require", {"state": "issued", "kind": "rating", "blind": False}, {"no-marks-here"}),
        ("require", {}, {"wrong-state"}),
        ("enter", {}, set()),
        ("enter", {"state": "issued"}, set()),
        ("enter", {"blind": False}, {"not-blind"}),
        ("enter", {"place": None}, {"places-taken"}),
        ("enter", {"holds": True, "handed_in": True}, {"handed-in"}),
        ("enter", {"state": "submitted"}, {"wrong-state"}),
        ("hand_in", {"holds": True}, set()),
        ("hand_in", {"holds": True, "unmarked": 2}, {"marks-missing"}),
        ("hand_in", {"holds": True, "handed_in": True, "unmarked": 1}, {"handed-in", "marks-missing"}),
        ("hand_in", {"state": "accepted"}, {"wrong-state"}),
        ("agree", {"place": None, "both_handed_in": True, "differing": 1}, set()),
        ("agree", {"place": None, "both_handed_in": True}, {"nothing-differs"}),
        ("agree", {"holds": True, "both_handed_in": True, "differing": 1}, {"entered-oneself"}),
        ("agree", {"place": 2}, {"entries-missing"}),
        ("agree", {"holds": True}, {"entries-missing", "entered-oneself"}),
        ("agree", {"blind": False, "both_handed_in": True, "differing": 1, "place": None}, {"not-blind"}),
    ],
)
def test_everything_that_stands_against_an_act_is_named(
    act: str, changes: dict[str, Any], codes: set[str]
) -> None:
    assert {one.code for one in blind_refusals(act, standing(**changes))} == codes


@given(st.booleans(), st.booleans(), st.integers(0, 3), st.sampled_from(("issued", "filling")))
def test_nobody_agrees_on_the_own_entry(handed: bool, both: bool, differing: int, state: str) -> None:
    own = standing(state=state, holds=True, handed_in=handed, both_handed_in=both, differing=differing)
    assert "entered-oneself" in {one.code for one in blind_refusals("agree", own)}
    assert set(BLIND_ACTS) == {"require", "enter", "hand_in", "agree"}
    assert PLACES == (1, 2)
