"""Deputies for a term: somebody exercises the roles of another by an order, and the term ends by itself.

DeputyRefused (422)     roles that cannot be handed on, a term beyond theirs, or what speaks against each grant
"""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from auth.access import catalogue, rules, service
from auth.access.model import Grant
from auth.people.model import Person
from chassis import clock
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized
from chassis.permissions import Scopes
from chassis.problems import FieldError, Invalid


class DeputyRefused(Invalid):
    """The person cannot be the deputy like this."""

    code = "auth.deputy-refused"
    title = _l("No deputy was appointed")


def list_handed_on(session: Session, *, person_id: UUID) -> list[Grant]:
    """List the grants of a person that a deputy could exercise: living, not their own data, not a deputy's themselves."""
    today = clock.today()
    return [
        grant
        for grant in service.list_(session, person_id=person_id)
        if grant.withdrawn_at is None
        and (grant.valid_to or today) >= today
        and grant.scope_type not in rules.ONES_OWN
        and grant.deputy_of is None
    ]


def appoint(
    session: Session,
    *,
    person: Person,
    deputy: Person,
    grants: Sequence[Grant],
    valid_from: date,
    valid_to: date,
    order_number: str,
    order_date: date,
    actor: UUID,
    reach: Scopes | None = None,
) -> list[Grant]:
    """Let a deputy exercise grants of a person for a term, by an order; all of them or none.

    Raises:
        DeputyRefused: with every reason at once.
        GrantBeyondReach: one of the grants is wider than the reach of the actor.
    """
    faults = []
    if deputy.id == person.id:
        faults.append(FieldError("/deputy", _("Nobody is their own deputy")))
    if not grants:
        faults.append(FieldError("/grants", _("Choose at least one role")))
    faults += [
        fault for grant in grants for fault in _faults(session, grant, person.id, valid_from, valid_to)
    ]
    if faults:
        raise DeputyRefused(errors=faults)
    made = []
    for grant in grants:
        try:
            one = service.give(
                session,
                person=deputy,
                role=grant.role,
                scope_type=grant.scope_type,
                scope_id=grant.scope_id,
                valid_from=valid_from,
                valid_to=valid_to,
                order_number=order_number,
                order_date=order_date,
                actor=actor,
                reach=reach,
                deputy_of=grant,
            )
        except service.GrantRefused as refused:
            raise DeputyRefused(errors=_renamed(refused.errors)) from refused
        made.append(one)
    return made


def _renamed(errors: Sequence[FieldError]) -> list[FieldError]:
    """Put what speaks against a grant at the fields of a deputy's form."""
    return [error if error.pointer == "/valid_to" else FieldError("/deputy", error.text) for error in errors]


def _faults(
    session: Session, grant: Grant, person_id: UUID, valid_from: date, valid_to: date
) -> list[FieldError]:
    if grant.person_id != person_id or grant.withdrawn_at:
        return [FieldError("/grants", _("This is not a role the person has"))]
    if valid_to < valid_from:
        return [FieldError("/valid_to", service.FAULTS["term-reversed"]())]
    fault = rules.deputy_fault(
        scope_type=grant.scope_type,
        term=(grant.valid_from, grant.valid_to),
        valid_from=valid_from,
        valid_to=valid_to,
        is_deputy=grant.deputy_of is not None,
    )
    if fault is None:
        return []
    field, code = fault
    words = FAULTS[code](localized(catalogue.titles(session)[grant.role]))
    return [FieldError("/grants" if field == "grant" else f"/{field}", words)]


FAULTS: dict[str, Callable[[str], str]] = {
    "nobody": lambda _role: _("There is nobody with this login or personal number"),
    "deputy-of-a-deputy": lambda role: _(
        "“%(role)s” is exercised as a deputy and is not handed on", role=role
    ),
    "ones-own": lambda role: _(
        "“%(role)s” covers the person's own data or teaching; a substitution is made in the timetable",
        role=role,
    ),
    "before-the-grant": lambda role: _("“%(role)s” begins later than that", role=role),
    "beyond-the-grant": lambda role: _("“%(role)s” ends earlier than that", role=role),
}
"""Words of the fault codes of deputies."""
