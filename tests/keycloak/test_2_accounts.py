"""Accounts opened, blocked, reset and renamed here flow to Keycloak by themselves; what it refuses is laid aside (clause 10)."""

from datetime import date
from typing import Any

from argon2 import PasswordHasher

from auth.accounts import blocking, deletion
from auth.people import service as people
from chassis.db import new_id
from dev.testing import until

ORDER = {"order_number": "7-к", "order_date": date(2026, 11, 1)}


def waits(academy: Any, account: Any) -> list[tuple[Any, ...]]:
    ask = "select reason, parked_at is not null, tries from keycloak_push where person_id = %s"
    return list(academy.house.sql("auth", ask, account.person_id))


def test_clause_10_an_account_opened_here_is_an_account_there(academy: Any) -> None:
    account = academy.person(language="ru")
    found = academy.arrives(account, enabled=True)
    assert (found["firstName"], found["lastName"]) == ("Ерлан Қайратұлы", "Әлімов")
    assert found["attributes"] == {"person_id": [str(account.person_id)], "locale": ["ru"]}
    known = academy.house.sql(
        "auth", "select issuer, external_sub from identity where person_id = %s", account.person_id
    )
    assert known == [(academy.issuer, found["id"])]


def test_clause_10_a_slips_password_arrives_as_a_hash_and_must_be_changed(academy: Any) -> None:
    account = academy.person()
    password = academy.slip(account)
    found = academy.arrives(account, requiredActions=["UPDATE_PASSWORD"])
    with academy.admin() as server:
        (credential,) = server.admin.get_credentials(found["id"])
    assert '"algorithm":"argon2"' in credential["credentialData"].replace(" ", "")
    stored = academy.house.sql(
        "auth", "select password_hash from account where person_id = %s", account.person_id
    )
    assert PasswordHasher().verify(stored[0][0], password)
    rows = academy.house.sql(
        "auth", "select keycloak_push::text from keycloak_push union all select identity::text from identity"
    )
    assert not any(password in row for (row,) in rows)


def test_clause_10_a_blocked_account_is_shut_there_and_its_sessions_end(academy: Any) -> None:
    account = academy.person()
    academy.arrives(account, enabled=True)
    academy.act(
        account,
        lambda session, one: blocking.block(session, account=one, reason="тексеру", actor=new_id(), **ORDER),
    )
    academy.arrives(account, enabled=False)
    academy.act(account, lambda session, one: blocking.unblock(session, account=one, actor=new_id(), **ORDER))
    academy.arrives(account, enabled=True)


def test_a_name_that_changed_follows(academy: Any) -> None:
    account = academy.person()
    academy.arrives(account, lastName="Әлімов")

    def rename(session: Any, one: Any) -> None:
        values = {name: getattr(one.person, name) for name in people.FIELDS} | {"family_name": "Жұмабаев"}
        people.change(session, person=one.person, values=values, version=one.person.version, actor="test")

    academy.act(account, rename)
    academy.arrives(account, lastName="Жұмабаев")


def test_many_changes_of_one_person_end_in_the_last_state(academy: Any) -> None:
    account = academy.person()
    for number in range(6):
        act = blocking.block if number % 2 == 0 else blocking.unblock
        more = {"reason": "тексеру"} if number % 2 == 0 else {}
        academy.act(
            account,
            lambda session, one, act=act, more=more: act(
                session, account=one, actor=new_id(), **more, **ORDER
            ),
        )
    academy.settled(account.person_id)
    assert academy.at_keycloak(account.login)["enabled"]


def test_an_account_that_is_there_already_is_adopted(academy: Any) -> None:
    """As after a push whose answer was lost, and on the day an academy with accounts at Keycloak begins with us."""
    login = f"adopted.{new_id().hex[-6:]}"
    with academy.admin() as server:
        sub = server.create_user({"username": login, "enabled": False, "lastName": "?"})
    account = academy.person(login=login)
    found = academy.arrives(account, enabled=True, lastName="Әлімов")
    assert found["id"] == sub
    assert academy.house.sql(
        "auth", "select external_sub from identity where person_id = %s", account.person_id
    ) == [(sub,)]


def test_an_account_deleted_at_keycloak_comes_back_with_the_next_change(academy: Any) -> None:
    account = academy.person()
    first = academy.arrives(account, enabled=True)["id"]
    with academy.admin() as server:
        server.delete_user(first)
    academy.slip(account)
    again = academy.arrives(account, requiredActions=["UPDATE_PASSWORD"])
    assert again["id"] != first
    assert academy.house.sql(
        "auth", "select external_sub from identity where person_id = %s", account.person_id
    ) == [(again["id"],)]


def test_another_persons_account_is_laid_aside_and_taken_up_again(academy: Any, visitor: Any) -> None:
    login = f"foreign.{new_id().hex[-6:]}"
    with academy.admin() as server:
        sub = server.create_user(
            {"username": login, "enabled": True, "attributes": {"person_id": ["somebody"]}}
        )
    account = academy.person(login=login)
    until(lambda: any(parked for _reason, parked, _tries in waits(academy, account)), "it is laid aside", 60)
    assert "somebody" in waits(academy, account)[0][0]
    assert academy.at_keycloak(login)["attributes"]["person_id"] == ["somebody"]

    admin, slip = academy.ready(role="account_administrator")
    desk = visitor("kk")
    desk.first_sign_in(admin.login, slip, "Дала мен қыран төрт 44", "/auth/keycloak")
    card = desk.page.locator("article", has_text=account.person.number)
    assert login in card.inner_text()
    with academy.admin() as server:
        server.delete_user(sub)
    with desk.page.expect_navigation():
        card.locator("form[action$='/retry'] button").click()
    assert academy.arrives(account, enabled=True)["id"] != sub


def test_clause_10_a_deleted_account_is_gone_there_and_the_person_keeps_the_id(academy: Any) -> None:
    account = academy.person()
    academy.arrives(account, enabled=True)
    academy.act(
        account,
        lambda session, one: deletion.delete_account(
            session, account=one, login=one.login, reason="оқуын бітірді", actor=new_id(), **ORDER
        ),
    )
    until(lambda: academy.at_keycloak(account.login) is None, "the account is gone", 60)
    academy.settled(account.person_id)
    assert academy.house.sql("auth", "select status from person where id = %s", account.person_id) == [
        ("left",)
    ]


def test_clause_10_an_account_whose_term_is_over_is_shut_there(academy: Any) -> None:
    account = academy.person()
    academy.arrives(account, enabled=True)

    def end_term(_session: Any, one: Any) -> None:
        one.expires_on, one.expires_order = date(2026, 1, 31), "№ 7-к, 01.11.2025"

    academy.act(account, end_term)
    academy.arrives(account, enabled=False)
