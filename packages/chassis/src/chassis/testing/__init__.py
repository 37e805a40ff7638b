"""The pytest plugin of the house: a real PostgreSQL, real tokens, and no way out to other machines.

A service's `tests/conftest.py` overrides the session fixture `service`; `docs/chassis.md` lists what it gets for it.
"""

import sys

import pytest

from chassis.testing.databases import Databases, cluster, database, databases, engine, service, session
from chassis.testing.events import deliver, feed_events
from chassis.testing.web import anonymous, app, applications, client, environment, jwks, program, settings
from chassis.testing.world import refuse_other_hosts

__all__ = [
    "Databases",
    "anonymous",
    "app",
    "applications",
    "client",
    "cluster",
    "database",
    "databases",
    "deliver",
    "engine",
    "environment",
    "feed_events",
    "jwks",
    "program",
    "service",
    "session",
    "settings",
]


def pytest_configure(config: pytest.Config) -> None:
    """Close the world: from here on Python sockets reach this machine alone."""
    del config
    sys.addaudithook(refuse_other_hosts)
