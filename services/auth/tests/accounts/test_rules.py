"""Logins by the alphabet of 2021, the password policy, and how long one waits (clause 10)."""

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.accounts import lookalikes, password_rules, rules

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Әлиев", "äliev"), ("Қасымов", "qasymov"), ("Ғабит", "ğabit"), ("Сейітқали", "seiıtqali"), ("Жүніс", "jünıs"),
        ("Өмірбек", "ömırbek"), ("Ұлан", "ūlan"), ("Шыңғыс", "şyñğys"), ("Һакім", "hakım"), ("Юрий", "iurii"),
        ("Щербаков", "şcherbakov"), ("Объедков", "obedkov"), ("Smith", "smith"),
    ],
)  # fmt: skip
def test_names_are_written_by_the_latin_alphabet_of_2021(name, latin):
    assert rules.transliterate(name) == latin


@pytest.mark.parametrize(
    ("parts", "logins"),
    [
        (("Ахметов", "Арман", "Болатұлы"), ["ahmetov.a", "ahmetov.ab", "ahmetov.a2", "ahmetov.a3"]),
        (
            ("Әбділқасымова", "Гүлнұр", None),
            ["abdılqasymova.g".replace("ı", "i"), "abdilqasymova.g2", "abdilqasymova.g3"],
        ),
        (("Ким", "Ён-Су", None), ["kim.i", "kim.i2", "kim.i3"]),
        (("李", "明", None), ["user", "user2", "user3"]),
    ],
)
def test_clause_10_a_login_comes_from_the_name(parts, logins):
    assert list(islice(rules.login_candidates(*parts), len(logins))) == logins


@given(st.text(max_size=60), st.text(max_size=20), st.none() | st.text(max_size=20))
def test_every_login_can_be_typed_on_any_keyboard(family, given_name, patronymic):
    for login in islice(rules.login_candidates(family, given_name, patronymic), 4):
        assert lookalikes.login_fault(login) is None
        assert login == lookalikes.fold(login)
        assert len(login) <= 64


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("тыныш өзен жағасында", []),
        ("correct horse battery", []),
        ("k7#mVq2!xR", []),
        ("short", ["short"]),
        ("x9" * 70, ["long"]),
        ("Ahmetov.A-2026!", ["about-you"]),
        ("ахметов моя семья", ["about-you"]),
        ("мой номер К-0001 есть", []),
        ("1234567890", ["obvious"]),
        ("qwertyuiop", ["obvious"]),
        ("йцукенгшщз", ["obvious"]),
        ("aaaaaaaaaaaa", ["obvious"]),
        ("Password2026", ["obvious"]),
        ("P@ssw0rd2026", ["obvious"]),
        ("құпиясөз2026", ["obvious"]),
        ("0987654321", ["obvious"]),
    ],
)
def test_clause_10_the_password_policy(password, faults):
    assert (
        password_rules.password_faults(password, about=("ahmetov.a", "Ахметов Арман Болатұлы", "К-0001"))
        == faults
    )


@given(st.text(min_size=1, max_size=9))
def test_nothing_shorter_than_ten_passes(password):
    assert {"short", "invisible"} & set(password_rules.password_faults(password, about=()))


@pytest.mark.parametrize(
    ("kind", "failures", "seconds"),
    [("login", 0, 0), ("login", 4, 0), ("login", 5, 30), ("login", 6, 60), ("login", 8, 240), ("login", 50, 900),
     ("address", 90, 0), ("address", 99, 0), ("address", 100, 30), ("address", 1000, 900)],
)  # fmt: skip
def test_waiting_begins_late_for_a_class_room_and_ends_at_a_quarter_of_an_hour(kind, failures, seconds):
    assert rules.wait_after(kind, failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("blocked", "deleted", "days", "found"),
    [
        (False, False, None, "open"), (False, False, 1, "open"), (False, False, 0, "open"), (False, False, -1, "expired"),
        (True, False, None, "blocked"), (True, False, 0, "blocked"), (True, False, -1, "expired"), (False, True, None, "deleted"),
        (True, True, -1, "deleted"),
    ],
)  # fmt: skip
def test_clause_10_an_account_works_on_its_last_day_and_not_after(blocked, deleted, days, found):
    today = date(2026, 11, 25)
    last = None if days is None else today + timedelta(days=days)
    assert rules.standing(blocked=blocked, deleted=deleted, expires_on=last, today=today) == found
    assert rules.STATUS[found] in {"active", "blocked", "left"}


@pytest.mark.parametrize(
    ("days", "fault"), [(0, None), (-366, None), (-367, "long-over"), (3660, None), (3661, "too-far")]
)
def test_a_last_day_is_within_what_orders_say(days, fault):
    today = date(2026, 11, 25)
    assert rules.last_day_fault(today + timedelta(days=days), today=today) == fault
