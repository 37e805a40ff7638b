"""How far somebody's rights over people reach: own unit, its people, and whom of them one may serve.

BeyondReach (403)      the person is of the own unit, but holds rights that reach further than the own ones
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth.access.model import Grant
from auth.people import service as people
from auth.people.model import Person
from auth.units import service as units
from auth.units.model import Unit
from chassis import clock
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.permissions import Scopes
from chassis.problems import Forbidden

NARROW = ("self", "assigned")
"""Scopes of the roles that come with a kind of person; whoever holds another one administers something."""


class BeyondReach(Forbidden):
    """Who may reset a password may sign in with it: a unit's clerk would borrow the rights of the whole academy."""

    code = "auth.person-beyond-reach"
    title = _l("This account is kept by the portal administrator")


def serve_or_raise(session: Session, id: UUID, *, scopes: Scopes, me: UUID) -> Person:
    """Get a person whose account one is about to open, reset, block or close.

    Raises:
        PersonNotFound: there is none within these scopes; whether there is one elsewhere is not said.
        BeyondReach: the scopes are those of a unit, and the person holds a role that is not just their own studies or lessons.
    """
    person = people.get_or_raise(session, id, where=people.within(scopes, me=me))
    if not may_serve(session, id, scopes=scopes):
        raise BeyondReach(
            _("This person holds a role in administration. Please turn to the portal administrator.")
        )
    return person


def may_serve(session: Session, person_id: UUID, *, scopes: Scopes) -> bool:
    """Tell whether somebody of one's own scope is served with it: a unit's clerk serves nobody who administers something."""
    return scopes.everywhere or not _administers(session, person_id)


def rights(
    session: Session, person: Person, *, can: Callable[[str], Scopes], me: UUID
) -> Callable[[str], bool]:
    """Make the `can` of a page about one person: whether a permission holds for this very person.

    Args:
        session: of the request.
        person: whom the page is about.
        can: gives the scopes of a permission, as `ctx.can` does.
        me: who looks.
    """

    def holds(code: str) -> bool:
        scopes = can(code)
        if not scopes or scopes.everywhere:
            return bool(scopes)
        own = select(Person.id).where(Person.id == person.id, people.within(scopes, me=me))
        served = not code.startswith("auth.account.") or not _administers(session, person.id)
        return served and session.scalar(own) is not None

    return holds


def units_within(session: Session, scopes: Scopes) -> Sequence[Unit]:
    """List the units people may be placed in, each faculty before its departments."""
    own = people.codes_within(session, scopes)
    return [unit for unit in units.list_(session) if own is None or unit.code in own]


def _administers(session: Session, person_id: UUID) -> bool:
    today = clock.today()
    living = select(Grant.id).where(
        Grant.person_id == person_id,
        Grant.withdrawn_at.is_(None),
        or_(Grant.valid_to.is_(None), Grant.valid_to >= today),
        Grant.scope_type.not_in(NARROW),
    )
    return session.scalar(living.limit(1)) is not None
