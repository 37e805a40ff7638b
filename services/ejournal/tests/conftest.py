"""Journals to test with: an academy of one group, two disciplines and three teachers, told by events as in life."""

from datetime import timedelta

import pytest
from services.ejournal.tests.academy import Academy

from chassis import clock
from ejournal.app import SERVICE


@pytest.fixture(scope="session")
def service():
    return SERVICE


@pytest.fixture
def academy(deliver, engine):
    return Academy(deliver, engine)


@pytest.fixture
def today():
    return clock.today()


@pytest.fixture
def by_calendar(academy, today):
    """Tell a journal that stands in the windows of the calendar: an old lesson, one of today, one to come."""
    for tell in (
        academy.tell_people, academy.tell_period, academy.tell_group, academy.tell_discipline, academy.tell_assignment,
    ):  # fmt: skip
        tell()
    days = (today - timedelta(days=40), today, today + timedelta(days=30))
    academy.tell_period(
        starts=(today - timedelta(days=60)).isoformat(),
        half_ends=(today - timedelta(days=30)).isoformat(),
        ends=(today + timedelta(days=50)).isoformat(),
    )
    academy.tell_lessons([(day.isoformat(), 1 if n == 0 else 2) for n, day in enumerate(days)])
    return academy
