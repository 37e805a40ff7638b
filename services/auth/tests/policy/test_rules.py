"""Bounds and the strictest limit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.policy import rules, schemas
from auth.policy.rules import DEFAULT, Policy

ROLES = ("teacher", "dean", "registrar")
numbers = st.dictionaries(st.sampled_from(ROLES), st.integers(1, 24))


@given(st.integers(1, 24), numbers, st.sets(st.sampled_from(ROLES)))
def test_clause_8_the_strictest_limit_of_all_roles_holds(general, by_role, held):
    policy = Policy(session_hours=general, session_hours_by_role=by_role)
    found = policy.absolute(held)
    limits = [timedelta(hours=by_role.get(role, general)) for role in held] or [timedelta(hours=general)]
    assert found in limits
    assert all(found <= limit for limit in limits)


@given(numbers, numbers)
def test_a_policy_comes_back_from_its_document(hours, minutes):
    policy = Policy(session_hours_by_role=hours, idle_minutes_by_role=minutes, second_factor_roles=("dean",))
    document = {**rules.as_json(policy), "version": 3}
    assert schemas.as_policy(document) == policy


@pytest.mark.parametrize("name", list(rules.BOUNDS))
def test_every_number_has_its_bounds(name):
    least, most = rules.BOUNDS[name]
    for number in (least, most):
        assert rules.faults(replace(DEFAULT, **{name: number}), ROLES) == []
    for number in (least - 1, most + 1):
        assert rules.faults(replace(DEFAULT, **{name: number}), ROLES) == [(name, "out-of-bounds")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"login_rule": "dice"}, [("login_rule", "unknown-rule")]),
        ({"second_factor_roles": ("king",)}, [("second_factor_roles", "unknown-role")]),
        ({"idle_minutes_by_role": {"king": 10}}, [("idle_minutes_by_role/king", "unknown-role")]),
        ({"idle_minutes_by_role": {"dean": 1}}, [("idle_minutes_by_role/dean", "out-of-bounds")]),
        ({"session_hours_by_role": {"dean": 25}}, [("session_hours_by_role/dean", "out-of-bounds")]),
        ({"session_hours_by_role": {"dean": 24}, "second_factor_roles": ("dean",)}, []),
    ],
)
def test_faults_of_a_policy(values, expected):
    assert rules.faults(replace(DEFAULT, **values), ROLES) == expected


@pytest.mark.parametrize(
    ("required", "held", "needed"),
    [
        ((), ROLES, False),
        (("dean",), (), False),
        (("dean",), ("teacher", "dean"), True),
        (("dean",), ("teacher",), False),
    ],
)
def test_clause_9_a_second_factor_is_required_by_role(required, held, needed):
    assert Policy(second_factor_roles=required).needs_second_factor(held) is needed
