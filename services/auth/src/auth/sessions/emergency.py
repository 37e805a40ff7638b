"""Rotate the signing keys at once, also when somebody may have them."""

from uuid import UUID

from sqlalchemy.orm import Session

from auth.sessions import service
from auth.sessions.keys import KeyRing
from chassis import clock
from chassis.audit import audit
from chassis.permissions import EVERYBODY


def rotate_now(
    session: Session, *, ring: KeyRing, distrust: bool, actor: UUID | str, ground: str | None = None
) -> None:
    """Rotate the keys.

    Args:
        session: of the act.
        ring: the keys.
        distrust: the present keys go at once, and every token of a person issued until now is void; sign-ins stand, so that
            the next click of each brings a token by the new key.
        actor: who does it.
        ground: the order.
    """
    ring.rotate(distrust=distrust)
    if distrust:
        service.revoke(session, key=EVERYBODY, at=int(clock.now().timestamp()))
    audit(
        session,
        act="auth.key.rotated",
        subject="keys",
        actor=actor,
        after={"distrust": distrust},
        basis=ground,
    )
