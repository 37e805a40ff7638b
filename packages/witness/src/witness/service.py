"""Keep roots and keys, and read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from witness.model import KEY, ROOT
from witness.rules import FIELDS, is_sound


def keep_root(session: Session, *, root: Mapping[str, Any]) -> None:
    """Keep a root; the same one again changes nothing, another one under the same number is kept beside it."""
    values = {name: root[name] for name in FIELDS}
    row = insert(ROOT).values(**values, sound=is_sound(root), received_at=clock.now())
    session.execute(row.on_conflict_do_nothing())


def keep_key(session: Session, *, key: Mapping[str, Any]) -> None:
    """Keep the present state of a signing key."""
    state: dict[str, Any] = {
        "public_key": key["public_key"],
        "made_at": datetime.fromisoformat(key["made_at"]),
        "ended_at": datetime.fromisoformat(key["ended_at"]) if key["ended_at"] else None,
        "reason": key["reason"],
    }
    row = insert(KEY).values(key_id=key["key_id"], **state)
    session.execute(row.on_conflict_do_update(index_elements=["key_id"], set_=state))


def list_roots(session: Session, *, first: int, limit: int) -> Sequence[AnyRow]:
    """List kept roots from a number on."""
    query = select(ROOT).where(ROOT.c.number >= first).order_by(ROOT.c.number, ROOT.c.received_at)
    return session.execute(query.limit(limit)).all()


def list_latest(session: Session, *, limit: int) -> Sequence[AnyRow]:
    """List the latest roots, the newest first."""
    query = select(ROOT).order_by(ROOT.c.number.desc(), ROOT.c.received_at.desc())
    return session.execute(query.limit(limit)).all()


def list_keys(session: Session) -> Sequence[AnyRow]:
    """List the signing keys, the latest first."""
    return session.execute(select(KEY).order_by(KEY.c.made_at.desc())).all()
