"""Rows of working curricula: audience, hours, which row holds for a group (clause 7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.curricula import rules

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("group", "programme", "year", "good"),
    [
        ("A", "", "", True),
        ("", "P", "3", True),
        ("", "", "", False),
        ("", "P", "", False),
        ("", "", "3", False),
        ("A", "P", "", False),
        ("A", "", "3", False),
        ("A", "P", "3", False),
    ],
)
def test_a_row_has_one_audience(group: str, programme: str, year: str, good: bool) -> None:
    assert rules.has_one_audience(group=group, programme=programme, year=year) is good


@given(st.integers(1, 60))
def test_clause_7_thirty_hours_a_credit(credits: int) -> None:
    assert rules.default_hours(credits) == rules.most_hours(credits) == 30 * credits


GROUP = {"id": 1, "programme": "P", "year_of_study": 3}
OWN = {"group_id": 1, "programme": None, "year_of_study": None}
COMMON = {"group_id": None, "programme": "P", "year_of_study": 3}
OTHER_YEAR = {"group_id": None, "programme": "P", "year_of_study": 2}
OTHER_GROUP = {"group_id": 2, "programme": None, "year_of_study": None}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([OTHER_YEAR, OTHER_GROUP], None),
        ([COMMON], COMMON),
        ([COMMON, OWN], OWN),
        ([OWN, COMMON], OWN),
    ],
)
def test_which_row_holds_for_a_group(rows: list[dict], expected: dict | None) -> None:
    assert rules.row_for(GROUP, rows) is expected


def test_a_group_without_programme_has_no_common_row() -> None:
    group = {"id": 1, "programme": None, "year_of_study": 3}
    assert rules.row_for(group, [{"group_id": None, "programme": None, "year_of_study": 3}]) is None
