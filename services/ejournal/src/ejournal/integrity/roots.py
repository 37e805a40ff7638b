"""Sign a root over the heads of all streams every ten minutes, and send it to the other services, which keep it.

A root holds the hash of the one before it, so one signature vouches for all roots so far. What is stored of a tree are the heads
that changed since the root before; the tree of any root is drawn from them again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow
from chassis.outbox import record
from chassis.service import Job
from chassis.settings import Settings
from chassis.verify import root as tree_root
from ejournal.integrity import keys, rules
from ejournal.integrity.model import ROOT, ROOT_HEAD, ROOT_KEY
from ejournal.integrity.problems import NoSigningKey
from ejournal.integrity.service import STREAMS

EVERY = timedelta(minutes=10)
LOCK = 7_325_503
HeadOf = tuple[int, bytes]
"""Number and digest of a stream's last entry."""
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Signed:
    """A root that has just been signed, and the journals whose streams no longer continue what an earlier root held."""

    number: int
    broken: Sequence[UUID] = ()


def sign_by_clock(session: Session, settings: Settings) -> None:
    """Sign a root, where a key is in force."""
    if keys.find_in_force(session) is None:
        return
    try:
        sign(session, secret_key=settings.secret_key)
    except NoSigningKey:
        logger.error("the signing key cannot be opened: SECRET_KEY is not the one of the ceremony")


JOBS = (Job("sign the root of the streams", EVERY, sign_by_clock),)


def sign(session: Session, *, secret_key: str) -> Signed:
    """Sign a root over all streams as they stand.

    A stream that is shorter than, or differs from, what an earlier root holds is named in the audit: the root says what is, it repairs nothing.

    Raises:
        NoSigningKey: no key is in force, or it cannot be opened.
    """
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    row = keys.find_in_force(session)
    if row is None:
        raise NoSigningKey
    key = keys.open_key(row, secret_key)
    before = find_latest(session)
    known, present = list_heads(session), _present(session)
    heads = known | present  # a journal that is gone keeps its place, so that the tree can be drawn again
    number = before["number"] + 1 if before else 1
    values = {
        "number": number,
        "at": clock.now(),
        "previous": bytes.fromhex(rules.root_link(as_json(before))) if before else rules.BEGINNING,
        "root": tree_root(leaves(heads)),
        "streams": len(heads),
        "key_id": row.key_id,
    }
    told = as_json({**values, "signature": b""})
    signature = key.sign(rules.root_statement(told))
    session.execute(insert(ROOT).values(**values, signature=signature))
    _keep_heads(
        session, number, {journal: head for journal, head in present.items() if known.get(journal) != head}
    )
    told |= {"signature": signature.hex(), "public_key": row.public_key.hex()}
    record(
        session, "ejournal.root.signed.v1", feed=keys.FEED, subject="roots", data=told, subject_version=number
    )
    return Signed(number, _name_broken(session, known, present, number))


def leaves(heads: Mapping[UUID, HeadOf]) -> list[bytes]:
    """Hash the heads of streams in the order of their journals."""
    return [rules.head_leaf(str(journal), *heads[journal]) for journal in sorted(heads)]


def find_latest(session: Session) -> RowMapping | None:
    """Find the latest root."""
    return session.execute(select(ROOT).order_by(ROOT.c.number.desc()).limit(1)).mappings().one_or_none()


def list_roots(session: Session, *, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """List roots by number, as the verifier reads them."""
    query = (
        select(ROOT, ROOT_KEY.c.public_key)
        .join(ROOT_KEY, ROOT_KEY.c.key_id == ROOT.c.key_id)
        .where(ROOT.c.number.in_(list(numbers)))
        .order_by(ROOT.c.number)
    )
    return [as_json(row) for row in session.execute(query).mappings()]


def list_heads(session: Session) -> dict[UUID, HeadOf]:
    """Read the heads the latest root holds: of every journal the latest."""
    query = (
        select(ROOT_HEAD.c.journal_id, ROOT_HEAD.c.number, ROOT_HEAD.c.digest)
        .ext(distinct_on(ROOT_HEAD.c.journal_id))
        .order_by(ROOT_HEAD.c.journal_id, ROOT_HEAD.c.root_number.desc())
    )
    return {row.journal_id: (row.number, bytes(row.digest)) for row in session.execute(query)}


def as_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Write a root as JSON knows it and as it is signed: hashes in hex, the moment in UTC."""
    plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
    return plain | {"at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")}


def _present(session: Session) -> dict[UUID, HeadOf]:
    rows: Iterable[AnyRow] = session.execute(STREAMS)
    return {row.id: (row.stream_number, bytes(row.stream_digest)) for row in rows}


def _keep_heads(session: Session, number: int, changed: Mapping[UUID, HeadOf]) -> None:
    rows = [
        {"journal_id": journal, "root_number": number, "number": head[0], "digest": head[1]}
        for journal, head in changed.items()
    ]
    if rows:
        session.execute(insert(ROOT_HEAD), rows)


def _name_broken(
    session: Session, known: Mapping[UUID, HeadOf], present: Mapping[UUID, HeadOf], number: int
) -> list[UUID]:
    """Find streams that went back or turned aside since the root before."""
    broken = [
        journal
        for journal, head in known.items()
        if journal not in present or not _continues(head, present[journal])
    ]
    for journal in broken:
        logger.error("a stream does not continue", journal=str(journal), root=number)
        audit(
            session,
            act="ejournal.stream.broken",
            subject=f"journal:{journal}",
            actor="program:ejournal",
            before={"number": known[journal][0], "digest": known[journal][1].hex()},
            after={"root": number, "number": present[journal][0] if journal in present else None},
        )
    return broken


def _continues(before: HeadOf, after: HeadOf) -> bool:
    return after[0] > before[0] or after == before
