"""One-time codes by time and the forms a code may have; secrets at rest."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.factors import rules, vault

# RFC 6238, appendix B, SHA-1, the last six of eight digits.
SEED = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
NOW = datetime(2026, 11, 25, 8, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // 30


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_clause_10_the_codes_are_those_of_rfc_6238(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)
    assert rules.matching_step(SEED, code, at=at, last_step=-1) == seconds // 30


@pytest.mark.parametrize(
    ("offset", "taken"),
    [(-90, False), (-60, False), (-30, True), (0, True), (30, True), (60, False), (3 * 3600, False)],
)
def test_a_clock_may_be_off_by_one_step(offset, taken):
    made = NOW + timedelta(seconds=offset)
    found = rules.matching_step(SECRET, code_at(made), at=NOW, last_step=0)
    assert found == (step_at(made) if taken else None)


@pytest.mark.parametrize(("last", "taken"), [(-1, True), (0, False), (1, False)])
def test_a_code_is_never_taken_twice_nor_an_older_one(last, taken):
    found = rules.matching_step(SECRET, code_at(NOW), at=NOW, last_step=step_at(NOW) + last)
    assert (found is not None) is taken


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_no_other_code_is_taken(code):
    good = {code_at(NOW + timedelta(seconds=30 * step)) for step in (-1, 0, 1)}
    assert (rules.matching_step(SECRET, code, at=NOW, last_step=0) is not None) is (code in good)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("123456", "otp"),
        (" 123 456 ", "otp"),
        ("123-456", "otp"),
        ("12345", ""),
        ("1234567", ""),
        ("١٢٣٤٥٦", ""),
        ("12345\0", ""),
        ("", ""),
        ("7-abcd-efgh-jkmn", "recovery"),
        ("7 ABCD EFGH JKMN", "recovery"),
        ("7abcdefghjkmn", "recovery"),
        ("a-abcd-efgh-jkmn", ""),
        ("7-abcd-efgh-jkm1", ""),
        ("x" * 10_000, ""),
    ],
)
def test_what_a_typed_code_can_be(typed, kind):
    assert rules.kind_of(rules.clean(typed)) == kind


@given(st.text(max_size=60), st.uuids(), st.text(min_size=16, max_size=60))
def test_a_sealed_secret_comes_back_to_its_person_alone(secret, person, key):
    sealed = vault.seal(secret, person_id=person, secret_key=key)
    assert vault.unseal(sealed, person_id=person, secret_key=key) == secret
    assert sealed != vault.seal(secret, person_id=person, secret_key=key)
    for who, with_key in ((uuid4(), key), (person, key + "x")):
        with pytest.raises(vault.Unreadable):
            vault.unseal(sealed, person_id=who, secret_key=with_key)


@given(st.data())
def test_a_changed_secret_is_not_read(data):
    person = uuid4()
    sealed = vault.seal(SECRET, person_id=person, secret_key="k" * 32)
    assert SECRET.encode() not in sealed
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:place] + bytes([sealed[place] ^ data.draw(st.integers(1, 255))]) + sealed[place + 1 :]
    for bad in (changed, sealed[:place]):
        with pytest.raises(vault.Unreadable):
            vault.unseal(bad, person_id=person, secret_key="k" * 32)
