"""What is searched for, and how states differ."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.trail import rules
from chassis.clock import ACADEMY

pytestmark = pytest.mark.unit
STATES = st.none() | st.dictionaries(
    st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=5
)


def test_differences_stand_side_by_side():
    found = rules.differences({"a": 1, "b": 2}, {"b": 3, "c": 4})
    assert found == [("a", 1, None, True), ("b", 2, 3, True), ("c", None, 4, True)]
    assert rules.differences(None, None) == []


@given(STATES, STATES)
def test_every_field_stands_there_once_and_says_whether_it_changed(before, after):
    found = rules.differences(before, after)
    assert sorted(one.field for one in found) == sorted({*(before or {}), *(after or {})})
    for one in found:
        assert one.changed == ((before or {}).get(one.field) != (after or {}).get(one.field))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", ""), ("  ", ""), ("& | !", ""), ("арман", "'арман':*"), ("91-к 10.0.0.7", "'91-к':* & '10.0.0.7':*"),
        ("o'clock", "'o':* & 'clock':*"), ("a\\b", "'a':* & 'b':*"), ("a b c d e f", "'a':* & 'b':* & 'c':* & 'd':* & 'e':*"),
        ("):* | (", ""),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_a_search(text, query):
    assert rules.text_query(text) == query


def test_a_range_counts_its_last_day_in_the_time_of_the_academy():
    since, until = rules.bounds(date(2026, 11, 25), date(2026, 11, 25), ACADEMY)
    assert since.isoformat() == "2026-11-25T00:00:00+05:00"
    assert until - since == timedelta(days=1)
    assert rules.bounds(None, None, ACADEMY) == (None, None)


def test_ids_are_found_however_deep_they_lie():
    id_ = "0193a5c0-0000-7000-8000-000000000001"
    assert rules.ids_in([{"a": [{"b": id_}]}, "short", 7, None]) == {id_}


@pytest.mark.parametrize(
    ("last", "parts"), [(0, []), (1, [(1, 1)]), (50, [(1, 50)]), (101, [(101, 101), (51, 100), (1, 50)])]
)
def test_seals_are_taken_away_in_parts(last, parts):
    assert rules.parts(last) == parts
