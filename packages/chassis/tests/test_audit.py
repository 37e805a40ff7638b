import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis import audit, clock, logs, sealing_key, verify
from chassis.db import unit_of_work
from chassis.settings import Settings

KEY = Ed25519PrivateKey.generate()
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC = [sealing_key.public_bytes(KEY)]
AT = datetime(2026, 9, 1, 4, 0, 0, 5, tzinfo=UTC)


def write(engine, count: int = 3, address: str | None = "10.0.0.7") -> None:
    with unit_of_work(engine) as session:
        session.info["address"] = address
        for n in range(count):
            audit.audit(
                session,
                act="auth.grant.created",
                subject=f"grant:{n}",
                actor="program:test",
                after={"role": "teacher", "n": n, "title": {"kk": "Оқытушы"}, "share": 1.50},
                basis="Order 14 of 01.09.2026",
            )


def seal(engine) -> int:
    with unit_of_work(engine) as session:
        return audit.seal(session, KEY)


def take(engine, **part):
    with unit_of_work(engine) as session:
        return json.loads("".join(audit.dump(audit.export(session, "auth", **part))))


def faults(*documents, keys=PUBLIC, **more) -> list[str]:
    return verify.verify(verify.join(documents), keys, **more)


def tamper(engine, sql: str) -> None:
    with engine.begin() as connection:
        for table in ("audit_row", "audit_leaf", "audit_seal"):
            trigger_off = sa.DDL("alter table chassis.%(t)s disable trigger only_added", context={"t": table})
            connection.execute(trigger_off)
        connection.execute(text(sql))


def test_a_row_says_who_what_when_where_and_why(engine):
    with clock.frozen(AT), logs.bound(request_id="r-1"):
        write(engine, 1)
    (row,) = take(engine)["rows"]
    assert (row["at"], row["actor"], row["act"], row["subject"], row["address"]) == (
        "2026-09-01T04:00:00.000005+00:00",
        "program:test",
        "auth.grant.created",
        "grant:0",
        "10.0.0.7",
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
    assert [seal for _row, seal, _hash in exported["leaves"]] == [1, 1, 2, 2, 3, 4]
    assert faults(exported) == []
    first, rest = take(engine, last=2), take(engine, first=3)
    assert [len(part["rows"]) for part in (first, rest)] == [4, 3]
    assert faults(first, rest) == []
    assert faults(rest, first=3) == []
    assert faults(rest)[:2] == ["seal 1 was removed", "seal 2 was removed"]


def test_a_row_without_an_address_is_hashed_as_before_there_were_addresses():
    row = {"number": 1, "at": "2026-09-01T04:00:00.000005+00:00", "actor": "a", "act": "x", "subject": "s",
           "before": None, "after": None, "basis": None, "request_id": None}  # fmt: skip
    before = (
        b'{"act":"x","actor":"a","after":null,"at":"2026-09-01T04:00:00.000005+00:00","basis":null,'
        b'"before":null,"number":1,"request_id":null,"subject":"s"}'
    )
    assert verify.canonical(row) == verify.canonical({**row, "address": None}) == before
    assert verify.canonical({**row, "address": "::1"}) != before


def test_rows_sealed_without_an_address_verify_beside_those_with_one(engine):
    write(engine, 2, address=None)
    seal(engine)
    write(engine, 2)
    seal(engine)
    assert faults(take(engine)) == []
    tamper(engine, "update chassis.audit_row set address = '10.0.0.8' where number = 1")
    assert faults(take(engine)) == ["row 1 was changed"]


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("update chassis.audit_row set after = '{}' where number = 2", "row 2 was changed"),
        ("update chassis.audit_row set address = null where number = 2", "row 2 was changed"),
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
            "seal 1 was changed: its signature is wrong",
        ),
        (
            "update chassis.audit_seal set root = 'x' where number = 1",
            "seal 1 was changed: its signature is wrong",
        ),
        ("delete from chassis.audit_seal where number = 1", "seal 1 was removed"),
        ("delete from chassis.audit_seal where number = 2", "seal 2 was removed"),
    ],
)
def test_verification_names_what_was_done(engine, sql, fault):
    write(engine)
    seal(engine)
    write(engine)
    seal(engine)
    assert faults(take(engine)) == []
    tamper(engine, sql)
    assert fault in "\n".join(faults(take(engine)))


def test_a_row_slipped_in_among_old_ones_is_neither_sealed_nor_believed(engine):
    for hours in (0, 2):
        with clock.frozen(AT + timedelta(hours=hours)):
            write(engine)
            assert seal(engine) == 3
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into chassis.audit_row (number, at, actor, act, subject) "
                "overriding system value values (-2, now(), 'nobody', 'auth.grant.given', 'person:x')"
            )
        )
    with clock.frozen(AT + timedelta(hours=4)):
        write(engine)
        assert seal(engine) == 3
    assert faults(take(engine)) == ["row -2 was added: no seal covers it"]


def test_a_row_whose_transaction_was_open_when_later_ones_were_sealed_comes_with_the_next_seal(engine):
    with clock.frozen(AT):
        write(engine, 1)
        seal(engine)
    with unit_of_work(engine) as slow:
        audit.audit(slow, act="auth.grant.given", subject="person:x", actor="test")
        with clock.frozen(AT + timedelta(hours=4)):
            write(engine, 2)
            assert seal(engine) == 2
    with clock.frozen(AT + timedelta(hours=8)):
        assert faults(take(engine)) == [], "not sealed yet is no fault"
        assert seal(engine) == 1
    assert faults(take(engine)) == []


def test_a_seal_made_with_another_key_is_noticed(engine):
    write(engine)
    seal(engine)
    stranger = sealing_key.public_bytes(Ed25519PrivateKey.generate())
    (fault,) = faults(take(engine), keys=[stranger])
    assert fault.startswith("seal 1 was made with an unknown key")


def test_a_kept_root_shows_that_the_latest_seals_were_taken_away(engine):
    write(engine)
    seal(engine)
    exported = take(engine)
    seen = {1: exported["seals"][0]["root"]}
    bare = {**exported, "seals": [], "leaves": []}
    assert faults(bare) == []
    assert faults(bare, seen=seen) == ["seal 1 was removed"]
    assert faults(exported, seen={1: "00"}) == ["seal 1 is not the one that was seen"]


def test_the_worker_seals_by_the_clock_where_there_is_a_key(engine, database):
    without = Settings(
        service="auth", database_url=database, public_url="http://localhost", secret_key="x" * 32
    )
    write(engine)
    with unit_of_work(engine) as session:
        audit.seal_by_clock(session, without)
    assert take(engine)["seals"] == []
    with unit_of_work(engine) as session:
        audit.seal_by_clock(session, replace(without, audit_key=PEM))
    assert faults(take(engine)) == []
    assert len(take(engine)["leaves"]) == 3


def test_an_inspector_needs_python_and_one_file(engine, tmp_path: Path):
    """Run as a person would: another folder, an isolated interpreter, no package of ours."""
    write(engine)
    seal(engine)
    (tmp_path / "public.pem").write_text(sealing_key.public_pem(KEY))
    (tmp_path / "verify.py").write_bytes(Path(verify.__file__).read_bytes())

    def run(document) -> subprocess.CompletedProcess[str]:
        (tmp_path / "export.json").write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-I", "-S", "verify.py", "export.json", "--key", "public.pem"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    good = run(take(engine))
    assert (good.returncode, good.stdout) == (0, "1 seals, 3 sealed rows, 0 rows not sealed yet: 0 faults\n")
    tamper(engine, "update chassis.audit_row set actor = 'nobody' where number = 2")
    bad = run(take(engine))
    assert (bad.returncode, bad.stdout.splitlines()[0]) == (1, "row 2 was changed")
    assert run([]).returncode == 2
