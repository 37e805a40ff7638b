"""Every route of every service with its lock, without a database; and each service in process, one after the other."""

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest

from chassis.factory import build, list_routes
from chassis.routes import Route
from chassis.service import Service, load

NAMES = ("auth", "portal", "ejournal", "library", "website")
NOWHERE = {
    "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/none",
    "PUBLIC_URL": "http://localhost:9",
    "SECRET_KEY": "only-for-tests-" + "0" * 32,
    "JWKS_URL": "http://127.0.0.1:9/keys",
    "CLIENTS": f"portal={'0' * 64}",
}
WORDS = {
    "language": "kk",
    "kind": "groups",
    "day": "2026-12-01",
    "code": "teacher",
    "slug": "x",
    "rest": "x",
    "form": "csv",
}
PART = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Place:
    """A route of a service, and an address that leads to it."""

    service: str
    rule: str
    route: Route

    @property
    def address(self) -> str:
        """An address with values for what varies: things that nobody has."""

        def value(part: re.Match[str]) -> str:
            plain = {"uuid": str(uuid4()), "int": "1"}
            return plain.get(part["kind"] or "") or WORDS.get(part["name"], "x")

        return PART.sub(value, self.rule)

    def __str__(self) -> str:
        return f"{self.route.method} {self.rule}"


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Place, ...]]:
    """All routes of all services, from their own tables."""
    found = {}
    for name in NAMES:
        service = load(name)[0]
        environment = NOWHERE | {"STATE_DIR": str(tmp_path_factory.mktemp(name))}
        state = build(service, service.settings.load(name, environment)).extensions["chassis"]
        found[name] = tuple(Place(name, rule, route) for _endpoint, rule, route in list_routes(state))
        state.close()
    return found


@pytest.fixture(scope="session", params=NAMES)
def service(request: pytest.FixtureRequest) -> Service:
    """Answer one service after the other."""
    return load(request.param)[0]


@pytest.fixture
def environment(environment: dict[str, str], service: Service) -> dict[str, str]:
    """Give auth its programs as well."""
    return environment | ({"CLIENTS": NOWHERE["CLIENTS"]} if service.name == "auth" else {})
