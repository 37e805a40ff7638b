"""What another set would change, for one learner."""

import pytest
from services.ejournal.tests.helpers import OLDER, RULES, changed, marks, number

from ejournal.control.rules import compute
from ejournal.control.rules_recompute import compare, letter
from ejournal.journal.rules import results


def given_results(rules, first="80 75", rk1="60", second="90", rk2="60"):
    [one], [two] = marks(rk1), marks(rk2)
    return results(compute(marks(first), one, marks(second), two, rules), rules)


@pytest.mark.parametrize(
    ("changes", "p", "rd", "changed_letter", "admission"),
    [
        ({}, False, False, False, ""),
        ({"admit_min": number(80)}, False, False, False, "lose"),
        ({"min_marks": 4}, True, True, True, "lose"),
        ({"tk_weight": number("4/5"), "rk_weight": number("1/5")}, True, True, True, ""),
    ],
)
def test_what_changes_is_named(changes, p, rd, changed_letter, admission) -> None:
    rules = changed(**changes)
    change = compare(given_results(RULES), given_results(rules), RULES, rules)
    assert (change.p, change.rd, change.letter, change.admission) == (p, rd, changed_letter, admission)


def test_who_was_refused_may_gain() -> None:
    rules = changed(admit_min=number(40))
    low = {"first": "45", "rk1": "45", "second": "45", "rk2": "45"}
    change = compare(given_results(RULES, **low), given_results(rules, **low), RULES, rules)
    assert (change.admission, change.was, change.becomes) == ("gain", "45", "45")


def test_nobody_without_a_rating_changes() -> None:
    nothing = {"first": "", "rk1": "60", "second": "", "rk2": "60"}
    rules = changed(admit_min=number(0))
    change = compare(given_results(RULES, **nothing), given_results(rules, **nothing), RULES, rules)
    assert (change.p, change.rd, change.letter, change.admission) == (False, False, False, "")


def test_example_16_a_letter_is_of_its_own_scale() -> None:
    assert letter("72", OLDER) == letter("72", RULES) == "C+"
    assert [rules.band(number(72)).traditional for rules in (OLDER, RULES)] == ["satisfactory", "good"]
    assert letter(None, RULES) is None
