"""What no password may be: leaked, expected, too long to hash, or with characters nobody sees (clause 10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.accounts import leaked, password_rules

pytestmark = pytest.mark.unit
LISTED = frozenset({"dragon", "sunshine", "manchester", "q1w2e3r4t5", "monkey"})


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("manchester", ["leaked"]), ("Manchester", ["leaked"]), ("dragondragon", ["leaked"]), ("dragon-2026!", ["leaked"]),
        ("2026Sunshine", ["leaked"]), ("dr4gon!2026", ["leaked"]), ("monkeymonkeymonkey", ["leaked"]), ("q1w2e3r4t5", ["leaked"]),
        ("dragon and sunshine", []), ("dragon7419038265", []), ("тыныш өзен жағасында", []), ("k7#mVq2!xR", []),
        ("gfhjkm2026", ["obvious"]), ("rehcfyn2026", ["obvious"]), ("frfltvbz21", ["obvious"]),
        ("f[vtnjd cthbr", ["about-you"]), ("long\0winter nights", ["invisible"]), ("long\u202ewinter nights", ["invisible"]),
        ("long\u200fwinter", ["invisible"]), ("long\nwinter nights", ["invisible"]), ("long\u200bwinter", ["invisible"]), ("x" * 1_000_000, ["long"]),
    ],
)  # fmt: skip
def test_clause_10_leaked_and_expected_passwords_are_refused(password, faults):
    found = password_rules.password_faults(password, about=("ahmetov.a", "Ахметов Серик"), listed=LISTED)
    assert found == faults


@pytest.mark.parametrize(("length", "faults"), [(10, []), (12, ["short"]), (20, ["short"])])
def test_clause_10_the_length_is_the_academys(length, faults):
    assert password_rules.password_faults("k7#mVq2!xR", length=length) == faults


@given(st.text(min_size=129, max_size=2000))
def test_nothing_longer_than_the_limit_is_looked_at(password):
    assert password_rules.password_faults(password, about=("x",)) == ["long"]


@given(
    st.sampled_from(sorted(filter(str.isalpha, LISTED))),
    st.integers(0, 9999),
    st.sampled_from(["", "!", "-", "_", " "]),
)
def test_no_listed_word_becomes_good_by_a_year_and_a_sign(word, year, sign):
    assert password_rules.is_leaked(f"{word}{sign}{year}", LISTED)
    assert password_rules.is_leaked(f"{year}{sign}{word}", LISTED)


@given(st.sampled_from(sorted(LISTED)), st.integers(1, 12))
def test_repeating_a_listed_password_does_not_help(word, times):
    assert password_rules.is_leaked(word * times, LISTED)


def test_the_list_comes_with_the_installation_and_is_read_once():
    assert leaked.listed() is leaked.listed()
    assert len(leaked.listed()) == 30_000
    assert {"123456", "password", "qwertyuiop"} <= leaked.listed()
