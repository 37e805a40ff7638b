"""What may be typed into a cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import LETTERS, RULES, changed, read_data

from ejournal.control.rules_values import Letters, ValueRefused, parse

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("92", "92"), ("0", "0"), ("100", "100"), (" 85 ", "85"), ("07", "7"), ("85,0", "85"), ("85.00", "85"),
        ("", None), ("   ", None), ("\t", None),
        ("н", "absent"), ("Н", "absent"), ("ж", "absent"), ("n", "absent"), ("Н/Б", "absent"), ("absent", "absent"),
        ("у", "excused"), ("с", "excused"), ("C", "excused"), ("б", "ill"), ("ау", "ill"), ("наряд", "duty"),
        ("-", "not_planned"), ("–", "not_planned"),
    ],
)  # fmt: skip
def test_what_a_person_types_becomes_what_is_stored(typed: str, stored: str | None) -> None:
    assert parse(typed, LETTERS, RULES.parameters) == stored


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("101", "out-of-range"), ("-1", "out-of-range"), ("1000000000", "out-of-range"), ("100.5", "out-of-range"),
        ("85,5", "too-precise"), ("85.5", "too-precise"), ("99.99", "too-precise"),
        ("abc", "not-a-mark"), ("٨٥", "not-a-mark"), ("８５", "not-a-mark"), ("10⁹", "not-a-mark"), ("1e2", "not-a-mark"),
        ("+5", "not-a-mark"), ("5 5", "not-a-mark"), ("85,", "not-a-mark"), (",5", "not-a-mark"), ("½", "not-a-mark"),
        ("нн", "not-a-mark"), ("=A1", "not-a-mark"), ("9" * 5000, "not-a-mark"), ("\x00", "not-a-mark"), ("NaN", "not-a-mark"),
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        parse(typed, LETTERS, RULES.parameters)
    assert refused.value.reason == reason


def test_a_rule_set_may_allow_one_decimal() -> None:
    parameters = changed(mark_places=1).parameters
    assert parse("85,5", LETTERS, parameters) == "85.5"
    with pytest.raises(ValueRefused):
        parse("85,55", LETTERS, parameters)


@pytest.mark.parametrize(("language", "shown"), [("kk", "ж"), ("ru", "н"), ("en", "a")])
def test_letters_are_shown_in_the_language_of_the_reader(language: str, shown: str) -> None:
    assert LETTERS.show("absent", language) == shown
    assert LETTERS.show("92", language) == "92"
    assert LETTERS.show(None, language) == ""


def test_another_institution_may_mean_duty_by_the_same_letter() -> None:
    ours = [{"code": "duty", "kind": "excused", "shown": {"kk": "н", "ru": "н"}, "typed": []}]
    assert parse("Н", Letters(ours), RULES.parameters) == "duty"


def test_one_text_for_two_meanings_is_refused() -> None:
    entry = {"kind": "excused", "shown": {"kk": "x", "ru": "x"}, "typed": []}
    with pytest.raises(ValueError, match="second"):
        Letters([{**entry, "code": "first"}, {**entry, "code": "second"}])


def test_every_letter_shown_can_be_typed_back() -> None:
    for entry in read_data("letters"):
        for language in ("kk", "ru", "en"):
            assert parse(LETTERS.show(entry["code"], language), LETTERS, RULES.parameters) == entry["code"]


@given(st.text(max_size=60))
def test_any_text_is_stored_or_refused_and_never_breaks(text: str) -> None:
    try:
        stored = parse(text, LETTERS, RULES.parameters)
    except ValueRefused:
        return
    mark = LETTERS.read(stored)
    assert mark.number is None or 0 <= mark.number <= 100
    assert parse(LETTERS.show(stored, "ru"), LETTERS, RULES.parameters) == stored
