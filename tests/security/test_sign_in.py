"""What the sign-in promises about passwords, seen from outside (ASVS 6.2, 6.4.2, 7.4.4)."""

import re

import pytest
from tests.security.conftest import PASSWORD, Visitor, sign_in

from chassis.testing.forms import find_form
from dev.bench.crowd import Member
from dev.testing import House

FIELD = re.compile(r"<input[^>]*\bname=\"(password|present|new|again)\"[^>]*>")
HINTS = ("hint", "question", "secret_answer", "birth", "mother")


@pytest.mark.parametrize("path", ["/auth/login", "/auth/password", "/auth/step-up"])
def test_password_fields_hide_what_is_typed_and_let_managers_fill_them(
    member: Member, visitor: Visitor, path: str
) -> None:
    page = visitor(None if path == "/auth/login" else member).get(path).text
    fields = [found[0] for found in FIELD.finditer(page)]
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "onpaste" not in field
        assert "value=" not in field or 'value=""' in field


def test_a_password_is_taken_as_it_is_typed(house: House, member: Member, visitor: Visitor) -> None:
    """Long, with spaces at its ends and letters of any script; other case, a missing space or its beginning alone do not pass."""
    typed = "  Ұзақ құпиясөз, that goes on and on " + "wXyZ-07 " * 8 + " "
    assert 64 < len(typed) <= 128
    client = visitor(member)
    form = find_form(client.get("/auth/password").text, {}, "/auth/password")
    values = {**form.values, "present": PASSWORD, "new": typed, "again": typed}
    assert client.post("/auth/password", data=values).status_code == 303
    for wrong in (typed.lower(), typed.strip(), typed[:64], PASSWORD):  # five failures would begin a wait
        assert "sid" not in signed(visitor, member.login, wrong)
    assert "sid" in signed(visitor, member.login, typed)


def signed(visitor: Visitor, login: str, password: str) -> set[str]:
    client = visitor()
    sign_in(client, login, password)
    return set(client.cookies)


def test_an_old_password_holds(house: House, member: Member, visitor: Visitor) -> None:
    query = "update account set password_at = now() - interval '5 years' where person_id = %s returning 1"
    assert house.sql("auth", query, member.person_id)
    answer = sign_in(visitor(), member.login, PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/")


def test_there_are_no_hints_and_secret_questions(house: House) -> None:
    query = "select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'"
    columns = [row[0] for row in house.sql("auth", query)]
    assert "account.password_hash" in columns
    assert [name for name in columns for word in HINTS if word in name.partition(".")[2]] == []


def test_every_page_has_a_way_to_sign_out(member: Member, visitor: Visitor) -> None:
    client = visitor(member)
    for path in ("/auth/me", "/auth/password", "/portal/", "/library/", "/portal/timetable"):
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        assert re.search(r'<form[^>]*action="/auth/logout"', answer.text), path
