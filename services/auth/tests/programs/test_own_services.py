"""Programs get tokens for their secret, for what clients.yaml allows and nothing more."""

import hashlib
import tomllib
from pathlib import Path

import pytest
import yaml

from auth.app import SERVICE

SECRET = "portal-secret"
SERVICES = Path(__file__).parents[3]


@pytest.fixture
def environment(environment):
    return environment | {"CLIENTS": f"portal={hashlib.sha256(SECRET.encode()).hexdigest()}"}


def ask(client, *, auth=("portal", SECRET), **form):
    return client.post("/auth/token", data={"grant_type": "client_credentials", **form}, auth=auth)


def test_a_program_gets_what_it_asks_for_and_may_have(anonymous):
    answer = ask(anonymous, audience="auth", scope="feed:auth/people")
    assert answer.status_code == 200
    assert (answer.json["scope"], answer.json["expires_in"]) == ("feed:auth/people", 300)
    feed = anonymous.get(
        "/auth/feeds/auth/people", headers={"Authorization": f"Bearer {answer.json['access_token']}"}
    )
    assert feed.status_code == 200
    other = anonymous.get(
        "/auth/feeds/auth/access", headers={"Authorization": f"Bearer {answer.json['access_token']}"}
    )
    assert other.status_code == 403


@pytest.mark.parametrize(
    ("auth", "form", "error"),
    [
        (("portal", "wrong"), {"audience": "auth"}, (401, "invalid_client")),
        (("nobody", SECRET), {"audience": "auth"}, (401, "invalid_client")),
        (("nobody", ""), {"audience": "auth"}, (401, "invalid_client")),
        (None, {"audience": "auth"}, (401, "invalid_client")),
        (("portal", SECRET), {"audience": "auth", "scope": "feed:ejournal/marks"}, (400, "invalid_scope")),
        (("portal", SECRET), {"audience": "nowhere"}, (400, "invalid_scope")),
    ],
)
def test_anything_else_is_refused(anonymous, auth, form, error):
    answer = ask(anonymous, auth=auth, **form)
    assert (answer.status_code, answer.json["error"]) == error


@pytest.mark.unit
@pytest.mark.parametrize("name", ["portal", "ejournal", "library", "website"])
def test_each_service_may_read_the_feeds_it_consumes_and_no_other(name):
    found = SERVICES / name / "src" / name / "consumes.toml"
    consumed = tomllib.loads(found.read_text(encoding="utf-8"))["feeds"] if found.is_file() else {}
    allowed = yaml.safe_load((SERVICE.root / "clients.yaml").read_text(encoding="utf-8"))[name]
    scopes = {
        scope.removeprefix("feed:")
        for given in allowed.values()
        for scope in given
        if scope.startswith("feed:")
    }
    assert scopes == set(consumed)


@pytest.mark.unit
def test_the_public_website_never_reads_marks():
    allowed = yaml.safe_load((SERVICE.root / "clients.yaml").read_text(encoding="utf-8"))["website"]
    assert not any("marks" in scope for given in allowed.values() for scope in given)
