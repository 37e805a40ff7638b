"""What a stranger learns from answers about which logins exist: nothing (ASVS 6.3.8)."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from tests.security.conftest import Visitor, sign_in, text_of

from dev.bench.crowd import Member
from dev.testing import House

TRIES = 7  # past the failures that are free


@pytest.fixture
def logins(house: House, members: Iterator[Member]) -> dict[str, str]:
    """Logins of every kind: known, blocked, of who left, without a password, unknown."""
    known, blocked, left, bare = (next(members) for _each in range(4))
    block = "update account set blocked_at = now(), blocked_reason = 'test' where person_id = %s returning 1"
    status = "update person set status = %s where id = %s returning 1"
    empty = "update account set password_hash = null where person_id = %s returning 1"
    assert house.sql("auth", block, blocked.person_id)
    assert house.sql("auth", status, "blocked", blocked.person_id)
    assert house.sql("auth", status, "left", left.person_id)
    assert house.sql("auth", empty, bare.person_id)
    return {
        "known": known.login,
        "blocked": blocked.login,
        "left": left.login,
        "without a password": bare.login,
        "unknown": f"nobody.{uuid4().hex[:6]}",
    }


def test_known_unknown_and_blocked_logins_get_one_answer(visitor: Visitor, logins: dict[str, str]) -> None:
    """Each is tried often enough to be made to wait; every answer of the row is the same for all of them."""
    told: dict[str, list[tuple[int, str, tuple[str, ...]]]] = {}
    for kind, login in logins.items():
        client = visitor()
        answers = [sign_in(client, login, "wrong wrong wrong") for _try in range(TRIES)]
        told[kind] = [(one.status_code, text_of(one, login), tuple(sorted(one.headers))) for one in answers]
        assert "sid" not in client.cookies
    first = told.pop("known")
    assert len({text for _status, text, _headers in first}) == 2, "first wrong, then: wait"
    for kind, answers in told.items():
        assert answers == first, kind


@pytest.mark.parametrize("name", ["portal", "nobody"])
def test_programs_are_not_told_which_of_them_exist(visitor: Visitor, name: str) -> None:
    form = {"grant_type": "client_credentials", "audience": "auth"}
    answer = visitor().post("/auth/token", data=form, auth=(name, "wrong"))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
