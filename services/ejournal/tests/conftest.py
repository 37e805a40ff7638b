"""Journals to test with: an academy of one group, two disciplines and three teachers, told by events as in life."""

import pytest
from services.ejournal.tests.academy import Academy

from ejournal.app import SERVICE


@pytest.fixture(scope="session")
def service():
    return SERVICE


@pytest.fixture
def academy(deliver, engine):
    return Academy(deliver, engine)
