"""Fixtures of the website's tests."""

import pytest

from chassis.service import Service
from website.app import SERVICE


@pytest.fixture(scope="session")
def service() -> Service:
    """Answer the service under test."""
    return SERVICE
