"""The first administrator of an empty installation."""

from datetime import date

from auth.access import service as access
from auth.accounts import service as accounts
from auth.bootstrap import ensure_administrator
from chassis.db import unit_of_work


def test_the_first_administrator_is_made_once_and_must_change_the_password(engine, browser):
    given = {
        "login": "root.r",
        "family_name": "Әкімші",
        "given_name": "Бірінші",
        "order_number": "1",
        "order_date": date(2026, 9, 1),
    }
    with unit_of_work(engine) as session:
        password = ensure_administrator(session, **given)
        account = accounts.find(session, "root.r")
        assert access.roles_today(session, person_id=account.person_id) == ["account_administrator"]
    with unit_of_work(engine) as session:
        assert ensure_administrator(session, **given) is None
    assert browser.sign_in("root.r", password).location.startswith("/auth/password")
