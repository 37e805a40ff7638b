"""Logins by the rule the academy sets: of the name or of the personal number; unique, never given twice (clause 10)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.accounts import logins, rules
from auth.accounts.lookalikes import skeleton
from auth.people import service as people
from auth.policy import service as policies
from chassis.db import unit_of_work


@pytest.mark.unit
@pytest.mark.parametrize(
    ("number", "logins"),
    [("К-0001", ["k-0001", "k-0001-2", "k-0001-3"]), ("2021/117", ["2021-117"]), ("ҚҢ7", ["qn7"]), ("Щ--1", ["sch-1"]),
     ("ЪЬ", ["user", "user-2"]), ("AB12", ["ab12"])],
)  # fmt: skip
def test_logins_of_personal_numbers(number, logins):
    candidates = rules.number_candidates(number)
    assert [next(candidates) for _one in logins] == logins


@pytest.mark.unit
@given(st.text(min_size=1, max_size=40))
def test_a_login_of_a_number_can_be_typed_anywhere(number):
    candidates = rules.number_candidates(number)
    first, second = next(candidates), next(candidates)
    for login in (first, second):
        assert login == login.lower()
        assert login.isascii()
        assert 1 <= len(login) <= 64
    assert second.startswith(first)


@pytest.fixture
def enter(engine):
    """Enter people under a rule and answer their logins."""

    def enter_(rule: str, *numbers: str, **fields: str) -> list[str]:
        with unit_of_work(engine) as session:
            policy, version = policies.get_versioned(session)
            policies.change(
                session,
                policy=replace(policy, login_rule=rule),
                version=version,
                known_roles=(),
                actor="test",
            )
            values = {"family_name": "Ахметов", "given_name": "Арман", "patronymic": None, "kind": "staff", "group_code": None,
                      "department_code": None, "language": "kk", **fields}  # fmt: skip
            made = people.create_checked(
                session, [{**values, "number": number} for number in numbers], actor="test"
            )
            return [account.login for account in logins.create_all(session, made, actor="test")]

    return enter_


def test_clause_10_the_academy_chooses_the_rule_and_no_login_is_given_twice(enter):
    assert enter("transliteration", "К-1", "К-2", "К-3") == ["ahmetov.a", "ahmetov.a2", "ahmetov.a3"]
    # Cyrillic К and Latin K are one letter to whoever reads a login, and so are 0 and o.
    assert enter("number", "К-10", "K-10", "К-1O") == ["k-10", "k-10-2", "k-1o-3"]
    assert enter("transliteration", "К-4") == ["ahmetov.a4"]


def test_logins_of_a_whole_intake_differ_from_each_other_and_from_all_before(enter):
    few = enter("transliteration", *(f"А-{n}" for n in range(5)))
    many = enter("transliteration", *(f"Б-{n}" for n in range(40)))
    assert len({skeleton(login) for login in few + many}) == 45
