"""Logins that look alike: read as one at the sign-in, refused when one is asked for (clause 10)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.accounts import lookalikes

pytestmark = pytest.mark.unit
LOGINS = st.from_regex(re.compile(r"[a-z][a-z0-9]{0,12}(\.[a-z0-9]{1,6})?"), fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        ("аdmin", "admin"), ("ADMIN", "admin"), (" admin ", "admin"), ("\u202eadmin\u202c", "admin"), ("ad\u200bmin", "admin"),
        ("a\0b", "ab"), ("ａｄｍｉｎ", "admin"), ("сергеев.а", "cepгeeв.a"), ("οmega", "omega"), ("ёлка", "eлкa"), ("админ", "aдмин"),
        ("ahmetov.a2", "ahmetov.a2"), ("х" * 5000, "x" * 64), ("", ""),
    ],
)  # fmt: skip
def test_clause_10_a_login_is_read_as_it_looks(typed, login):
    assert lookalikes.fold(typed) == login


@pytest.mark.parametrize(
    ("one", "other"),
    [("ivanov.o", "ivanov.0"), ("alimov.l", "alimov.1"), ("bernar.a", "bemar.a"), ("vvan", "wan"), ("pаvel", "pavel"), ("rnrn", "mm")],
)  # fmt: skip
def test_look_alikes_have_one_skeleton(one, other):
    assert lookalikes.skeleton(one) == lookalikes.skeleton(other)


@pytest.mark.parametrize(
    ("login", "fault"),
    [
        ("ahmetov.a", None), ("t0040", None), ("a-b.c1", None), ("аdmin", "login-mixed"), ("admіn", "login-mixed"), ("aβ", "login-mixed"),
        ("админ", "login-letters"), ("Admin", "login-letters"), ("a b", "login-letters"), ("a..b", "login-letters"), (".a", "login-letters"),
        ("0040", None), ("", "login-letters"), ("a" * 65, "login-letters"), ("a\0", "login-letters"), ("a\u202eb", "login-letters"),
    ],
)  # fmt: skip
def test_clause_10_no_login_mixes_alphabets_or_hides_characters(login, fault):
    assert lookalikes.login_fault(login) == fault


@given(LOGINS)
def test_a_stored_login_is_read_as_itself(login):
    assert lookalikes.fold(login) == login
    assert lookalikes.fold(login.upper()) == login


@given(LOGINS)
def test_a_skeleton_is_its_own_skeleton(login):
    assert lookalikes.skeleton(lookalikes.skeleton(login)) == lookalikes.skeleton(login)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_as_something_short_and_visible(typed):
    found = lookalikes.fold(typed)
    assert len(found) <= lookalikes.MAX_LENGTH
    assert not lookalikes.has_invisible(found)


@given(LOGINS, st.data())
def test_any_twin_of_any_letter_is_the_same_login(login, data):
    twins = {latin: chr(other) for other, latin in lookalikes.TWINS.items()}
    at = data.draw(st.integers(0, len(login) - 1))
    typed = login[:at] + twins.get(login[at], login[at]) + login[at + 1 :]
    assert lookalikes.fold(typed) == login
    assert lookalikes.skeleton(typed) == lookalikes.skeleton(login)
