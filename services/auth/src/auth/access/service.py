"""Give and withdraw roles (clause 9 of Order No. 21): each grant has a scope, a term and an order, and is an event.

GrantNotFound (404)
GrantRefused (422)      a bad scope or term, duties that do not go together, to oneself, already given
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import distinct, func, or_, select
from sqlalchemy.orm import Session

from auth.access import catalogue, rules
from auth.access.model import Grant, Permission, Role
from auth.accounts.service import basis
from auth.people.model import Person
from auth.sessions import service as sessions
from auth.units import service as units
from chassis import clock
from chassis.audit import audit
from chassis.db import new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized
from chassis.outbox import record
from chassis.permissions import apply_grant
from chassis.problems import FieldError, Invalid, NotFound

FEED = "auth/access"


class GrantNotFound(NotFound):
    """No such grant."""

    code = "auth.grant-not-found"


class GrantRefused(Invalid):
    """The role cannot be given or withdrawn like this."""

    code = "auth.grant-refused"
    title = _l("The role was not given")


def list_(session: Session, *, person_id: UUID) -> Sequence[Grant]:
    """List every grant a person ever had, living ones first."""
    query = select(Grant).where(Grant.person_id == person_id)
    return session.scalars(
        query.order_by(Grant.withdrawn_at.desc().nulls_first(), Grant.given_at.desc())
    ).all()


def get_or_raise(session: Session, id: UUID) -> Grant:
    """Get a grant.

    Raises:
        GrantNotFound: there is none.
    """
    grant = session.get(Grant, id)
    if grant is None:
        raise GrantNotFound
    return grant


def roles_today(session: Session, *, person_id: UUID) -> list[str]:
    """Give the codes of the roles a person has today, as tokens carry them."""
    today = clock.today()
    query = select(Grant.role).where(
        Grant.person_id == person_id,
        Grant.withdrawn_at.is_(None),
        Grant.valid_from <= today,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= today),
    )
    return sorted(set(session.scalars(query)))


def count_holders(session: Session) -> dict[str, int]:
    """Count the people who have each role."""
    query = select(Grant.role, func.count(distinct(Grant.person_id))).where(Grant.withdrawn_at.is_(None))
    return {row[0]: row[1] for row in session.execute(query.group_by(Grant.role))}


def list_holders(session: Session, *, role: str, limit: int) -> Sequence[tuple[Grant, Person]]:
    """List who has a role, in alphabetical order."""
    query = select(Grant, Person).join(Person, Person.id == Grant.person_id)
    query = query.where(Grant.role == role, Grant.withdrawn_at.is_(None)).order_by(Person.sort_key, Person.id)
    return [(grant, person) for grant, person in session.execute(query.limit(limit))]


def version(session: Session, *, person_id: UUID) -> int:
    """Count the changes of a person's grants, the `gv` of tokens."""
    return sum(session.scalars(select(Grant.version).where(Grant.person_id == person_id)))


def give(
    session: Session,
    *,
    person: Person,
    role: str,
    scope_type: str,
    scope_id: str | None,
    valid_from: date,
    valid_to: date | None,
    order_number: str,
    order_date: date,
    actor: UUID | None,
) -> Grant:
    """Give a role to a person, by an `actor` who is somebody else; None is the installation itself.

    Raises:
        GrantRefused: with every reason at once.
    """
    faults = _faults(session, person, role, scope_type, scope_id)
    if actor == person.id:
        faults.append(
            FieldError("/role", _("Nobody gives a role to themselves: another administrator has to."))
        )
    if term := rules.term_fault(valid_from, valid_to, clock.today()):
        faults.append(FieldError("/valid_to", FAULTS[term]()))
    if faults:
        raise GrantRefused(errors=faults)
    grant = Grant(
        person_id=person.id,
        role=role,
        scope_type=scope_type,
        scope_id=scope_id or None,
        valid_from=valid_from,
        valid_to=valid_to,
        order_number=order_number,
        order_date=order_date,
        given_by=actor,
    )
    return _keep(session, grant)


def give_template(
    session: Session,
    *,
    person: Person,
    role: str,
    scope_type: str,
    scope_id: str | None = None,
    order_number: str,
    order_date: date,
    actor: UUID | None,
) -> Grant:
    """Give somebody new the role that comes with their kind, or the first administrator theirs, on the basis of an order.

    There is nothing to check: the person has no other role, and the pair of role and scope is our own.
    """
    grant = Grant(
        person_id=person.id,
        role=role,
        scope_type=scope_type,
        scope_id=scope_id,
        valid_from=clock.today(),
        order_number=order_number,
        order_date=order_date,
        given_by=actor,
    )
    return _keep(session, grant)


def _keep(session: Session, grant: Grant) -> Grant:
    grant.id, grant.given_at = new_id(), clock.now()
    session.add(grant)
    session.flush()
    _announce(session, grant)
    audit(
        session,
        act="auth.grant.given",
        subject=f"person:{grant.person_id}",
        actor=grant.given_by or "installation",
        after=grant.as_event(),
        basis=basis(grant.order_number, grant.order_date),
    )
    return grant


def withdraw(session: Session, *, grant: Grant, order_number: str, order_date: date, actor: UUID) -> None:
    """Withdraw a role; tokens that still name it are void with the commit.

    Raises:
        GrantRefused: it was withdrawn before, or is one's own.
    """
    if grant.withdrawn_at:
        raise GrantRefused(_("This role was already withdrawn."))
    if grant.person_id == actor:
        raise GrantRefused(_("Nobody changes their own roles: another administrator has to."))
    grant.withdrawn_at, grant.withdrawn_by = clock.now(), actor
    grant.withdrawn_order = basis(order_number, order_date)
    session.flush()
    _announce(session, grant)
    sessions.refresh_tokens(session, person_id=grant.person_id)
    audit(
        session,
        act="auth.grant.withdrawn",
        subject=f"person:{grant.person_id}",
        actor=actor,
        before={"grant_id": str(grant.id), "role": grant.role},
        basis=grant.withdrawn_order,
    )


def _announce(session: Session, grant: Grant) -> None:
    record(
        session,
        "auth.grant.recorded.v1",
        feed=FEED,
        subject=str(grant.id),
        data=grant.as_event(),
        subject_version=grant.version,
    )
    apply_grant(
        session,
        grant_id=grant.id,
        person_id=grant.person_id,
        role=grant.role,
        scope_type=grant.scope_type,
        scope_id=grant.scope_id,
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
        revoked=grant.withdrawn_at is not None,
    )


def _faults(
    session: Session, person: Person, role: str, scope_type: str, scope_id: str | None
) -> list[FieldError]:
    if session.get(Role, role) is None:
        return [FieldError("/role", _("There is no such role"))]
    faults = []
    allowed = catalogue.scopes_of(session, role) or rules.SCOPES
    known = units.codes(session, scope_type) if scope_type in {"faculty", "department"} else None
    if code := rules.scope_fault(scope_type, scope_id, allowed=allowed, known_ids=known):
        faults.append(
            FieldError("/scope_type" if code == "scope-not-for-role" else "/scope_id", FAULTS[code]())
        )
    held = [grant for grant in list_(session, person_id=person.id) if grant.withdrawn_at is None]
    if any((g.role, g.scope_type, g.scope_id or None) == (role, scope_type, scope_id or None) for g in held):
        faults.append(FieldError("/role", _("The person already has this role here")))
    faults += [FieldError("/role", text) for text in _clashes(session, role, {grant.role for grant in held})]
    return faults


def _clashes(session: Session, role: str, held: set[str]) -> Iterable[str]:
    permissions = catalogue.permissions_of(session, held | {role})
    codes = frozenset().union(*permissions.values())
    rows = {row.code: row for row in catalogue.list_permissions(session, codes)}
    forbidden = {code: frozenset(row.forbidden_with) for code, row in rows.items()}
    for other, theirs, ours in rules.clashes(role, held, permissions=permissions, forbidden=forbidden):
        yield _(
            "“%(ours)s” does not go together with “%(theirs)s”, which the person has as “%(role)s”",
            ours=_title(rows[ours]),
            theirs=_title(rows[theirs]),
            role=localized(session.get_one(Role, other).title),
        )


def _title(permission: Permission) -> str:
    return localized(permission.title)


FAULTS = {
    "scope-not-for-role": lambda: _("This role cannot be given within such a scope"),
    "scope-id-unwanted": lambda: _("This scope needs no code"),
    "scope-id-missing": lambda: _("Say which one: enter its code"),
    "scope-id-unknown": lambda: _("There is no unit with this code"),
    "term-reversed": lambda: _("The term ends before it begins"),
    "term-over": lambda: _("The term is already over"),
}
"""Words of the fault codes of scopes and terms."""
