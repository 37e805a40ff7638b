"""What Keycloak is told, what of its answers is trusted, and what counts as drift."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from auth.keycloak import desired, rules
from auth.keycloak.rules import Wanted

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ISSUER = "https://id.example/realms/shanyraq"
PERSON = Wanted(
    person_id="p", login="alimov.e", given_name="Ерлан", family_name="Әлімов", language="kk", enabled=True
)
PLACE = desired.Place(
    realm="shanyraq",
    public_url="https://academy.example",
    inside_url="http://gateway:8080",
    client_secret="c" * 32,
    accounts_secret="a" * 32,
    has_theme=True,
    password_length=12,
    password_history=7,
    idle_minutes=30,
    session_hours=8,
)


@pytest.mark.parametrize(
    ("time_cost", "memory", "parallelism"), [(2, 19 * 1024, 1), (1, 8192, 2), (3, 65536, 4)]
)
def test_a_hash_of_ours_is_one_keycloak_can_verify(time_cost, memory, parallelism):
    hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory, parallelism=parallelism)
    made = rules.credential(hasher.hash("long winter nights"))
    data, secret = json.loads(made["credentialData"]), json.loads(made["secretData"])
    costs = data["additionalParameters"]
    again = hash_secret_raw(
        b"long winter nights",
        base64.b64decode(secret["salt"]),
        time_cost=data["hashIterations"],
        memory_cost=int(costs["memory"][0]),
        parallelism=int(costs["parallelism"][0]),
        hash_len=int(costs["hashLength"][0]),
        type=Type.ID,
    )
    assert again == base64.b64decode(secret["value"])
    assert (data["algorithm"], costs["type"], costs["version"]) == ("argon2", ["id"], ["1.3"])


@pytest.mark.parametrize(
    ("password_hash", "temporary", "actions"),
    [("", True, None), ("hash", True, ["UPDATE_PASSWORD"]), ("hash", False, [])],
)
def test_a_password_goes_along_only_when_it_is_new(password_hash, temporary, actions):
    encoded = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x") if password_hash else ""
    user = rules.payload(Wanted(**{**PERSON.__dict__, "password_hash": encoded, "temporary": temporary}))
    assert ("credentials" in user) == bool(password_hash)
    assert user.get("requiredActions") == actions
    assert user["attributes"] == {"person_id": ["p"], "locale": ["kk"]}


@given(st.integers(0, 10_000))
def test_pauses_grow_and_end_at_five_minutes(tries):
    assert timedelta() < rules.pause(tries) <= rules.pause(tries + 1) <= timedelta(minutes=5)


@pytest.mark.parametrize(
    ("attempt", "state", "fault"),
    [
        ({"state": "s", "at": NOW.timestamp()}, "s", ""),
        ({"state": "s", "at": NOW.timestamp() - 599}, "s", ""),
        ({"state": "s", "at": NOW.timestamp() - 601}, "s", "old"),
        ({"state": "s", "at": NOW.timestamp()}, "t", "state"),
        ({"state": "", "at": NOW.timestamp()}, "", "state"),
        ({"state": "s", "at": NOW.timestamp()}, "", "state"),
        ({}, "s", "state"),
    ],
)
def test_an_answer_belongs_to_the_attempt_of_this_browser(attempt, state, fault):
    assert rules.attempt_fault(attempt, state=state, now=NOW) == fault


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 0), (59, 0), (-59, 0), (120, 2), (-120, 2), (3 * 3600, 180), (-3 * 3600, 180)],
)
def test_a_clock_that_disagrees_is_named(seconds, minutes):
    assert rules.clock_gap({"iat": NOW.timestamp() + seconds}, NOW) == minutes


GOOD_LOGOUT = {
    "iss": ISSUER,
    "aud": "shanyraq",
    "iat": NOW.timestamp(),
    "exp": NOW.timestamp() + 120,
    "events": {rules.LOGOUT_EVENT: {}},
    "sid": "one",
}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, ""),
        ({"aud": ["other", "shanyraq"]}, ""),
        ({"sid": None, "sub": "somebody"}, ""),
        ({"iss": "https://other.example/realms/shanyraq"}, "iss"),
        ({"aud": "other"}, "aud"),
        ({"iat": NOW.timestamp() - 3 * 3600}, "iat"),
        ({"iat": "now"}, "iat"),
        ({"exp": NOW.timestamp() - 3600}, "exp"),
        ({"events": {}}, "events"),
        ({"events": {rules.LOGOUT_EVENT: "yes"}}, "events"),
        ({"nonce": "n"}, "nonce"),
        ({"sid": None}, "sub"),
        ({"sid": 7}, "sub"),
    ],
)
def test_a_logout_token_is_what_the_standard_asks_for(change, fault):
    claims = {**GOOD_LOGOUT, **change}
    assert rules.logout_fault(claims, issuer=ISSUER, client_id="shanyraq", now=NOW) == fault


@pytest.mark.parametrize(
    ("wanted", "found", "drift"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, {}),
        ({"a": 1}, {"a": 2}, {"a": 1}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, {}),
        ({"a": ["x"]}, {"a": ["x", "y"]}, {"a": ["x"]}),
        ({"a": []}, {"a": ["evil"]}, {"a": []}),
        ({"m": {"a": "1", "b": "2"}}, {"m": {"a": "1", "b": "3", "c": "4"}}, {"m": {"b": "2"}}),
        ({"m": {"a": "1"}}, {"m": None}, {"m": {"a": "1"}}),
    ],
)
def test_drift_is_what_is_wanted_and_found_otherwise(wanted, found, drift):
    assert rules.drift(wanted, found) == drift
    assert rules.drift(wanted, rules.merged(found, drift)) == {}


VALUE = st.sampled_from([True, "x", "", ["a", "b"], ["b", "a"], [], {"a": "1"}, {"a": "2", "b": "1"}, {}])
JSON = st.dictionaries(st.sampled_from("abc"), VALUE)


@given(JSON, JSON)
def test_a_repair_leaves_no_drift_and_what_nobody_asked_for(wanted, found):
    repaired = rules.merged(found, rules.drift(wanted, found))
    assert rules.drift(wanted, repaired) == {}
    assert {name: repaired[name] for name in found.keys() - wanted.keys()} == {
        name: found[name] for name in found.keys() - wanted.keys()
    }


def test_the_sign_in_client_takes_nothing_but_code_with_pkce_from_our_own_address():
    client = desired.clients(PLACE)[rules.SIGN_IN_CLIENT]
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert client["redirectUris"] == ["https://academy.example/auth/keycloak/callback"]
    assert not any(
        client[flow]
        for flow in (
            "implicitFlowEnabled",
            "directAccessGrantsEnabled",
            "serviceAccountsEnabled",
            "publicClient",
        )
    )


def test_the_realm_follows_the_academys_own_rules():
    realm = desired.realm(PLACE)
    assert "length(12)" in realm["passwordPolicy"]
    assert "passwordHistory(7)" in realm["passwordPolicy"]
    assert (realm["ssoSessionIdleTimeout"], realm["ssoSessionMaxLifespan"]) == (1800, 28800)
    assert not realm["registrationAllowed"]
    assert realm["bruteForceProtected"]
    assert realm["eventsExpiration"] > 0
