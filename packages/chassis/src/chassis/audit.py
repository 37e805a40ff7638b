"""The audit: who did what to what, from where, on which ground. Rows are only added, and sealed in batches.

A trigger refuses UPDATE, DELETE and TRUNCATE. Whoever can drop the trigger still meets the seals: each holds the hash of
every row of its batch, the Merkle root over them and over the seal before it, and an Ed25519 signature made with a
key the database does not hold. What is hashed and signed is written down once, in `chassis.verify`, the file an inspector runs
beside an export with nothing but Python and the public key.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from chassis import clock, logs, verify
from chassis.sealing_key import private_key, public_bytes
from chassis.service import Job
from chassis.settings import Settings

_GATHERED = "chassis.audit.gathered"
BATCH = 1000
AT_ONCE = 100
"""Batches in one unit of work; what is left comes with the next."""
BIGGEST = 2**63 - 1
LOCK = 7_325_502
SEAL_EVERY = timedelta(minutes=2)
METADATA = MetaData(schema="chassis")
ROW = Table(
    "audit_row",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("at", DateTime(timezone=True)),
    Column("actor", Text),
    Column("act", Text),
    Column("subject", Text),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("basis", Text),
    Column("request_id", Text),
    Column("address", Text),
)
LEAF = Table(
    "audit_leaf",
    METADATA,
    Column("row_number", BigInteger, primary_key=True),
    Column("seal_number", BigInteger),
    Column("hash", LargeBinary),
)
SEAL = Table(
    "audit_seal",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("sealed_at", DateTime(timezone=True)),
    Column("previous", LargeBinary),
    Column("root", LargeBinary),
    Column("key_id", Text),
    Column("signature", LargeBinary),
)
NEW = insert(ROW).inline()
logger = structlog.get_logger(__name__)


def audit(
    session: Session,
    *,
    act: str,
    subject: str,
    actor: UUID | str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    basis: str | None = None,
) -> None:
    """Add a row in the unit of work of the act itself; the address and number of the request come with the session.

    Args:
        session: the unit of work; a rolled back act leaves no row.
        act: what was done, `auth.grant.created`.
        subject: what it was done to, `grant:<id>`.
        actor: the person's id, or `program:<client>`.
        before: the state it had, JSON-able; None for something new.
        after: the state it has, JSON-able; None for something removed.
        basis: the ground, such as the number and date of an order.
    """
    row = {
        "at": clock.now(),
        "actor": str(actor),
        "act": act,
        "subject": subject,
        "before": before,
        "after": after,
        "basis": basis,
        "request_id": logs.request_id(),
        "address": session.info.get("address"),
    }
    if (waiting := session.info.get(_GATHERED)) is not None:
        waiting.append(row)
    else:
        session.execute(NEW, row)


@contextmanager
def gathered(session: Session) -> Iterator[None]:
    """Write the audit rows of many acts with one statement, at the end of the block; an act on thousands takes no longer for them."""
    rows = session.info[_GATHERED] = []
    try:
        yield
    finally:
        session.info.pop(_GATHERED)
    if rows:
        session.execute(NEW, rows)


def seal(session: Session, key: Ed25519PrivateKey) -> int:
    """Seal rows not sealed yet, in batches, oldest first; the caller's unit of work keeps them.

    A row whose number lies below what was sealed an hour before the last seal is left alone: nobody writes so late, and the
    verifier names it.

    Returns:
        How many rows were sealed.
    """
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    last = session.execute(select(SEAL).order_by(SEAL.c.number.desc()).limit(1)).one_or_none()
    number, previous = (last.number, bytes(last.root)) if last else (0, verify.EMPTY)
    floor = _settled(session, last.sealed_at) if last else 0
    total = 0
    while total < BATCH * AT_ONCE and (rows := _unsealed(session, floor)):
        number += 1
        previous = _seal_batch(session, key, number, previous, rows)
        total += len(rows)
    return total


def seal_by_clock(session: Session, settings: Settings) -> None:
    """Seal what was added since the last time, where there is a key to seal with."""
    if settings.audit_key and (count := seal(session, _key(settings.audit_key))):
        logger.info("audit rows sealed", count=count)


@cache
def _key(pem: str) -> Ed25519PrivateKey:
    return private_key(pem)


JOBS = (Job("seal the audit", SEAL_EVERY, seal_by_clock),)


def _settled(session: Session, last: Any) -> int:
    """Give the highest row of the newest seal that is an hour older than the last one (`verify.open_after`)."""
    settled = select(func.max(SEAL.c.number)).where(SEAL.c.sealed_at <= last - verify.LATE)
    covered = select(func.max(LEAF.c.row_number)).where(LEAF.c.seal_number <= settled.scalar_subquery())
    return session.scalar(covered) or 0


def _unsealed(session: Session, floor: int) -> list[dict[str, Any]]:
    known = select(LEAF.c.row_number).where(LEAF.c.row_number == ROW.c.number)
    query = select(ROW).where(ROW.c.number > floor, ~known.exists()).order_by(ROW.c.number).limit(BATCH)
    return [plain_row(row) for row in session.execute(query).mappings()]


def _seal_batch(
    session: Session, key: Ed25519PrivateKey, number: int, previous: bytes, rows: list[dict[str, Any]]
) -> bytes:
    hashes = [(int(row["number"]), verify.leaf(verify.canonical(row))) for row in rows]
    leaves = [{"row_number": row, "seal_number": number, "hash": hash_} for row, hash_ in hashes]
    session.execute(insert(LEAF), leaves)
    root = verify.batch_root(previous, hashes)
    values = {"number": number, "sealed_at": clock.now(), "previous": previous, "root": root}
    signature = key.sign(verify.statement(_plain_seal({**values, "key_id": "", "signature": b""})))
    named = verify.key_id(public_bytes(key))
    session.execute(insert(SEAL).values(**values, key_id=named, signature=signature))
    return root


def plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Write a row as JSON knows it, and as it is hashed: the moment as text, in UTC, with microseconds."""
    return {**row, "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")}


def _plain_seal(row: Mapping[Any, Any]) -> dict[str, Any]:
    hashes = {name: bytes(row[name]).hex() for name in ("previous", "root", "signature")}
    return {**row, **hashes, "sealed_at": row["sealed_at"].astimezone(UTC).isoformat()}


def export(
    session: Session, service: str, *, first: int = 1, last: int | None = None
) -> dict[str, list[Any] | str]:
    """Read everything an inspector needs, in number order, as the JSON document `chassis.verify` checks.

    Args:
        session: only reads.
        service: whose audit it is.
        first: the seal to begin with.
        last: the seal to end with; None takes all, and the rows not sealed yet.
    """
    until = BIGGEST if last is None else last
    batch = LEAF.c.seal_number.between(first, until)
    leaves = session.execute(select(LEAF).where(batch).order_by(LEAF.c.row_number)).all()
    seals = select(SEAL).where(SEAL.c.number.between(first, until))
    rows = (
        select(ROW)
        .outerjoin(LEAF, LEAF.c.row_number == ROW.c.number)
        .where(or_(batch, and_(LEAF.c.row_number.is_(None), *_between(leaves, first, last))))
    )
    return {
        "form": verify.FORM,
        "service": service,
        "rows": [plain_row(row) for row in session.execute(rows.order_by(ROW.c.number)).mappings()],
        "leaves": [_plain_leaf(leaf) for leaf in leaves],
        "seals": [_plain_seal(row) for row in session.execute(seals.order_by(SEAL.c.number)).mappings()],
    }


def part(session: Session, *, numbers: Iterable[int]) -> dict[str, list[Any]]:
    """Read the seals over some rows, each with the hashes of its whole batch: what those rows are checked against alone."""
    batches = select(LEAF.c.seal_number).where(LEAF.c.row_number.in_(list(numbers)))
    leaves = select(LEAF).where(LEAF.c.seal_number.in_(batches)).order_by(LEAF.c.row_number)
    seals = select(SEAL).where(SEAL.c.number.in_(batches)).order_by(SEAL.c.number)
    return {
        "leaves": [_plain_leaf(row) for row in session.execute(leaves)],
        "seals": [_plain_seal(row) for row in session.execute(seals).mappings()],
    }


def list_removed(session: Session) -> list[int]:
    """List the rows that were sealed and are no longer there; an audit nobody touched has none."""
    known = select(ROW.c.number).where(ROW.c.number == LEAF.c.row_number)
    query = select(LEAF.c.row_number).where(~known.exists()).order_by(LEAF.c.row_number).limit(BATCH)
    return list(session.scalars(query))


def present(session: Session, *, seals: Iterable[int]) -> list[int]:
    """List the rows under some seals that are there."""
    query = select(ROW.c.number).join(LEAF, LEAF.c.row_number == ROW.c.number)
    return list(session.scalars(query.where(LEAF.c.seal_number.in_(list(seals))).order_by(ROW.c.number)))


def _plain_leaf(row: Any) -> list[Any]:
    return [row.row_number, row.seal_number, bytes(row.hash).hex()]


def _between(leaves: Iterable[Any], first: int, last: int | None) -> Iterator[ColumnElement[bool]]:
    """Give the conditions of rows without a seal that belong to a part: those between its sealed ones."""
    numbers = [leaf.row_number for leaf in leaves]
    if first > 1 and numbers:
        yield ROW.c.number > numbers[0]
    if last is not None:
        yield ROW.c.number < (numbers[-1] if numbers else 0)


def dump(document: Mapping[str, Any]) -> Iterator[str]:
    """Write an export as text, one row, leaf or seal on a line, so that people can read it as well."""
    yield json.dumps({"form": document["form"], "service": document["service"]})[:-1]
    for name in ("rows", "leaves", "seals"):
        lines = (json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in document[name])
        yield f',\n"{name}": [\n'
        yield ",\n".join(lines)
        yield "\n]"
    yield "}\n"
