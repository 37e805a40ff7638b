import socket
import urllib.request
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from chassis import clock
from chassis.testing import forms, tokens
from chassis.testing.world import OutsideWorld, is_here

PAGE = """
<form action="/portal/preferences" method="post"><input name="lang" value="kk"></form>
<form action="/portal/search"><input name="q"></form>
<form method="post" action="/portal/x?tab=2">
  <input type="hidden" name="_csrf" value="c1"><input type="hidden" name="_key" value="k1">
  <input name="title" value="old"><textarea name="text">long &amp; old</textarea>
  <select name="kind"><option value="a">A</option><option value="b" selected>B</option></select>
  <select name="first"><option value="1">1</option><option value="2">2</option></select>
  <input type="checkbox" name="off" value="1"><input type="checkbox" name="on" value="1" checked>
  <button name="act" value="save">Save</button>
</form>
<form method="post" action="/portal/x/delete"><input type="hidden" name="_csrf" value="c2"></form>
"""


@pytest.mark.unit
def test_a_form_is_filled_as_a_browser_would():
    form = forms.find_form(PAGE, {"title"}, None)
    assert form.action == "/portal/x?tab=2"
    typed = {"_csrf": "c1", "_key": "k1", "title": "old", "text": "long & old"}
    assert form.values == typed | {"kind": "b", "first": "1", "on": "1"}
    assert forms.find_form(PAGE, (), "/portal/x/delete").values == {"_csrf": "c2"}
    with pytest.raises(LookupError, match="/portal/none"):
        forms.find_form(PAGE, (), "/portal/none")


@pytest.mark.unit
def test_other_machines_are_out_of_reach():
    with pytest.raises(OutsideWorld, match="example"):
        urllib.request.urlopen("http://example.com")
    with socket.socket() as outside, pytest.raises(OutsideWorld):
        outside.connect(("192.0.2.1", 80))
    with socket.socket() as here:
        here.settimeout(1)
        assert here.connect_ex(("127.0.0.1", 1)) != 0


@pytest.mark.unit
@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        (None, True),
        ("10.0.0.1", False),
        ("x.kz", False),
    ],
)
def test_here_and_elsewhere(host, here):
    assert is_here(host) is here


@pytest.mark.unit
def test_tokens_are_what_auth_would_issue(jwks):
    at = datetime(2026, 9, 1, 4, tzinfo=UTC)
    person = UUID("019926f0-0000-7000-8000-000000000001")
    with clock.frozen(at):
        token = tokens.person_token(
            "http://x/auth", person, roles=("teacher",), auth_time=at - timedelta(hours=1)
        )
    read = jwt.decode(token, KeySet([tokens.key()]), algorithms=["RS256"])
    assert read.header == {"alg": "RS256", "typ": "at+jwt", "kid": "test"}
    claims = read.claims
    assert (claims["sub"], claims["aud"], claims["iss"]) == (str(person), "shanyraq", "http://x/auth")
    assert (claims["exp"] - claims["iat"], claims["iat"] - claims["auth_time"]) == (300, 3600)
    machine = jwt.decode(
        tokens.program_token("i", "auth", ("feed:a/b", "c")), tokens.key(), algorithms=["RS256"]
    )
    assert (machine.claims["sub"], machine.claims["scope"], "sid" in machine.claims) == (
        "program:test",
        "feed:a/b c",
        False,
    )
    assert jwks.startswith("file:///")
    with urllib.request.urlopen(jwks) as source:
        assert b'"d"' not in source.read()
