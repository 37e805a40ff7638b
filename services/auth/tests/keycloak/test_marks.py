"""Every change of an account that Keycloak has to hear of marks the person, in the transaction of the change; nothing else does."""

from datetime import date

import pytest
from sqlalchemy import select, text

from auth.accounts import blocking, deletion
from auth.accounts import service as accounts
from auth.keycloak import pushes
from auth.keycloak.model import PendingPush
from auth.people import service as people
from chassis import clock
from chassis.db import new_id, unit_of_work

ORDER = {"order_number": "7-к", "order_date": date(2026, 11, 1), "actor": new_id()}


@pytest.fixture
def mark(engine):
    """Answer how often a person was marked; 0 when they are not."""

    def read(account) -> int:
        with unit_of_work(engine) as session:
            return (
                session.scalar(select(PendingPush.wanted).where(PendingPush.person_id == account.person_id))
                or 0
            )

    return read


@pytest.fixture
def act(engine):
    def do(account, what) -> None:
        with unit_of_work(engine) as session:
            what(session, accounts.get_or_raise(session, account.person_id))

    return do


CHANGES = {
    "slip": lambda s, a: accounts.give_slips(s, accounts=[a], actor="test"),
    "block": lambda s, a: blocking.block(s, account=a, reason="x", **ORDER),
    "name": lambda s, a: people.change(
        s,
        person=a.person,
        values={name: getattr(a.person, name) for name in people.FIELDS} | {"family_name": "Жаңаев"},
        version=a.person.version,
        actor="test",
    ),
    "a term": lambda s, a: (setattr(a, "expires_order", "№ 1"), setattr(a, "expires_on", date(2030, 1, 1))),
    "deletion": lambda s, a: deletion.delete_account(s, account=a, login=a.login, reason="x", **ORDER),
    "a hand in psql": lambda s, a: s.execute(
        text("update account set must_change = not must_change where person_id = :id"), {"id": a.person_id}
    ),
}
NO_CHANGES = {
    "sign-in": lambda s, a: setattr(a, "last_sign_in_at", clock.now()),
    "a hash made anew": lambda s, a: setattr(a, "password_hash", "other"),
    "another group": lambda s, a: setattr(a.person, "group_code", "ҚҚ-26-1"),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_clause_10_a_change_marks_the_person(make_person, mark, act, change):
    account = make_person()
    before = mark(account)
    assert before > 0
    act(account, CHANGES[change])
    assert mark(account) > before


@pytest.mark.parametrize("change", list(NO_CHANGES))
def test_what_keycloak_need_not_know_marks_nobody(make_person, mark, act, change):
    account = make_person()
    before = mark(account)
    act(account, NO_CHANGES[change])
    assert mark(account) == before


def test_a_change_that_is_rolled_back_leaves_no_mark(make_person, mark, session):
    account = make_person()
    before = mark(account)
    CHANGES["slip"](session, accounts.get_or_raise(session, account.person_id))
    session.flush()
    session.rollback()
    assert mark(account) == before


def test_a_change_takes_a_parked_push_up_again(make_person, act, engine):
    account = make_person()
    with unit_of_work(engine) as session:
        row = pushes.get_or_raise(session, account.person_id)
        row.parked_at, row.reason, row.tries = clock.now(), "409: no", 3
    act(account, CHANGES["slip"])
    with unit_of_work(engine) as session:
        row = pushes.get_or_raise(session, account.person_id)
        assert (row.parked_at, row.reason, row.tries) == (None, None, 0)


def test_a_change_during_a_push_stays_marked(make_person, mark, act, engine):
    """The push reads, Keycloak is asked, meanwhile the account changes: the mark survives the arrival of the older state."""
    account = make_person()
    with unit_of_work(engine) as session:
        task = pushes.read(session, account.person_id, "https://id.example/realms/x")
    act(account, CHANGES["block"])
    pushes.arrived(engine, task, "https://id.example/realms/x", "sub-1")
    assert mark(account) > task.seen
    with unit_of_work(engine) as session:
        again = pushes.read(session, account.person_id, "https://id.example/realms/x")
    assert (again.sub, again.wanted.enabled, again.wanted.password_hash) == ("sub-1", False, "")
    pushes.arrived(engine, again, "https://id.example/realms/x", "sub-1")
    assert mark(account) == 0
