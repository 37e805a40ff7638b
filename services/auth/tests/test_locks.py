"""Every door of auth is locked, or declared public on purpose (clause 8)."""

import re
from uuid import uuid4

import pytest

from auth.app import SERVICE
from chassis.routes import PUBLIC, SIGNED_IN, Program

UUIDS, CHOICES = re.compile(r"<uuid:\w+>"), re.compile(r"<any\((\w+)[^)]*\):\w+>")


def filled(path: str) -> str:
    """Put an id that nobody has, or the first of the choices, for what varies in an address."""
    return CHOICES.sub(r"\1", UUIDS.sub(lambda _one: str(uuid4()), path))


ROUTES = [
    (route, f"/auth{'/api/v1' if route.is_api else ''}{filled(route.path)}")
    for capability in SERVICE.capabilities
    for route in (*capability.pages, *capability.api)
]
LOCKED = [(route, path) for route, path in ROUTES if route.access is not PUBLIC]
PUBLIC_PATHS = {
    "/auth/login", "/auth/logout", "/auth/password", "/auth/step-up", "/auth/internal/renew", "/auth/token",
    "/auth/.well-known/jwks.json", "/auth/code", "/auth/one-time-code", "/auth/second-factor", "/auth/second-factor/confirm",
    "/auth/second-factor/codes", "/auth/second-factor/remove", "/auth/emergency", "/auth/keycloak/sign-in",
    "/auth/keycloak/callback", "/auth/keycloak/back-channel", "/auth/api/v1/journal-roots",
}  # fmt: skip


def name(pair) -> str:
    return f"{pair[0].method} {pair[0].path}"


def send(client, route, path):
    path = path.replace("<code>", "teacher").replace("<name>", "portal").replace("<language>", "kk")
    path = re.sub("<uuid:[a-z_]+>", str(uuid4()), re.sub("<int:[a-z_]+>", "1", path))
    return client.open(path, method=route.method, **({"json": {}} if route.is_api and route.unsafe else {}))


@pytest.mark.unit
def test_what_is_public_is_public_on_purpose():
    assert {path for route, path in ROUTES if route.access is PUBLIC} == PUBLIC_PATHS


def test_clause_8_a_stranger_opens_nothing(anonymous):
    answers = {name(pair): send(anonymous, *pair).status_code for pair in LOCKED}
    assert answers == {name(pair): 401 if pair[0].is_api else 303 for pair in LOCKED}


def test_clause_8_who_has_no_right_is_refused_everywhere(client):
    nobody = client()
    guarded = [pair for pair in LOCKED if pair[0].access is not SIGNED_IN]
    answers = {name(pair): send(nobody, *pair).status_code for pair in guarded}
    assert answers == dict.fromkeys(answers, 403)


def test_a_program_opens_no_door_of_people(program):
    every = program("permissions.register")
    people = [pair for pair in LOCKED if not isinstance(pair[0].access, Program)]
    answers = {name(pair): send(every, *pair).status_code for pair in people}
    assert set(answers.values()) == {403}


def test_a_token_of_this_person_without_a_living_session_opens_no_password_page(client):
    assert client().get("/auth/password").location.startswith("/auth/login")
    for path in ("/auth/step-up", "/auth/code", "/auth/second-factor"):
        assert client().get(path).location.startswith("/auth/login")
