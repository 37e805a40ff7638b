"""Rule sets as data: complete, checked, in force from a day to a day."""

import copy
from datetime import date
from typing import Any

import pytest
from services.ejournal.tests.helpers import OLDER, RULES, read_data

from ejournal.control.rules_sets import RuleSetError, in_force, load

pytestmark = pytest.mark.unit


def broken(**values: str) -> dict[str, Any]:
    data = copy.deepcopy(read_data("kz-mia-2016"))
    for name, value in values.items():
        data["parameters"][name]["value"] = value
    return data


def test_every_parameter_names_its_clause() -> None:
    assert all(RULES.clauses.values())
    assert len(RULES.clauses) == 29


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"tk_weight": "0.4"}, "weights-midterm"),
        ({"p1_weight": "0.6"}, "weights-rating"),
        ({"rd_weight": "0.7"}, "weights-final"),
        ({"rd_weight": "0.5", "exam_weight": "0.5"}, "current-part-too-small"),
        ({"rd_weight": "0.8", "exam_weight": "0.2"}, "exam-part-too-small"),
        ({"tk_weight": "-0.5", "rk_weight": "1.5"}, "negative-weight"),
        ({"rd_round": "up"}, "choice:rd_round"),
        ({"exam_retake_from": "60"}, "thresholds"),
        ({"mark_min": "1"}, "scale-not-to-the-bottom"),
        ({"failed_letter": "Z"}, "scale-letters"),
        ({"min_marks": "many"}, "unreadable:min_marks"),
        ({"absent_counts_zero": "maybe"}, "unreadable:absent_counts_zero"),
        ({"rk_floor": "1/0"}, "unreadable:rk_floor"),
    ],
)
def test_a_faulty_rule_set_is_refused_with_every_fault(values: dict[str, str], fault: str) -> None:
    with pytest.raises(RuleSetError) as refused:
        load(broken(**values))
    assert fault in refused.value.faults


def test_what_came_later_has_a_default_and_is_checked() -> None:
    assert RULES.parameters.library_debt == "none"
    data = broken()
    data["parameters"]["library_debt"] = {"value": "overdue", "clause": "Order of the academy"}
    assert load(data).parameters.library_debt == "overdue"
    data["parameters"]["library_debt"]["value"] = "always"
    with pytest.raises(RuleSetError) as refused:
        load(data)
    assert refused.value.faults == ("choice:library_debt",)


def test_missing_and_unknown_parameters_are_named() -> None:
    data = broken()
    del data["parameters"]["rd_weight"]
    data["parameters"]["weight"] = {"value": "1", "clause": "none"}
    with pytest.raises(RuleSetError) as refused:
        load(data)
    assert set(refused.value.faults) == {"missing:rd_weight", "unknown:weight"}


def test_scale_out_of_order_is_refused() -> None:
    data = broken()
    data["scale"][0], data["scale"][1] = data["scale"][1], data["scale"][0]
    with pytest.raises(RuleSetError, match="scale-order"):
        load(data)


def test_floors_may_be_set() -> None:
    assert load(broken(rk_floor="25")).parameters.rk_floor == 25


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 9, 1), "kz-mia-2016"),
        (date(2016, 1, 13), "kz-mia-2016"),
        (date(2016, 1, 12), "kz-before-2016"),
    ],
)
def test_the_set_of_the_day_is_found(day: date, code: str) -> None:
    assert in_force([RULES, OLDER], day).code == code


def test_a_day_without_rules_is_an_error() -> None:
    with pytest.raises(RuleSetError, match="no-set-on:1990-01-01"):
        in_force([RULES, OLDER], date(1990, 1, 1))


def test_scale_of_clause_11_covers_every_whole_mark() -> None:
    for mark in range(101):
        band = RULES.band(mark)
        above = [b for b in RULES.scale if b.lowest > mark]
        assert band.lowest <= mark
        assert not above or above[-1].lowest > mark
