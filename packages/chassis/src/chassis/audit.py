"""The audit: who did what to what, on which ground. Rows are only added, and sealed in batches.

A trigger refuses UPDATE, DELETE and TRUNCATE. Whoever can drop the trigger still meets the seals: each holds the hash of
every row of its batch, the Merkle root over them and over the seal before it, and an Ed25519 signature made with a
key the database does not hold. `verify` needs only the public key and an export, and names each row that was changed or removed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, Table, Text, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from chassis import clock, logs, merkle

BATCH = 1000
LOCK = 7_325_502
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


@dataclass(frozen=True)
class Export:
    """What an inspector takes away: rows, leaves by seal (row number and hash) and seals, as plain dicts."""

    rows: Mapping[int, Mapping[str, Any]]
    leaves: Mapping[int, list[tuple[int, bytes]]]
    seals: list[Mapping[str, Any]]


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
    """Add a row in the unit of work of the act itself.

    Args:
        session: the unit of work; a rolled back act leaves no row.
        act: what was done, `auth.grant.created`.
        subject: what it was done to, `grant:<id>`.
        actor: the person's id, or `program:<client>`.
        before: the state it had, JSON-able; None for something new.
        after: the state it has, JSON-able; None for something removed.
        basis: the ground, such as the number and date of an order.
    """
    session.execute(
        insert(ROW).values(
            at=clock.now(),
            actor=str(actor),
            act=act,
            subject=subject,
            before=before,
            after=after,
            basis=basis,
            request_id=logs.request_id(),
        )
    )


def canonical(row: Mapping[str, Any]) -> bytes:
    """Write a row as bytes in the one way that is hashed: sorted keys, UTC, no spaces, UTF-8."""
    plain = {**row, "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def private_key(pem: str) -> Ed25519PrivateKey:
    """Read the sealing key (`AUDIT_KEY`, PKCS#8 PEM).

    Raises:
        ValueError: it is no Ed25519 private key.
    """
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the sealing key must be an Ed25519 private key in PEM form")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """Name a public key by the beginning of its hash."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def seal(session: Session, key: Ed25519PrivateKey) -> int:
    """Seal every row not sealed yet, in batches; the caller's unit of work keeps them.

    Returns:
        How many rows were sealed.
    """
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    last = session.execute(select(SEAL).order_by(SEAL.c.number.desc()).limit(1)).one_or_none()
    number, previous = (last.number, last.root) if last else (0, merkle.EMPTY)
    total = 0
    while rows := _unsealed(session):
        number += 1
        previous = _seal_batch(session, key, number, previous, rows)
        total += len(rows)
    return total


def _unsealed(session: Session) -> list[dict[str, Any]]:
    known = select(LEAF.c.row_number).where(LEAF.c.row_number == ROW.c.number)
    query = select(ROW).where(~known.exists()).order_by(ROW.c.number).limit(BATCH)
    return [dict(row) for row in session.execute(query).mappings()]


def _seal_batch(
    session: Session, key: Ed25519PrivateKey, number: int, previous: bytes, rows: list[dict[str, Any]]
) -> bytes:
    hashes = [(int(row["number"]), merkle.leaf(canonical(row))) for row in rows]
    leaves = [{"row_number": row, "seal_number": number, "hash": hash_} for row, hash_ in hashes]
    session.execute(insert(LEAF), leaves)
    root = _root(previous, hashes)
    values = {"number": number, "sealed_at": clock.now(), "previous": previous, "root": root}
    signature = key.sign(_statement(values))
    session.execute(insert(SEAL).values(**values, key_id=key_id(key.public_key()), signature=signature))
    return root


def _root(previous: bytes, leaves: Iterable[tuple[int, bytes]]) -> bytes:
    numbered = [merkle.leaf(number.to_bytes(8, "big") + hash_) for number, hash_ in leaves]
    return merkle.root([merkle.leaf(previous), *numbered])


def _statement(seal_: Mapping[str, Any]) -> bytes:
    at: datetime = seal_["sealed_at"]
    parts = [b"shanyraq-audit-seal-1", str(seal_["number"]).encode(), at.astimezone(UTC).isoformat().encode()]
    return b"\n".join([*parts, seal_["previous"].hex().encode(), seal_["root"].hex().encode()])


def export(session: Session) -> Export:
    """Read everything an inspector needs, in number order."""
    rows = {
        row["number"]: dict(row) for row in session.execute(select(ROW).order_by(ROW.c.number)).mappings()
    }
    leaves: dict[int, list[tuple[int, bytes]]] = {}
    for leaf in session.execute(select(LEAF).order_by(LEAF.c.row_number)):
        leaves.setdefault(leaf.seal_number, []).append((leaf.row_number, bytes(leaf.hash)))
    seals = [dict(row) for row in session.execute(select(SEAL).order_by(SEAL.c.number)).mappings()]
    return Export(rows, leaves, list(seals))


def verify(
    exported: Export, keys: Iterable[Ed25519PublicKey], *, seen: Mapping[int, bytes] | None = None
) -> list[str]:
    """Check an export against the public keys, without a database.

    Args:
        exported: what `export` gave.
        keys: the public keys seals may have been made with.
        seen: roots an inspector kept from earlier, by seal number; they show that the latest seals were not taken away.

    Returns:
        One line per fault, naming the row or the seal; empty when all is as it was sealed. Rows not sealed yet are no fault.
    """
    known = {key_id(key): key for key in keys}
    faults: list[str] = []
    previous = merkle.EMPTY
    for expected, found in enumerate(exported.seals, start=1):
        if found["number"] != expected:
            faults.append(f"seal {expected} was removed")
            break
        leaves = exported.leaves.get(expected, [])
        faults += _seal_faults(found, previous, leaves, known.get(found["key_id"]))
        faults += [fault for number, hash_ in leaves if (fault := _row_fault(exported, number, hash_))]
        previous = found["root"]
    roots = {found["number"]: found["root"] for found in exported.seals}
    for number in sorted((exported.leaves.keys() | (seen or {}).keys()) - roots.keys()):
        faults.append(f"seal {number} was removed")
    for number, root in (seen or {}).items():
        if roots.get(number, root) != root:
            faults.append(f"seal {number} is not the one that was seen")
    return list(dict.fromkeys(faults))


def _seal_faults(
    found: Mapping[str, Any], previous: bytes, leaves: list[tuple[int, bytes]], key: Ed25519PublicKey | None
) -> list[str]:
    name = f"seal {found['number']}"
    if key is None:
        return [f"{name} was made with an unknown key {found['key_id']}"]
    faults = []
    try:
        key.verify(found["signature"], _statement(found))
    except InvalidSignature:
        faults.append(f"{name} has a wrong signature")
    if found["previous"] != previous:
        faults.append(f"{name} does not follow the seal before it")
    if found["root"] != _root(found["previous"], leaves):
        faults.append(f"{name} does not cover the hashes stored for it")
    return faults


def _row_fault(exported: Export, number: int, hash_: bytes) -> str | None:
    row = exported.rows.get(number)
    if row is None:
        return f"row {number} was removed"
    return None if merkle.leaf(canonical(row)) == hash_ else f"row {number} was changed"
