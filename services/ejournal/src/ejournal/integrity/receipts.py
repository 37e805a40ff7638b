"""A learner's receipt of a published mark: enough to prove it later to anybody, and nothing about the marks of others."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from chassis.verify import is_signed
from ejournal.integrity import roots, rules
from ejournal.integrity.export import proof_at
from ejournal.integrity.model import ROOT, ROOT_HEAD, ROOT_KEY, STREAM_ENTRY
from ejournal.integrity.problems import NoReceipt
from ejournal.integrity.rules_receipt import RECEIPT_FORM, receipt_faults
from ejournal.journal import service as journals


def get_or_raise(session: Session, *, journal_id: UUID, column_id: UUID, person_id: UUID) -> dict[str, Any]:
    """Make the receipt of a learner's mark in a published column, of its latest publication.

    Until the next root is signed, at most ten minutes, `proof` and `root` are None.

    Raises:
        NotFound: the learner does not stand in such a journal.
        NoReceipt: the column was not published with this learner in it.
    """
    journals.get_own_or_raise(session, journal_id=journal_id, person_id=person_id)
    mine = f"{person_id}:{column_id}:"
    published = select(STREAM_ENTRY).where(
        STREAM_ENTRY.c.journal_id == journal_id,
        STREAM_ENTRY.c.kind == "column.published",
        STREAM_ENTRY.c.opened.contains(mine, autoescape=True),
    )
    entry = session.execute(published.order_by(STREAM_ENTRY.c.number.desc()).limit(1)).one_or_none()
    if entry is None:
        raise NoReceipt
    return _receipt(session, entry, mine)


def _receipt(session: Session, entry: AnyRow, mine: str) -> dict[str, Any]:
    texts, seed = entry.opened.split("\n"), bytes(entry.seed)
    position = next(at for at, text in enumerate(texts) if text.startswith(mine))
    proof = _proof(session, entry)
    (root,) = roots.list_roots(session, numbers=[proof["root"]]) if proof else (None,)
    before, later = _around(session, entry, proof["n"] if proof else entry.number)
    return {
        "form": RECEIPT_FORM,
        "entry": {"n": entry.number, "bytes": bytes(entry.bytes).decode(), "previous": before.hex()},
        "cell": {"position": position, "salt": rules.salt(seed, position).hex(), "text": texts[position]},
        "commitments": [one.hex() for one in rules.commitments(seed, texts)],
        "later": later,
        "proof": proof,
        "root": root,
    }


def _proof(session: Session, entry: AnyRow) -> dict[str, Any] | None:
    """Find the first root that holds the entry."""
    query = (
        select(ROOT_HEAD.c.root_number)
        .where(ROOT_HEAD.c.journal_id == entry.journal_id, ROOT_HEAD.c.number >= entry.number)
        .order_by(ROOT_HEAD.c.root_number)
        .limit(1)
    )
    number = session.scalar(query)
    return None if number is None else proof_at(session, journal_id=entry.journal_id, root=number)


def _around(session: Session, entry: AnyRow, last: int) -> tuple[bytes, list[str]]:
    """Read the digest before an entry, and the bytes of the entries after it up to the head a root holds."""
    near = STREAM_ENTRY.c.number.between(entry.number - 1, last)
    query = (
        select(STREAM_ENTRY.c.number, STREAM_ENTRY.c.digest, STREAM_ENTRY.c.bytes)
        .where(STREAM_ENTRY.c.journal_id == entry.journal_id, near)
        .order_by(STREAM_ENTRY.c.number)
    )
    rows = session.execute(query).all()
    before = bytes(rows[0].digest) if rows[0].number < entry.number else rules.BEGINNING
    return before, [bytes(row.bytes).decode() for row in rows if row.number > entry.number]


def check(session: Session, *, receipt: Mapping[str, Any]) -> list[str]:
    """Check a receipt somebody shows: by itself, and against the roots and keys of this academy.

    Returns:
        Faults in words; empty when it holds.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no receipt.
    """
    if receipt.get("form") != RECEIPT_FORM:
        raise ValueError("no receipt")
    root = receipt["root"]
    known = [row.key_id for row in session.execute(select(ROOT_KEY.c.key_id))]
    faults = receipt_faults(receipt, kept=(), keys=known, check=is_signed)
    if root is not None and faults == [] and not _is_ours(session, root):
        faults.append(f"root {root['number']} is not one of this academy")
    return faults


def _is_ours(session: Session, root: Mapping[str, Any]) -> bool:
    return (
        session.scalar(
            select(ROOT.c.number).where(
                ROOT.c.root == bytes.fromhex(root["root"]), ROOT.c.number == root["number"]
            )
        )
        is not None
    )
