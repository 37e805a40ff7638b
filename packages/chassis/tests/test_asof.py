"""Since when a page's data of another service may have fallen behind."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.asof import AsOf, judge, oldest

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EARLIER, LONG_AGO = AsOf(NOW - timedelta(minutes=6)), AsOf(NOW - timedelta(days=2))
NEVER = AsOf(None)


@pytest.mark.parametrize(("minutes", "behind"), [(0, False), (5, False), (6, True)])
def test_a_feed_is_behind_when_it_has_not_answered_for_five_minutes(minutes: int, behind: bool) -> None:
    checked = NOW - timedelta(minutes=minutes)
    assert judge(checked, now=NOW) == (AsOf(checked) if behind else None)


def test_a_feed_that_never_answered_is_said_to_have_brought_nothing() -> None:
    assert judge(None, now=NOW) == NEVER
    assert NEVER.when == ""


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], None),
        ([None, None], None),
        ([None, EARLIER], EARLIER),
        ([EARLIER, LONG_AGO], LONG_AGO),
        ([NEVER, EARLIER], EARLIER),
        ([None, NEVER], NEVER),
    ],
)
def test_of_several_feeds_the_oldest_moment_is_said(found: list[AsOf | None], said: AsOf | None) -> None:
    assert oldest(found) == said
