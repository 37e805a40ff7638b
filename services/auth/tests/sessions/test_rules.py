"""Where one may go after signing in, and when a session ends by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from auth.sessions import rules

pytestmark = pytest.mark.unit
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/journal/", "/journal/"), ("/auth/people?q=a&page=2", "/auth/people?q=a&page=2"), ("/auth/me", "/auth/me"),
        (None, rules.HOME), ("", rules.HOME), ("journal", rules.HOME), ("//evil.example", rules.HOME),
        ("https://evil.example/", rules.HOME), ("/\\evil.example", rules.HOME), ("/\t/evil.example", rules.HOME),
        ("javascript:alert(1)", rules.HOME), ("/a\r\nSet-Cookie: x", rules.HOME), ("///evil.example", rules.HOME),
        ("/auth/login?next=/x", rules.HOME), ("/auth/logout", rules.HOME), ("/auth/password", rules.HOME),
        ("/auth/code?next=/x", rules.HOME), ("http:/evil.example", rules.HOME), ("https:evil.example", rules.HOME),
        ("http://me:you@evil.example/", rules.HOME), ("//me@evil.example/", rules.HOME), ("/\\/evil.example", rules.HOME),
        ("\\\\evil.example", rules.HOME), (" //evil.example", rules.HOME), ("/\x00/evil.example", rules.HOME),
        ("/\x0b/evil.example", rules.HOME), ("/\n/evil.example", rules.HOME), ("data:text/html,x", rules.HOME),
        ("HTTPS://EVIL.EXAMPLE", rules.HOME), ("?next=//evil.example", rules.HOME), ("#//evil.example", rules.HOME),
        # A browser does not read these as another host: they stay paths of this site.
        ("/%2f%2fevil.example", "/%2f%2fevil.example"), ("/%5cevil.example", "/%5cevil.example"),
        ("/@evil.example", "/@evil.example"), ("/a?u=https://evil.example", "/a?u=https://evil.example"),
        ("/auth/internal/renew", rules.HOME), ("/" + "a" * 3000, rules.HOME),
    ],
)  # fmt: skip
def test_one_returns_to_this_site_only(target, goes_to):
    assert rules.safe_next(target) == goes_to


@pytest.mark.parametrize(
    ("created_before", "seen_before", "lives"),
    [(timedelta(hours=1), timedelta(minutes=1), True), (timedelta(hours=3), timedelta(hours=2), False),
     (timedelta(hours=12), timedelta(0), False), (timedelta(hours=11, minutes=59), timedelta(minutes=119), True)],
)  # fmt: skip
def test_a_session_ends_when_left_alone_or_too_old(created_before, seen_before, lives):
    found = rules.is_living(
        created_at=NOON - created_before,
        seen_at=NOON - seen_before,
        now=NOON,
        idle=timedelta(hours=2),
        absolute=timedelta(hours=12),
    )
    assert found is lives


def test_a_token_made_right_after_a_revocation_is_younger_than_it():
    claims = rules.person_claims(
        issuer="i", person_id="p", sid="s", auth_time=NOON, roles=["teacher"], version=1, name="n", now=NOON,
        not_before=int(NOON.timestamp()), token_id="t",
    )  # fmt: skip
    assert claims["iat"] == int(NOON.timestamp()) + 1
    assert claims["nbf"] == int(NOON.timestamp())
    assert claims["exp"] - claims["nbf"] == 300
