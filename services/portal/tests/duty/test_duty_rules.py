"""Days and numbers of the duty roster."""

from datetime import date

import pytest

from portal.duty.rules import days_between, numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24-0117, 24-0118;24-0119\n24-0117  24-0120", ["24-0117", "24-0118", "24-0119", "24-0120"]),
        ("  ,;\n", []),
        ("24-0117", ["24-0117"]),
    ],
)
def test_numbers_are_taken_out_of_what_was_typed_each_once(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected


def test_days_run_from_the_first_to_the_last_and_none_are_out_of_order() -> None:
    assert days_between(date(2026, 11, 30), date(2026, 12, 1)) == [date(2026, 11, 30), date(2026, 12, 1)]
    assert days_between(date(2026, 12, 1), date(2026, 11, 30)) == []
