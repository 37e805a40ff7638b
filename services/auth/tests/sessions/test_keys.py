"""Two keys always; private halves are nobody's business; a rotation voids no token."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from auth.sessions.keys import KeyRing
from chassis import clock

pytestmark = pytest.mark.unit


def test_the_first_start_makes_two_keys_nobody_else_can_read(tmp_path):
    ring = KeyRing(tmp_path / "keys", tmp_path / "gateway" / "jwks.json").open()
    kids = [key["kid"] for key in ring.jwks()["keys"]]
    assert len(set(kids)) == 2
    assert all("d" not in key and key["alg"] == "RS256" for key in ring.jwks()["keys"])
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").glob("*.pem")} == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert json.loads((tmp_path / "gateway" / "jwks.json").read_text()) == ring.jwks()


def test_a_second_process_takes_the_same_keys_and_sees_a_rotation(tmp_path):
    one, two = KeyRing(tmp_path).open(), KeyRing(tmp_path).open()
    assert one.jwks() == two.jwks()
    assert one.rotate()
    assert one.jwks() == two.jwks()


def test_a_rotation_signs_with_the_announced_key_and_keeps_the_old_one_for_an_hour(tmp_path):
    with clock.frozen(datetime(2026, 11, 23, tzinfo=UTC)) as at:
        ring = KeyRing(tmp_path).open()
        announced = {key["kid"] for key in ring.jwks()["keys"]}
        old = ring.sign({"sub": "x"})
        assert not ring.rotate(if_older_than=timedelta(days=90))
        at.advance(days=90)
        assert ring.rotate(if_older_than=timedelta(days=90))
        new = ring.sign({"sub": "x"})
        keys = KeySet.import_key_set(ring.jwks())
        assert jwt.decode(new, keys).header["kid"] in announced
        assert jwt.decode(old, keys).claims == {"sub": "x"}
        at.advance(hours=2)
        ring.rotate()
        assert len(ring.jwks()["keys"]) == 3
        assert jwt.decode(old, keys).header["kid"] not in {key["kid"] for key in ring.jwks()["keys"]}
