"""The token endpoint: secrets and signed assertions of programs, refusals as RFC 6749 (5.2) writes them."""

import json
import warnings
from datetime import timedelta
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from sqlalchemy import select

from auth.programs import credentials, tokens
from auth.programs import service as programs
from auth.programs.model import Credential
from chassis import clock
from chassis.db import unit_of_work

URL = "http://localhost:8000/auth/token"
KEYS = {
    "RS256": RSAKey.generate_key(2048),
    "ES256": ECKey.generate_key("P-256"),
    "EdDSA": OKPKey.generate_key("Ed25519"),
    "Ed25519": OKPKey.generate_key("Ed25519"),
}


def basic(made, secret=None):
    return made.client_id, secret or made.secret


def sign(key, alg, *, header=None, **changes):
    at = int(clock.now().timestamp())
    claims = {
        "iss": "staff-register",
        "sub": "staff-register",
        "aud": URL,
        "exp": at + 60,
        "jti": uuid4().hex,
    }
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return jwt.encode({"alg": alg, **(header or {})}, claims, key, algorithms=[alg])


def with_assertion(ask, assertion, **form):
    given = {
        "client_assertion_type": tokens.ASSERTION_TYPE,
        "client_assertion": assertion,
        "audience": "auth",
    }
    return ask(**{**given, **form})


@pytest.fixture
def keyed(engine, program_made):
    """Register a public key; answer how the program signs."""

    def register(alg):
        public = json.dumps(KEYS[alg].as_dict(private=False))
        with unit_of_work(engine) as session:
            program = programs.get_or_raise(session, program_made.id)
            credentials.register_keys(session, program=program, document=public, days=90, actor="test")

    return register


def test_a_program_gets_what_it_was_granted_at_each_service(ask, caller, program_made):
    everything = ask(auth=basic(program_made), audience="auth")
    assert everything.json["scope"] == "do:auth.person.read feed:auth/people"
    assert caller(everything).get("/auth/feeds/auth/people").status_code == 200
    assert caller(everything).get("/auth/feeds/auth/access").status_code == 403
    one = ask(
        client_id="staff-register",
        client_secret=program_made.secret,
        audience="auth",
        scope="feed:auth/people",
    )
    assert one.json["scope"] == "feed:auth/people"
    assert caller(one).get("/auth/api/v1/people").status_code == 403


def test_an_operation_is_open_to_a_program_that_was_granted_its_permission(ask, caller, program_made):
    reader = caller(ask(auth=basic(program_made), audience="auth"))
    found = reader.get("/auth/api/v1/people?q=ахметов")
    assert (found.status_code, found.json["total"]) == (200, 1)
    assert reader.get(f"/auth/api/v1/people/{found.json['items'][0]['id']}").status_code == 200
    assert reader.post("/auth/api/v1/people", json={}).status_code == 403, "reading is not writing"
    assert reader.get("/auth/people").status_code == 403, "a page is for people"
    assert reader.get(f"/auth/api/v1/people/{uuid4()}/grants").status_code == 403, "not open to programs"


def test_use_is_noted_with_time_address_and_scopes(ask, engine, program_made):
    ask(auth=basic(program_made), audience="auth", scope="feed:auth/people", address="10.1.2.3")
    with unit_of_work(engine) as session:
        row = session.scalar(select(Credential))
        assert (row.last_address, row.last_audience, row.last_scopes) == (
            "10.1.2.3",
            "auth",
            ["feed:auth/people"],
        )
        assert row.last_used_at is not None


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": ""}, (400, "invalid_request")),
        ({"client_secret": "x"}, (400, "invalid_request")),
        ({"scope": "feed:auth/access"}, (400, "invalid_scope")),
        ({"scope": "permissions.register"}, (400, "invalid_scope")),
        ({"audience": "ejournal"}, (400, "invalid_scope")),
        ({"audience": ""}, (400, "invalid_scope")),
        ({"audience": "nowhere\0"}, (400, "invalid_scope")),
        ({"audience": ["auth", "auth"]}, (400, "invalid_request")),
    ],
)
def test_refusals_are_those_of_the_standard(ask, program_made, form, error):
    answer = ask(auth=basic(program_made), **{"audience": "auth", **form})
    assert (answer.status_code, answer.json["error"]) == error
    assert answer.json["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["staff-register", "nobody", "", "a\0b"])
def test_a_wrong_secret_says_nothing_about_the_program(ask, program_made, name):
    answer = ask(auth=(name, "wrong"), audience="auth")
    assert (answer.status_code, answer.json["error_description"]) == (401, "unknown program or wrong secret")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_wrong_secrets_slow_the_address_down_and_nobody_else(ask, program_made):
    answers = [ask(auth=basic(program_made, "wrong"), audience="auth") for _ in range(12)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].json["error"] == "invalid_client"
    assert ask(auth=basic(program_made), audience="auth").status_code == 429
    assert ask(auth=basic(program_made), audience="auth", address="10.0.0.2").status_code == 200


def test_two_secrets_live_side_by_side_and_a_third_is_refused(ask, engine, program_made):
    with unit_of_work(engine) as session:
        program = programs.get_or_raise(session, program_made.id)
        second, new = credentials.make_secret(session, program=program, days=30, actor="test")
        with pytest.raises(credentials.CredentialRefused):
            credentials.make_secret(session, program=program, days=30, actor="test")
        first = next(row for row in credentials.list_(session, program) if row.id != second.id)
        first_id = first.id
    assert {
        ask(auth=basic(program_made, one), audience="auth").status_code for one in (program_made.secret, new)
    } == {200}
    with unit_of_work(engine) as session:
        program = programs.get_or_raise(session, program_made.id)
        credentials.end(session, program=program, id=first_id, actor="test")
    assert ask(auth=basic(program_made), audience="auth").status_code == 401
    assert ask(auth=basic(program_made, new), audience="auth").status_code == 200
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert ask(auth=basic(program_made, new), audience="auth").status_code == 401
        with unit_of_work(engine) as session:  # one that is over makes room by itself
            program = programs.get_or_raise(session, program_made.id)
            credentials.make_secret(session, program=program, days=30, actor="test")
            credentials.make_secret(session, program=program, days=30, actor="test")


def test_secrets_are_not_kept(engine, program_made):
    with unit_of_work(engine) as session:
        row = session.scalar(select(Credential))
        assert row.digest == credentials.digest(program_made.secret)
        assert program_made.secret not in str(vars(row))


@pytest.mark.parametrize("alg", list(KEYS))
def test_a_signed_assertion_is_taken_once(ask, caller, keyed, alg):
    keyed(alg)
    assertion = sign(KEYS[alg], alg)
    first = with_assertion(ask, assertion)
    assert caller(first).get("/auth/feeds/auth/people").status_code == 200
    again = with_assertion(ask, assertion)
    assert (again.status_code, again.json["error"]) == (401, "invalid_client")
    assert again.json["error_description"] == "jti was used before"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"aud": "http://localhost:8000/auth"}, "aud"),
        ({"aud": "shanyraq"}, "aud"),
        ({"sub": "portal"}, "iss and sub"),
        ({"exp": 3600 * 3}, "five minutes"),
        ({"exp": -3600 * 3}, "over"),
        ({"iat": 3600 * 3}, "future"),
        ({"jti": None}, "jti"),
    ],
)
def test_an_assertion_that_says_too_little_or_too_much_is_refused(ask, keyed, changes, words):
    keyed("ES256")
    at = int(clock.now().timestamp())
    changes = {name: at + value if isinstance(value, int) else value for name, value in changes.items()}
    answer = with_assertion(ask, sign(KEYS["ES256"], "ES256", **changes))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert words in answer.json["error_description"]


def test_an_assertion_needs_the_programs_own_living_key(ask, engine, keyed, program_made):
    keyed("ES256")
    stranger = ECKey.generate_key("P-256")
    assert with_assertion(ask, sign(stranger, "ES256")).status_code == 401
    assert with_assertion(ask, sign(KEYS["ES256"], "ES256", iss="portal")).status_code == 401
    assert with_assertion(ask, sign(KEYS["ES256"], "ES256"), client_id="portal").status_code == 401
    assert with_assertion(ask, sign(KEYS["ES256"], "ES256", header={"kid": "other"})).status_code == 401
    for assertion in ("", "a.b", "a.b.c", "é", "x" * 5000):
        assert with_assertion(ask, assertion).status_code == 401
    assert with_assertion(ask, sign(KEYS["ES256"], "ES256"), client_assertion_type="x").status_code == 400
    assert with_assertion(ask, sign(KEYS["ES256"], "ES256"), client_secret="x").status_code == 400
    with unit_of_work(engine) as session:
        program = programs.get_or_raise(session, program_made.id)
        row = next(row for row in credentials.list_(session, program) if row.kind == "key")
        credentials.end(session, program=program, id=row.id, actor="test")
    assert with_assertion(ask, sign(KEYS["ES256"], "ES256")).status_code == 401


def test_no_algorithm_but_those_three_is_taken(ask, keyed):
    """A shared secret, another hash or padding with the same key, no signature at all."""
    keyed("RS256")
    for key, alg in ((OctKey.generate_key(256), "HS256"), (KEYS["RS256"], "RS512"), (KEYS["RS256"], "PS256")):
        assert with_assertion(ask, sign(key, alg)).status_code == 401
    _head, claims, _signature = sign(KEYS["RS256"], "RS256").split(".")
    assert with_assertion(ask, f"eyJhbGciOiJub25lIn0.{claims}.").status_code == 401


def test_a_blocked_program_gets_no_token_and_those_it_has_are_refused(
    ask, caller, engine, program_made, feed_events
):
    living = caller(ask(auth=basic(program_made), audience="auth"))
    assert living.get("/auth/feeds/auth/people").status_code == 200
    ground = {"order_number": "9", "order_date": clock.today(), "actor": "test"}
    with unit_of_work(engine) as session:
        program = programs.get_or_raise(session, program_made.id)
        programs.block(session, program=program, reason="сынақ", **ground)
    living.flask.application.extensions["chassis"].access.forget()
    assert living.get("/auth/feeds/auth/people").status_code == 401
    assert living.get("/auth/api/v1/people").status_code == 401
    refused = ask(auth=basic(program_made), audience="auth")
    assert (refused.status_code, refused.json["error"]) == (400, "unauthorized_client")
    assert ask(auth=basic(program_made, "wrong"), audience="auth").status_code == 401
    assert feed_events("auth/access")[-1].data["key"] == "sub:program:staff-register"
    with unit_of_work(engine) as session:
        programs.unblock(session, program=programs.get_or_raise(session, program_made.id), **ground)
    again = caller(ask(auth=basic(program_made), audience="auth"))
    assert again.get("/auth/feeds/auth/people").status_code == 200, (
        "issued after the revocation, in the same second"
    )
    assert living.get("/auth/feeds/auth/people").status_code == 401


def test_a_term_that_is_over_and_a_removed_program_end_it(ask, engine, program_made):
    with clock.frozen(clock.now() + timedelta(days=89)):
        assert ask(auth=basic(program_made), audience="auth").status_code == 200
    with unit_of_work(engine) as session:
        program = programs.get_or_raise(session, program_made.id)
        program.expires_on = clock.today() - timedelta(days=1)
    assert ask(auth=basic(program_made), audience="auth").json["error"] == "unauthorized_client"
    with unit_of_work(engine) as session:
        program = programs.get_or_raise(session, program_made.id)
        programs.remove(session, program=program, order_number="9", order_date=clock.today(), actor="test")
    assert ask(auth=basic(program_made), audience="auth").json["error"] == "invalid_client"


def test_what_a_service_no_longer_offers_cannot_be_asked_for(ask, engine, program_made):
    from auth.programs import offers

    with unit_of_work(engine) as session:
        offers.register(session, service="auth", feeds=["auth/people"], operations=[])
    assert ask(auth=basic(program_made), audience="auth").json["scope"] == "feed:auth/people"
    assert ask(auth=basic(program_made), audience="auth", scope="do:auth.person.read").status_code == 400
    with unit_of_work(engine) as session, pytest.raises(offers.OfferRefused):
        offers.register(session, service="library", feeds=["auth/people"], operations=[])
