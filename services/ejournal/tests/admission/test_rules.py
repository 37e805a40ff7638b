"""Admission: the examples of the design and every refusal."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import RULES, changed, number

from ejournal.admission.rules import Standing, admit

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("standing", "changes", "codes"),
    [
        ({"rd": "49.5"}, {}, []),  # example 2: rounded to 50
        ({"rd": "49.5"}, {"admit_on": "exact"}, ["rating-too-low"]),
        ({"rd": "49"}, {}, ["rating-too-low"]),  # example 7
        ({"rd": "49.49"}, {}, ["rating-too-low"]),
        ({"rd": "60", "rk1": "80", "rk2": "24"}, {"rk_floor": Fraction(25)}, ["midterm-under-floor"]),  # example 14
        ({"rd": "60", "rk1": "80", "rk2": "24"}, {}, []),
        ({"rd": "60", "rk1": "80", "rk2": "25"}, {"rk_floor": Fraction(25)}, []),
        ({"rd": "60", "attendance": "69"}, {"attendance_floor": Fraction(70)}, ["attendance-under-floor"]),
        ({"rd": "60", "attendance": "70"}, {"attendance_floor": Fraction(70)}, []),
        ({"rd": "60"}, {"attendance_floor": Fraction(70)}, []),
        ({"rd": "60", "debts": ("KP 1101",)}, {}, ["debt-in-prerequisites"]),
        ({"rd": "60", "books": 1}, {}, []),
        ({"rd": "60", "books": 1}, {"library_debt": "overdue"}, ["library-debt"]),
        ({"rd": "60", "books": 0}, {"library_debt": "any"}, []),
        ({"rd": "60", "coursework_planned": True}, {}, ["coursework-not-passed"]),
        ({"rd": "60", "coursework_planned": True, "coursework": "49"}, {}, ["coursework-not-passed"]),
        ({"rd": "60", "coursework_planned": True, "coursework": "50"}, {}, []),
        ({"rd": "40", "debts": ("X",), "coursework_planned": True}, {},
         ["rating-too-low", "debt-in-prerequisites", "coursework-not-passed"]),
    ],
)  # fmt: skip
def test_clause_11_admission_collects_every_reason(
    standing: dict[str, Any], changes: dict[str, Any], codes: list[str]
) -> None:
    given_values = {k: number(v) if isinstance(v, str) else v for k, v in standing.items()}
    admission = admit(Standing(**given_values), changed(**changes))
    assert [refusal.code for refusal in admission.refusals] == codes
    assert admission.admitted is not bool(codes)


def test_without_a_rating_nothing_is_decided() -> None:
    admission = admit(Standing(rd=None, debts=("X",)), RULES)
    assert admission.admitted is None
    assert admission.refusals == ()


@given(rd=st.fractions(0, 100), better=st.fractions(0, 100), exact=st.booleans())
def test_a_better_rating_never_loses_admission(rd: Fraction, better: Fraction, exact: bool) -> None:
    rules = changed(admit_on="exact" if exact else "rounded")
    low, high = sorted((rd, better))
    if admit(Standing(rd=low), rules).admitted:
        assert admit(Standing(rd=high), rules).admitted
