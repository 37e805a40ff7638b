"""A draft's faults, each at its field; what differs between two sets."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import read_data

from ejournal.control.rules_drafts import Content, complete, differences, faults, normal, rule_set

DAY = date(2027, 9, 1)


def content(**values: str) -> Content:
    data: Any = deepcopy(read_data("kz-mia-2016"))
    for name, value in values.items():
        data["parameters"][name]["value"] = value
    return Content(data["parameters"], data["scale"])


def found(given_: Content) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for fault in faults(given_, code="kz-x", valid_from=DAY)}


def test_the_stored_sets_have_no_fault() -> None:
    for name in ("kz-mia-2016", "kz-before-2016"):
        data = read_data(name)
        assert faults(Content(data["parameters"], data["scale"]), code="kz-x", valid_from=DAY) == []


@pytest.mark.parametrize("name", ["kz-mia-2016", "kz-before-2016"])
def test_a_copy_with_the_parameters_that_came_later_has_no_fault(name: str) -> None:
    data = read_data(name)
    whole = complete(data["parameters"])
    assert set(whole) > set(data["parameters"])
    assert faults(Content(whole, data["scale"]), code="kz-x", valid_from=DAY) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("tk_weight", "0.6", {("tk_weight", "weights-midterm"), ("rk_weight", "weights-midterm")}),
        ("p1_weight", "0.4", {("p1_weight", "weights-rating"), ("p2_weight", "weights-rating")}),
        ("exam_weight", "0.5", {("rd_weight", "weights-final"), ("exam_weight", "weights-final")}),
        ("current_part_min", "0.7", {("rd_weight", "current-part-too-small")}),
        ("exam_part_min", "0.5", {("exam_weight", "exam-part-too-small")}),
        ("rd_weight", "", {("rd_weight", "number")}),
        ("rd_weight", "1e999999999", {("rd_weight", "number")}),
        ("rd_weight", "-0.6", {("rd_weight", "number")}),
        ("mark_max", "1000", {("mark_max", "whole")}),
        ("mark_places", "3", {("mark_places", "whole")}),
        ("min_marks", "0", {("min_marks", "whole")}),
        ("rd_round", "floor", {("rd_round", "choice")}),
        ("absent_counts_zero", "perhaps", {("absent_counts_zero", "choice")}),
        ("retake_letter", "fx", {("retake_letter", "letter")}),
        ("failed_letter", "E", {("scale", "scale-letters")}),
        ("gpa_excluded", "P,NP", {("gpa_excluded", "letters")}),
        ("exam_pass", "10", {("exam_retake_from", "thresholds"), ("exam_pass", "thresholds")}),
        ("rk_floor", "25", set()),
        ("attendance_floor", "70", set()),
        ("gpa_excluded", "", set()),
    ],
)
def test_every_fault_stands_at_its_field(name: str, value: str, expected: set[tuple[str, str]]) -> None:
    assert found(content(**{name: value})) == expected


def test_a_parameter_cannot_be_missing_and_needs_its_clause() -> None:
    given_ = content()
    del given_.parameters["admit_min"]
    given_.parameters["exam_pass"]["clause"] = "?"
    assert found(given_) == {("admit_min", "missing"), ("clause:exam_pass", "clause")}


@pytest.mark.parametrize(
    ("row", "part", "value", "expected"),
    [
        (0, "letter", "A++", {("scale:0", "scale-letter")}),
        (1, "letter", "A", {("scale:0", "scale-letter"), ("scale:1", "scale-letter")}),
        (2, "lowest", "", {("scale:2", "scale-lowest")}),
        (3, "points", "three", {("scale:3", "scale-points")}),
        (4, "lowest", 85, {("scale", "scale-order")}),
        (5, "traditional", "superb", {("scale", "scale-traditional")}),
        (11, "lowest", 1, {("scale", "scale-not-to-the-bottom")}),
    ],
)
def test_a_step_of_the_scale_that_cannot_be(row: int, part: str, value: Any, expected: Any) -> None:
    given_ = content()
    given_.scale[row][part] = value  # type: ignore[index]
    assert found(given_) == expected


def test_an_empty_scale_is_no_scale() -> None:
    assert found(Content(content().parameters, [])) == {("scale", "scale-length")}


@given(st.integers(0, 1000))
def test_rating_and_examination_add_up_or_the_fault_is_named(part: int) -> None:
    whole, rest = content(rd_weight=f"{part / 1000:.3f}", exam_weight="0.4"), part != 600
    assert (("rd_weight", "weights-final") in found(whole)) is rest


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_fault_or_a_set(text: str) -> None:
    given_ = content(admit_min=normal("admit_min", text))
    if not faults(given_, code="kz-x", valid_from=DAY):
        assert 0 <= rule_set(given_, code="kz-x", valid_from=DAY).parameters.admit_min < 10**6


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("tk_weight", " 0,5 ", "0.5"),
        ("rk_floor", "", "none"),
        ("rk_floor", "25", "25"),
        ("gpa_excluded", "p, np,  i", "P NP I"),
        ("rd_round", "whole", "whole"),
    ],
)
def test_what_is_typed_becomes_its_stored_form(name: str, typed: str, stored: str) -> None:
    assert normal(name, typed) == stored


def test_differences_name_what_was_and_becomes() -> None:
    new = content(exam_pass="60", admit_min="55")
    new.scale[0]["lowest"] = 96  # type: ignore[index]
    told = differences(content(), new)
    assert ("admit_min", "50", "55") in told
    assert ("exam_pass", "50", "60") in told
    assert [name for name, _old, _new in told][-1] == "scale"
    assert differences(content(), content()) == []
