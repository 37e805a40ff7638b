"""The application under test and clients that speak to it with real tokens."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from chassis.db import new_id, unit_of_work
from chassis.kept import Shelf
from chassis.settings import KEPT_TEMPLATES, Settings
from chassis.testing import tokens
from chassis.testing.forms import find_form
from chassis.wire import numbered

PUBLIC_URL = "http://localhost:8000"
ISSUER = f"{PUBLIC_URL}/auth"
Grants = Mapping[str, Iterable[tuple[str, str | None]]]


class Client:
    """An HTTP client with the token of one person, or of nobody."""

    def __init__(self, app: Flask, token: str | None = None, person_id: UUID | None = None) -> None:
        self.flask = app.test_client()
        self.token = token
        self.person_id = person_id

    def open(self, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> TestResponse:
        """Send a request; an API write gets an Idempotency-Key of its own unless `headers` bring one."""
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if options.get("method", "GET") != "GET" and "/api/" in path:
            sent.setdefault("Idempotency-Key", str(uuid4()))
        return self.flask.open(path, headers=sent, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Send a GET."""
        return self.open(path, method="GET", **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """Send a POST."""
        return self.open(path, method="POST", **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        """Send a PUT."""
        return self.open(path, method="PUT", **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        """Send a PATCH."""
        return self.open(path, method="PATCH", **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        """Send a DELETE."""
        return self.open(path, method="DELETE", **options)

    def submit(
        self, path: str, data: Mapping[str, Any], *, action: str | None = None, **options: Any
    ) -> TestResponse:
        """Fetch a page, fill in its form and send it, as a browser without JavaScript would.

        Args:
            path: the page that shows the form.
            data: what the person types; other fields go as the page had them.
            action: where the form goes, when the page has several.
            **options: go to the request.
        """
        page = self.get(path)
        assert page.status_code == 200, f"{path} answered {page.status_code}"  # noqa: S101
        form = find_form(page.get_data(as_text=True), data, action)
        return self.post(urljoin(path, form.action or path), data={**form.values, **data}, **options)


def asked_in_making(client: Client, path: str) -> list[str]:
    """Get a page that is kept, and give what it asked the database only while it was made: a repetition does not ask that."""
    state, sent = client.flask.application.extensions["chassis"], []
    state.shelf = Shelf()

    def note(*told: Any) -> None:
        sent.append(told[2])

    event.listen(state.reader, "after_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200  # noqa: S101
    finally:
        event.remove(state.reader, "after_cursor_execute", note)
    [answer] = state.shelf.kept()
    asked_again = {ground.statement.command for ground in answer.grounds}
    return [statement for statement in sent if numbered(statement)[0] not in asked_again]


@pytest.fixture(scope="session")
def jwks(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of the public keys of this run."""
    return tokens.write_jwks(tmp_path_factory.mktemp("keys") / "jwks.json")


@pytest.fixture
def environment(database: str, jwks: str, tmp_path: Path) -> dict[str, str]:
    """Give the environment the service is started with; a service's conftest may add to it."""
    return {
        "DATABASE_URL": database,
        "PUBLIC_URL": PUBLIC_URL,
        "SECRET_KEY": "only-for-tests-" + "0" * 32,
        "JWKS_URL": jwks,
        "STATE_DIR": str(tmp_path),
        "VALIDATE_EVENTS": "1",
        "TEMPLATE_CACHE": str(KEPT_TEMPLATES),
        "LOG_LEVEL": "WARNING",
        "POOL_SIZE": "2",
    }


@pytest.fixture
def settings(service: Any, environment: dict[str, str]) -> Settings:
    """Give the settings of the service under test."""
    loaded: Settings = service.settings.load(service.name, environment)
    return loaded


@pytest.fixture(scope="session")
def applications() -> dict[int, tuple[Any, Flask]]:
    """Hold what was built: services by their identity, since tests make small ones under the same name."""
    return {}


@pytest.fixture
def app(service: Any, settings: Settings, applications: dict[int, tuple[Any, Flask]]) -> Iterator[Flask]:
    """Give the service's application, built by the chassis' factory once a run; each test stands it on its own database."""
    from chassis import factory, i18n

    if id(service) not in applications:
        applications[id(service)] = service, factory.build(service, settings)
        applications[id(service)][1].extensions["chassis"].close()
    made = applications[id(service)][1]
    state = made.extensions["chassis"]
    vars(state).update(factory.furniture(service, settings), shelf=Shelf())
    i18n.install(state.catalogue)
    yield made
    state.close()


@pytest.fixture
def anonymous(app: Flask) -> Client:
    """Give a client without a token."""
    return Client(app)


@pytest.fixture
def client(app: Flask, engine: Engine) -> Callable[..., Client]:
    """Give a maker of clients: a person with a signed token and the grants that stand in the projection."""

    def make(
        permissions: Grants | None = None,
        person_id: UUID | None = None,
        roles: tuple[str, ...] = (),
        auth_time: datetime | None = None,
        **claims: Any,
    ) -> Client:
        person = person_id or new_id()
        grant(engine, person, permissions or {})
        app.extensions["chassis"].access.forget()
        token = tokens.person_token(ISSUER, person, roles=roles, auth_time=auth_time, **claims)
        return Client(app, token, person)

    return make


@pytest.fixture
def program(app: Flask, service: Any) -> Callable[..., Client]:
    """Give a maker of machine clients: `program("feed:auth/people")`."""

    def make(*scopes: str, audience: str | None = None) -> Client:
        return Client(app, tokens.program_token(ISSUER, audience or service.name, scopes))

    return make


def grant(engine: Engine, person: UUID, permissions: Grants) -> None:
    """Write grants of a person into the projection: one role of its own per permission."""
    from chassis.permissions import apply_grant, apply_role

    with unit_of_work(engine) as session:
        for permission, scopes in permissions.items():
            role = f"test:{person}:{permission}"
            apply_role(session, role=role, permissions=[permission])
            for kind, scope_id in scopes:
                apply_grant(
                    session,
                    grant_id=new_id(),
                    person_id=person,
                    role=role,
                    scope_type=kind,
                    scope_id=scope_id,
                )
