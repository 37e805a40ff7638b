"""The one rounding function and its text forms."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ejournal.fractions import decimal_text, exact, exact_text, half_up, mean, weighted

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("2.5", 0, "3"),
        ("3.5", 0, "4"),
        ("2.4999", 0, "2"),
        ("3.835", 2, "3.84"),
        ("1.005", 2, "1.01"),
        ("0", 0, "0"),
    ],
)
def test_half_goes_up(value: str, places: int, expected: str) -> None:
    assert half_up(Fraction(value), places) == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("83.9375", "83.9375"),
        ("170/3", "56.6667"),
        ("85", "85"),
        ("0.5", "0.5"),
        ("99.99999", "100"),
        ("78.05", "78.05"),
    ],
)
def test_decimal_text(value: str, text: str) -> None:
    assert decimal_text(Fraction(value)) == text


@given(st.fractions(0, 100))
def test_exact_text_loses_nothing(value: Fraction) -> None:
    assert exact(exact_text(value)) == value
    assert exact_text(None) is None
    assert exact(None) is None


@given(st.decimals(0, 100, places=3), st.integers(0, 3))
def test_rounding_agrees_with_round_half_up(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert half_up(Fraction(value), places) == Fraction(expected)


NUMBERS = st.fractions(0, 100, max_denominator=60)


@given(st.lists(NUMBERS, max_size=20), st.integers(1, 40))
def test_a_mean_is_the_sum_by_the_divisor(numbers: list[Fraction], divisor: int) -> None:
    assert mean(numbers, divisor) == sum(numbers, Fraction(0)) / divisor


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=4))
def test_weighted_numbers_are_added_exactly(parts: list[tuple[Fraction, Fraction]]) -> None:
    assert weighted(*parts) == sum((weight * number for weight, number in parts), Fraction(0))
