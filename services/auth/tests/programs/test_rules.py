"""Names, terms, keys and assertions of programs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from auth.programs import rules

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
GOOD = {"iss": "x-1", "sub": "x-1", "aud": "https://a/auth/token", "exp": AT + 60, "iat": AT, "jti": "1"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("staff-register", None), ("abc", None), ("a1b-2", None), ("portal", "reserved"),
        ("ab", "bad-client-id"), ("a" * 41, "bad-client-id"), ("Staff", "bad-client-id"), ("-ab", "bad-client-id"),
        ("ab--c", "bad-client-id"), ("abc-", "bad-client-id"), ("1ab", "bad-client-id"), ("кадр", "bad-client-id"),
        ("a b c", "bad-client-id"), ("abc\n", "bad-client-id"), ("", "bad-client-id"),
    ],
)  # fmt: skip
def test_names(name, code):
    assert rules.client_id_fault(name, {"portal"}) == code


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "term-over"), (0, "term-over"), (1, None), (1098, None), (1099, "term-long")]
)
def test_terms(days, code):
    today = date(2026, 11, 25)
    assert rules.term_fault(today + timedelta(days=days), today) == code


@pytest.mark.parametrize(
    ("scope", "service"),
    [("feed:ejournal/marks", "ejournal"), ("do:auth.person.read", "auth"), ("feed:auth/people", "auth")],
)
def test_a_scope_is_for_the_service_that_serves_it(scope, service):
    assert rules.audience_of(scope) == service


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (RSAKey.generate_key(2048).as_dict(private=False), None),
        (ECKey.generate_key("P-256").as_dict(private=False), None),
        (OKPKey.generate_key("Ed25519").as_dict(private=False), None),
        (OKPKey.generate_key("Ed25519").as_dict(private=True), "private-key"),
        (ECKey.generate_key("P-256").as_dict(private=True), "private-key"),
        (OctKey.generate_key(256).as_dict(private=True), "private-key"),
        (ECKey.generate_key("P-384").as_dict(private=False), "unknown-key"),
        (OKPKey.generate_key("X25519").as_dict(private=False), "unknown-key"),
        ({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "weak-key"),
        ({"kty": "RSA", "e": "AQAB"}, "weak-key"),
        ({"kty": "RSA", "n": "A" * 5000, "e": "AQAB"}, "weak-key"),
        ({}, "unknown-key"),
    ],
)
def test_keys(key, code):
    assert rules.key_fault(key) == code


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"aud": ["https://a/auth/token"]}, None),
        ({"exp": AT + 330}, None),
        ({"exp": AT - 29}, None),
        ({"nbf": AT + 30}, None),
        ({"iss": "y"}, "iss and sub"),
        ({"sub": "y"}, "iss and sub"),
        ({"sub": None}, "iss and sub"),
        ({"aud": "https://b/auth/token"}, "aud must be"),
        ({"aud": ["https://a/auth/token", "https://b"]}, "aud must be"),
        ({"aud": None}, "aud must be"),
        ({"exp": AT - 31}, "exp is missing or over"),
        ({"exp": None}, "exp is missing or over"),
        ({"exp": True}, "exp is missing or over"),
        ({"exp": "9999999999"}, "exp is missing or over"),
        ({"exp": AT + 3 * 3600}, "more than five minutes"),
        ({"iat": AT + 31}, "iat is in the future"),
        ({"nbf": AT + 3 * 3600}, "nbf is in the future"),
        ({"jti": ""}, "jti"),
        ({"jti": None}, "jti"),
        ({"jti": 7}, "jti"),
        ({"jti": "x" * 201}, "jti"),
    ],
)
def test_assertions(change, words):
    fault = rules.assertion_fault(
        {**GOOD, **change}, client_id="x-1", audience="https://a/auth/token", now=NOW
    )
    assert fault is None if words is None else words in str(fault)


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.none() | st.text() | st.integers() | st.floats()))
def test_no_claims_whatever_break_the_judgement(change):
    claims = {**GOOD, **change}
    fault = rules.assertion_fault(claims, client_id="x-1", audience="https://a/auth/token", now=NOW)
    living = isinstance(claims["exp"], int | float) and AT - 30 < claims["exp"] <= AT + 330
    assert fault is not None or (living and claims["iss"] == claims["sub"] == "x-1")


@given(st.sets(st.sampled_from(rules.SLOTS)))
def test_there_are_never_more_than_two(taken):
    slot = rules.free_slot(iter(taken))
    assert (slot is None) == (len(taken) == 2)
    assert slot not in taken
