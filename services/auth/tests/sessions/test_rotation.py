"""Rotating the signing keys at once: by page and by command; sign-ins stand (clause 8)."""

import pytest
from sqlalchemy import text
from werkzeug.datastructures import Headers

from auth import keys as command
from auth.sessions import tokens
from auth.sessions.keys import KeyRing, ring
from chassis import clock
from chassis.identity import JwksSource, Verifier
from chassis.problems import Unauthenticated
from chassis.testing.web import ISSUER

ORDER = {"order_number": "12-к", "order_date": "01.09.2026"}


def kids(keys: KeyRing) -> set[str]:
    return {key["kid"] for key in keys.jwks()["keys"]}


def test_distrusted_keys_are_gone_with_the_announced_one(tmp_path):
    keys = KeyRing(tmp_path).open()
    keys.rotate()
    before = kids(keys)
    assert len(before) == 3
    keys.rotate(distrust=True)
    assert len(kids(keys)) == 2
    assert kids(keys).isdisjoint(before)
    assert {path.stem for path in tmp_path.glob("*.pem")} == kids(keys)
    assert [state for _kid, state, _at in keys.states()] == ["current", "next"]


def test_what_distrusted_keys_signed_is_refused_by_who_reads_the_keys_anew(tmp_path):
    keys = KeyRing(tmp_path).open()
    source = JwksSource(keys.public_file.as_uri(), tmp_path / "cache.json")
    at = int(clock.now().timestamp())
    claims = {
        "iss": ISSUER, "aud": "shanyraq", "sub": "019aaf4e-0012-7c31-9b5d-4f1e00000012", "sid": "s", "iat": at, "nbf": at,
        "exp": at + 300, "auth_time": at, "roles": [],
    }  # fmt: skip
    old = Headers({"Authorization": f"Bearer {keys.sign(claims)}"})
    verifier = Verifier(ISSUER, "portal", source, lambda *_args: False, 0)
    assert verifier.identify(old, safe=True).sid == "s"
    keys.rotate(distrust=True)
    source._asked -= 60
    fresh = Headers({"Authorization": f"Bearer {keys.sign(claims)}"})
    assert verifier.identify(fresh, safe=True).sid == "s"
    with pytest.raises(Unauthenticated):
        verifier.identify(old, safe=True)


def test_clause_8_keys_are_rotated_by_an_order_and_people_go_on(
    administrator, browser, make_person, app, session
):
    browser.sign_in(make_person().login)
    settings = app.extensions["chassis"].settings
    before = kids(tokens.key_ring(settings))
    page = administrator.get("/auth/keys").get_data(as_text=True)
    assert all(kid in page for kid in before)
    assert administrator.submit("/auth/keys", {"order_number": "", "order_date": ""}).status_code == 422
    assert administrator.submit("/auth/keys", {**ORDER, "distrust": "1"}).status_code == 303
    assert kids(tokens.key_ring(settings)).isdisjoint(before)
    assert browser.get("/auth/me").status_code == 303
    assert browser.get("/auth/internal/renew").status_code == 204
    row = session.execute(text("select * from chassis.audit_row where act = 'auth.key.rotated'")).one()
    assert (row.after, row.basis) == ({"distrust": True}, "№ 12-к, 01.09.2026")


def test_the_command_rotates_too(environment, monkeypatch, capsys, app, session):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    keys = ring(app.extensions["chassis"].settings.keys_folder, None)
    before = kids(keys)
    assert command.main(["rotate", "--now"]) == 0
    assert len(kids(keys) & before) == 2
    assert command.main(["rotate", "--now", "--distrust"]) == 0
    assert kids(keys).isdisjoint(before)
    assert capsys.readouterr().out.startswith("signing now: ")
    with pytest.raises(SystemExit):
        command.main(["rotate"])
    assert (
        session.execute(text("select count(*) from chassis.revocation where key = 'all:people'")).scalar()
        == 1
    )
