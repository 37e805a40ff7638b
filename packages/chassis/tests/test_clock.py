from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from chassis import clock

pytestmark = pytest.mark.unit


def test_now_is_aware_utc_and_moves():
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second
    assert first > datetime(2026, 1, 1, tzinfo=UTC)


def test_frozen_holds_nests_and_lets_go():
    at = datetime(2026, 9, 1, 8, tzinfo=timezone(timedelta(hours=5)))
    with clock.frozen(at) as outer:
        assert clock.now() == at
        assert clock.now().tzinfo is UTC
        with clock.frozen(at - timedelta(days=1)):
            assert clock.now() == at - timedelta(days=1)
        assert outer.advance(minutes=10) == clock.now() == at + timedelta(minutes=10)
    assert clock.now() > datetime(2026, 9, 2, tzinfo=UTC)


def test_frozen_refuses_a_naive_moment():
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 9, 1)):  # noqa: DTZ001
        pass


@pytest.mark.parametrize(("hour", "day"), [(18, date(2026, 9, 1)), (19, date(2026, 9, 2))])
def test_today_is_the_academys_date(hour, day):
    with clock.frozen(datetime(2026, 9, 1, hour, 30, tzinfo=UTC)):
        assert clock.today() == day
