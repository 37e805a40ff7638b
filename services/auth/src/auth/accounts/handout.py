"""A secret that is shown once: the second press of the same button, or a page loaded again, makes no second secret.

The chassis stores no answer that streams, so that a secret is kept nowhere; what it would have stored is noted here as a digest.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.accounts.model import Handout
from chassis import clock
from chassis.i18n import format_datetime
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict

KEPT = timedelta(days=7)


class AlreadyHandedOut(Conflict):
    """What this form asks for was made before, and is shown once."""

    code = "auth.already-handed-out"
    title = _l("This was printed already")


def once(session: Session, *, key: str, actor: UUID | str) -> None:
    """Note that the form with this key hands out secrets; an empty key is a program's own act.

    Raises:
        AlreadyHandedOut: it has done so before; says when.
    """
    if not key:
        return
    digest = hashlib.sha256(f"{actor}\n{key}".encode()).digest()
    note = insert(Handout).values(key=digest, at=clock.now()).on_conflict_do_nothing().returning(Handout.key)
    if session.execute(note).first() is None:
        at = session.scalar(select(Handout.at).where(Handout.key == digest))
        raise AlreadyHandedOut(
            _(
                "This was already made at %(at)s and is shown once. If it did not reach you, start anew: what was made then stops working.",
                at=format_datetime(at) if at else "",
            )
        )


def forget_old(session: Session) -> None:
    """Drop notes of forms that nobody can still have open."""
    session.execute(delete(Handout).where(Handout.at < clock.now() - KEPT))
