from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis import audit, clock, logs, merkle
from chassis.db import unit_of_work

KEY = Ed25519PrivateKey.generate()
PUBLIC = [KEY.public_key()]
AT = datetime(2026, 9, 1, 4, 0, 0, 5, tzinfo=UTC)


def write(engine, count: int = 3) -> None:
    with unit_of_work(engine) as session:
        for n in range(count):
            audit.audit(
                session,
                act="auth.grant.created",
                subject=f"grant:{n}",
                actor="program:test",
                after={"role": "teacher", "n": n, "title": {"kk": "Оқытушы"}},
                basis="Order 14 of 01.09.2026",
            )


def seal(engine) -> int:
    with unit_of_work(engine) as session:
        return audit.seal(session, KEY)


def take(engine) -> audit.Export:
    with unit_of_work(engine) as session:
        return audit.export(session)


def tamper(engine, sql: str) -> None:
    with engine.begin() as connection:
        for table in ("audit_row", "audit_leaf", "audit_seal"):
            trigger_off = sa.DDL("alter table chassis.%(t)s disable trigger only_added", context={"t": table})
            connection.execute(trigger_off)
        connection.execute(text(sql))


def test_a_row_says_who_what_when_and_why(engine):
    with clock.frozen(AT), logs.bound(request_id="r-1"):
        write(engine, 1)
    (row,) = take(engine).rows.values()
    assert (row["at"], row["actor"], row["act"], row["subject"]) == (
        AT,
        "program:test",
        "auth.grant.created",
        "grant:0",
    )
    assert (row["before"], row["after"]["title"], row["request_id"]) == (None, {"kk": "Оқытушы"}, "r-1")


@pytest.mark.parametrize("table", ["audit_row", "audit_leaf", "audit_seal"])
@pytest.mark.parametrize("sql", ["delete from chassis.{}", "truncate chassis.{}"])
def test_rows_are_only_added(engine, table, sql):
    with engine.begin() as connection, pytest.raises(DBAPIError, match="only added"):
        connection.execute(text(sql.format(table)))


def test_a_row_cannot_be_changed(engine):
    write(engine)
    with engine.begin() as connection, pytest.raises(DBAPIError, match="only added"):
        connection.execute(text("update chassis.audit_row set actor = 'nobody'"))


def test_seals_cover_every_row_once_and_verify(engine, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 2)
    write(engine, 5)
    assert seal(engine) == 5
    write(engine, 1)
    assert seal(engine) == 1
    assert seal(engine) == 0
    write(engine, 1)
    exported = take(engine)
    assert [len(leaves) for leaves in exported.leaves.values()] == [2, 2, 1, 1]
    assert audit.verify(exported, PUBLIC) == []


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("update chassis.audit_row set after = '{}' where number = 2", "row 2 was changed"),
        (
            "update chassis.audit_row set at = at + interval '1 microsecond' where number = 3",
            "row 3 was changed",
        ),
        ("delete from chassis.audit_row where number = 1", "row 1 was removed"),
        (
            "delete from chassis.audit_leaf where row_number = 2",
            "seal 1 does not cover the hashes stored for it",
        ),
        ("update chassis.audit_leaf set hash = 'x' where row_number = 2", "seal 1 does not cover"),
        (
            "update chassis.audit_seal set sealed_at = sealed_at + interval '1 day'",
            "seal 1 has a wrong signature",
        ),
        ("update chassis.audit_seal set root = 'x' where number = 1", "seal 1 has a wrong signature"),
        ("delete from chassis.audit_seal where number = 1", "seal 1 was removed"),
        ("delete from chassis.audit_seal where number = 2", "seal 2 was removed"),
    ],
)
def test_verification_names_what_was_done(engine, sql, fault):
    write(engine)
    seal(engine)
    write(engine)
    seal(engine)
    assert audit.verify(take(engine), PUBLIC) == []
    tamper(engine, sql)
    assert fault in "\n".join(audit.verify(take(engine), PUBLIC))


def test_a_seal_made_with_another_key_is_noticed(engine):
    write(engine)
    seal(engine)
    (fault,) = audit.verify(take(engine), [Ed25519PrivateKey.generate().public_key()])
    assert fault.startswith("seal 1 was made with an unknown key")


def test_a_kept_root_shows_that_the_latest_seals_were_taken_away(engine):
    write(engine)
    seal(engine)
    exported = take(engine)
    seen = {1: exported.seals[0]["root"]}
    bare = replace(exported, seals=[], leaves={})
    assert audit.verify(bare, PUBLIC) == []
    assert audit.verify(bare, PUBLIC, seen=seen) == ["seal 1 was removed"]
    assert audit.verify(exported, PUBLIC, seen={1: b"other"}) == ["seal 1 is not the one that was seen"]


def test_a_sealing_key_is_read_from_pem():
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert audit.key_id(audit.private_key(pem).public_key()) == audit.key_id(PUBLIC[0])


@given(st.lists(st.binary(), max_size=20), st.data())
def test_any_change_of_the_leaves_changes_the_root(contents, data):
    leaves = [merkle.leaf(content) for content in contents]
    before = merkle.root(leaves)
    index = data.draw(st.integers(0, len(leaves)))
    assert merkle.root([*leaves[:index], merkle.leaf(b"new"), *leaves[index:]]) != before


def test_a_node_is_not_a_leaf():
    a, b = merkle.leaf(b"a"), merkle.leaf(b"b")
    assert merkle.root([a, b]) != merkle.leaf(a + b)
    assert merkle.root([]) == merkle.EMPTY
