"""Scopes as conditions, and the handlers of feed auth/access."""

from uuid import UUID

import pytest
from sqlalchemy import Boolean, Column, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects import postgresql

from chassis import contracts
from chassis.permissions import ACCESS_GRANT, REVOCATION, ROLE_PERMISSION, Scopes

THING = Table("thing", MetaData(), Column("code", Text), Column("id", Uuid), Column("mine", Boolean))
ONE, TWO = UUID(int=1), UUID(int=2)


def sql(clause):
    return str(clause.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))


@pytest.mark.unit
@pytest.mark.parametrize(
    ("pairs", "columns", "condition"),
    [
        ([("institution", None)], {}, "true"),
        ([("institution", None), ("group", "a")], {"group": THING.c.code}, "true"),
        ([], {"group": THING.c.code}, "false"),
        ([("group", "a"), ("group", "b")], {"group": THING.c.code}, "thing.code IN ('a', 'b')"),
        ([("group", None)], {"group": THING.c.code}, "false"),
        ([("faculty", "a")], {"group": THING.c.code}, "false"),
        ([("self", None)], {"self": THING.c.mine}, "thing.mine"),
        ([("self", None)], {"self": THING.c.id == ONE}, f"thing.id = '{ONE}'"),
        ([("self", None)], {"self": True}, "true"),
        ([("self", None)], {"self": False}, "false"),
        ([("group", str(ONE)), ("group", "no-uuid")], {"group": THING.c.id}, f"thing.id IN ('{ONE}')"),
        (
            [("group", "a"), ("self", None)],
            {"group": THING.c.code, "self": THING.c.mine},
            "thing.code IN ('a') OR thing.mine",
        ),
    ],
)
def test_condition_of_scopes(pairs, columns, condition):
    assert sql(Scopes.of(pairs).where(columns)) == condition


@pytest.mark.unit
def test_scopes_as_a_truth():
    scopes = Scopes.of([("group", "a"), ("group", "b"), ("assigned", None)])
    assert scopes
    assert not Scopes.of([])
    assert not scopes.everywhere
    assert scopes.ids("group") == {"a", "b"}
    assert scopes.ids("assigned") == set()
    assert scopes.holds("assigned")


def rows(session, table):
    return [dict(row._mapping) for row in session.execute(select(table))]


def test_role_is_taken_over_as_a_whole(deliver, session):
    for permissions in (["a.b.c", "a.b.d"], ["a.b.d"]):
        deliver(
            "auth.role.recorded.v1",
            {"role": "r", "title": {"kk": "р", "ru": "р"}, "permissions": permissions},
        )
    assert rows(session, ROLE_PERMISSION) == [{"role": "r", "permission": "a.b.d"}]


def grant(**changes):
    return {
        "grant_id": str(ONE),
        "person_id": str(TWO),
        "role": "teacher",
        "scope_type": "group",
        "scope_id": "101",
        "valid_from": "2026-09-01",
        "valid_to": None,
        "basis": "№ 1",
        "revoked": False,
    } | changes


def test_grant_changes_and_goes(deliver, session):
    deliver("auth.grant.recorded.v1", grant())
    deliver("auth.grant.recorded.v1", grant(scope_id="102", valid_to="2026-12-31"))
    [row] = rows(session, ACCESS_GRANT)
    assert (row["person_id"], row["scope_id"], str(row["valid_to"])) == (TWO, "102", "2026-12-31")
    session.rollback()
    deliver("auth.grant.recorded.v1", grant(revoked=True))
    assert rows(session, ACCESS_GRANT) == []


def test_later_revocation_stands(deliver, session):
    for at in (100, 300, 200):
        deliver("auth.session.revoked.v1", {"key": f"sub:{ONE}", "at": at})
    assert rows(session, REVOCATION) == [{"key": f"sub:{ONE}", "at": 300}]


def test_examples_of_the_contract_are_taken(deliver, session):
    of_feed = [
        (name, contract) for (feed, name), contract in contracts.load().items() if feed == "auth/access"
    ]
    for name, contract in of_feed:
        for data in contract.examples().values():
            deliver(name, data)
    assert rows(session, ACCESS_GRANT)
