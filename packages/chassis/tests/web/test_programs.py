"""Programs with a right of their own: where they pass, where they do not, and how a revocation ends it."""

import pytest

from chassis import clock
from chassis.db import unit_of_work
from chassis.factory import UndeclaredAccess, build
from chassis.permissions import apply_revocation
from chassis.routes import PUBLIC, SIGNED_IN, Program, api
from chassis.service import Capability, Service
from chassis.testing import tokens
from chassis.testing.web import ISSUER, Client

READ = "do:sample.note.read"


def test_a_granted_permission_opens_the_operations_open_to_programs(program, client):
    writer = client({"sample.note.write": [("institution", None)]})
    for text in ("a", "b"):
        writer.post("/sample/api/v1/notes", json={"text": text, "group_code": text})
    answer = program(READ).get("/sample/api/v1/notes")
    assert [note["text"] for note in answer.json["items"]] == ["a", "b"], "of the whole academy"
    assert program(READ).post("/sample/api/v1/notes", json={"text": "c"}).status_code == 403
    assert program("do:sample.note.write").post("/sample/api/v1/notes", json={"text": "c"}).status_code == 403
    assert program(READ).get("/sample/notes").status_code == 403, "a page is for people"
    assert program(READ).get("/sample/api/v1/me").status_code == 403
    for other in ("sample.note.read", "do:sample.note", "do:", "feed:sample/notes"):
        assert program(other).get("/sample/api/v1/notes").status_code == 403


def test_a_person_gains_nothing_by_a_scope_in_the_token(client):
    assert client(scope=READ).get("/sample/api/v1/notes").status_code == 403


def test_a_revoked_program_is_refused_until_it_has_a_later_token(app, engine, program):
    at = int(clock.now().timestamp())
    with unit_of_work(engine) as session:
        apply_revocation(session, key="sub:program:test", at=at)
        apply_revocation(session, key="sub:test", at=at + 1000)
    app.extensions["chassis"].access.forget()
    assert program(READ).get("/sample/api/v1/notes").status_code == 401
    assert program("feed:sample/notes").get("/sample/feeds/sample/notes").status_code == 401
    other = Client(app, tokens.program_token(ISSUER, "sample", (READ,), client_id="other"))
    assert other.get("/sample/api/v1/notes").status_code == 200
    with clock.frozen(clock.now().replace(microsecond=0).fromtimestamp(at + 1, clock.now().tzinfo)):
        assert program(READ).get("/sample/api/v1/notes").status_code == 200


def test_while_auth_is_away_feeds_go_on_and_operations_wait(app, engine, program):
    """Revocations may be older than ten minutes then: good enough for a peer's feed, not for people's data."""
    from datetime import timedelta

    from sqlalchemy import insert

    from chassis.events import CURSOR

    with engine.begin() as connection:
        old = clock.now() - timedelta(minutes=11)
        connection.execute(insert(CURSOR).values(feed="auth/access", last=0, checked_at=old))
    app.extensions["chassis"].access.forget()
    assert program("feed:sample/notes").get("/sample/feeds/sample/notes").status_code == 200
    assert program(READ).get("/sample/api/v1/notes").status_code == 503


def view(_ctx):
    """Answer nothing."""


@pytest.mark.parametrize("access", [PUBLIC, SIGNED_IN, Program("x")])
def test_only_an_operation_with_a_permission_is_open_to_programs(access):
    with pytest.raises(ValueError, match="programs"):
        api("GET", "/x", view, access=access, programs=True)


def test_nor_one_that_wants_a_fresh_sign_in():
    with pytest.raises(ValueError, match="step-up"):
        api("POST", "/x", view, access="sample.x.y", programs=True, step_up=True)


@pytest.mark.parametrize(
    ("scopes", "step_up"), [("[self]", "false"), ("[group]", "false"), ("[institution]", "true")]
)
def test_what_is_for_people_alone_cannot_be_opened(settings, tmp_path, scopes, step_up):
    declared = f"- {{code: sample.x.y, title: {{kk: a, ru: a, en: a}}, scopes: {scopes}, roles: [], needs_step_up: {step_up}}}"
    (tmp_path / "permissions.yaml").write_text(declared)
    routes = (api("GET", "/x", view, access="sample.x.y", programs=True),)
    service = Service("sample", "/sample", "S", (Capability("x", api=routes),), folder=tmp_path)
    with pytest.raises(UndeclaredAccess, match="needs a person"):
        build(service, settings)
