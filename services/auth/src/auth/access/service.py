"""Give and withdraw roles (clause 9 of Order No. 21): each grant has a scope, a term and an order, and is an event.

GrantNotFound (404)
GrantRefused (422)      a bad scope or term, duties that do not go together, to oneself, already given
GrantBeyondReach (403)  a wider scope than where the giver may give roles
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, bindparam, distinct, func, or_, select
from sqlalchemy.orm import Session

from auth.access import catalogue, rules
from auth.access.model import Grant, Permission, Role
from auth.accounts import lookalikes
from auth.accounts.model import Account
from auth.accounts.service import basis
from auth.people import service as people
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
from chassis.permissions import Scopes, apply_grant
from chassis.problems import FieldError, Forbidden, Invalid, NotFound

FEED = "auth/access"
_TODAY = bindparam("today", type_=Date)
HELD = select(
    Grant.role,
    and_(
        Grant.withdrawn_at.is_(None),
        Grant.valid_from <= _TODAY,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= _TODAY),
    ).label("holds"),
    Grant.version,
).where(Grant.person_id == bindparam("person"))


class GrantNotFound(NotFound):
    """No such grant."""

    code = "auth.grant-not-found"


class GrantBeyondReach(Forbidden):
    """A role within a scope that is wider than the giver's own."""

    code = "auth.grant-beyond-reach"


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


def get_or_raise(session: Session, id: UUID, *, where: ColumnElement[bool] | None = None) -> Grant:
    """Get a grant whose holder is within a condition.

    Raises:
        GrantNotFound: there is none.
    """
    query = select(Grant).join(Person, Person.id == Grant.person_id).where(Grant.id == id)
    grant = session.scalar(query if where is None else query.where(where))
    if grant is None:
        raise GrantNotFound
    return grant


def list_deputies(session: Session, *, person_id: UUID) -> Sequence[tuple[Grant, Person]]:
    """List the deputies who exercise a person's roles now or later, with the grants they do it by."""
    query = select(Grant, Person).join(Person, Person.id == Grant.person_id)
    query = query.where(
        Grant.deputy_for == person_id, Grant.withdrawn_at.is_(None), Grant.valid_to >= clock.today()
    )
    return [
        (grant, person)
        for grant, person in session.execute(query.order_by(Grant.valid_from, Person.sort_key))
    ]


def roles_today(session: Session, *, person_id: UUID) -> list[str]:
    """Give the codes of the roles a person has today, as tokens carry them."""
    return roles_and_version(session, person_id=person_id)[0]


def roles_and_version(session: Session, *, person_id: UUID) -> tuple[list[str], int]:
    """Give the roles a person has today, and how often their grants have changed, the `gv` of tokens; in one read."""
    rows = session.execute(HELD, {"person": person_id, "today": clock.today()}).all()
    return sorted({row.role for row in rows if row.holds}), sum(row.version for row in rows)


def living() -> tuple[ColumnElement[bool], ...]:
    """Give the conditions of a grant that is in force or begins later."""
    return Grant.withdrawn_at.is_(None), or_(Grant.valid_to.is_(None), Grant.valid_to >= clock.today())


def count_holders(session: Session) -> dict[str, int]:
    """Count the people who have each role, now or later."""
    query = select(Grant.role, func.count(distinct(Grant.person_id))).where(*living())
    return {row[0]: row[1] for row in session.execute(query.group_by(Grant.role))}


def list_holders(session: Session, *, role: str, limit: int | None = None) -> Sequence[tuple[Grant, Person]]:
    """List who has a role, now or later, in alphabetical order."""
    query = (
        select(Grant, Person).join(Person, Person.id == Grant.person_id).where(Grant.role == role, *living())
    )
    found = session.execute(query.order_by(Person.sort_key, Person.id).limit(limit))
    return [(grant, person) for grant, person in found]


def find_people(
    session: Session, typed: Sequence[str], *, where: ColumnElement[bool] | None = None
) -> dict[str, Person]:
    """Find people by what was typed, a login or a personal number; a login wins where both fit."""
    logins = {text: lookalikes.fold(text) for text in typed}
    query = select(Person, Account.login).outerjoin(Account, Account.person_id == Person.id)
    query = query.where(or_(Account.login.in_(set(logins.values())), Person.number.in_(set(typed))))
    rows = session.execute(query if where is None else query.where(where)).all()
    by_login = {login: person for person, login in rows}
    by_number = {person.number: person for person, _login in rows}
    found = {text: by_login.get(login) or by_number.get(text) for text, login in logins.items()}
    return {text: person for text, person in found.items() if person is not None}


def names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Give the full names of people by their ids."""
    found = session.scalars(select(Person).where(Person.id.in_(set(ids))))
    return {person.id: person.full_name for person in found}


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
    reach: Scopes | None = None,
    import_id: UUID | None = None,
    deputy_of: Grant | None = None,
) -> Grant:
    """Give a role to a person, by an `actor` who is somebody else; None is the installation itself.

    `reach` is where the actor may give roles; None is the whole institution. `deputy_of` is the grant a deputy exercises.

    Raises:
        GrantBeyondReach: the scope is wider than the reach.
        GrantRefused: with every reason at once.
    """
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
        import_id=import_id,
        deputy_of=deputy_of.id if deputy_of else None,
        deputy_for=deputy_of.person_id if deputy_of else None,
    )
    check_reach(session, grant, reach)
    if errors := faults(session, grant):
        raise GrantRefused(errors=errors)
    return _keep(session, grant)


def check_reach(session: Session, grant: Grant, reach: Scopes | None) -> None:
    """Refuse a scope wider than where the giver may give roles.

    Raises:
        GrantBeyondReach: it is.
    """
    within = people.codes_within(session, reach) if reach is not None else None
    if rules.is_beyond_reach(grant.scope_type, grant.scope_id, within=within):
        raise GrantBeyondReach(_("You may give roles within your own unit only."))


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
    """Withdraw a role, and from the deputies who exercise it; tokens that still name it are void with the commit.

    Raises:
        GrantRefused: it was withdrawn before, or is one's own.
    """
    if grant.withdrawn_at:
        raise GrantRefused(_("This role was already withdrawn."))
    if grant.person_id == actor:
        raise GrantRefused(_("Nobody changes their own roles: another administrator has to."))
    query = select(Grant).where(Grant.deputy_of == grant.id, Grant.withdrawn_at.is_(None))
    for one in (grant, *session.scalars(query)):
        _end(session, one, basis(order_number, order_date), actor)


def _end(session: Session, grant: Grant, ground: str, actor: UUID) -> None:
    grant.withdrawn_at, grant.withdrawn_by, grant.withdrawn_order = clock.now(), actor, ground
    session.flush()
    _announce(session, grant)
    sessions.refresh_tokens(session, person_id=grant.person_id)
    audit(
        session,
        act="auth.grant.withdrawn",
        subject=f"person:{grant.person_id}",
        actor=actor,
        before=grant.as_event() | {"revoked": False},
        after=grant.as_event(),
        basis=ground,
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


def faults(session: Session, grant: Grant) -> list[FieldError]:
    """Find everything that speaks against a grant, before it is given or only looked at."""
    role = session.get(Role, grant.role)
    if role is None or role.retired_at:
        return [FieldError("/role", _("There is no such role"))]
    today = clock.today()
    found = [FieldError(field, FAULTS[code]()) for field, code in _plain_faults(session, grant, today)]
    living = [one for one in list_(session, person_id=grant.person_id) if one.withdrawn_at is None]
    term = (grant.valid_from, grant.valid_to)
    held = [one for one in living if rules.overlap(term, (one.valid_from, one.valid_to))]
    place = (grant.role, grant.scope_type, grant.scope_id)
    if any((one.role, one.scope_type, one.scope_id) == place for one in held):
        found.append(FieldError("/role", _("The person already has this role here")))
    if grant.given_by and any(_replaces(one, grant, today) for one in _of(session, grant.given_by)):
        words = _("You act as this person's deputy, so another administrator has to give them roles")
        found.append(FieldError("/role", words))
    clashing = _clashes(session, grant.role, {one.role for one in held})
    return found + [FieldError("/role", text) for text in clashing]


def _plain_faults(session: Session, grant: Grant, today: date) -> Iterable[tuple[str, str]]:
    """Find what is wrong with a grant by itself, as (field, code)."""
    allowed = catalogue.scopes_of(session, grant.role) or rules.SCOPES
    known = units.codes(session, grant.scope_type) if grant.scope_type in {"faculty", "department"} else None
    if code := rules.scope_fault(grant.scope_type, grant.scope_id, allowed=allowed, known_ids=known):
        yield "/scope_type" if code == "scope-not-for-role" else "/scope_id", code
    if grant.given_by == grant.person_id:
        yield "/role", "to-oneself"
    if term := rules.term_fault(grant.valid_from, grant.valid_to, today):
        yield "/valid_to", term


def _of(session: Session, person_id: UUID) -> Sequence[Grant]:
    return session.scalars(select(Grant).where(Grant.person_id == person_id)).all()


def _replaces(one: Grant, grant: Grant, today: date) -> bool:
    """Tell whether the giver acts today as the deputy of who would get the role: nobody grants himself through a deputy."""
    return one.deputy_for == grant.person_id and one.holds(today)


def _clashes(session: Session, role: str, held: set[str]) -> Iterable[str]:
    permissions = catalogue.permissions_of(session, held | {role})
    codes = frozenset().union(*permissions.values())
    rows = {row.code: row for row in catalogue.list_permissions(session, codes)}
    forbidden = catalogue.forbidden_of(rows.values())
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
    "to-oneself": lambda: _("Nobody gives a role to themselves: another administrator has to."),
    "scope-not-for-role": lambda: _("This role cannot be given within such a scope"),
    "scope-id-unwanted": lambda: _("This scope needs no code"),
    "scope-id-missing": lambda: _("Say which one: enter its code"),
    "scope-id-unknown": lambda: _("There is no unit with this code"),
    "term-reversed": lambda: _("The term ends before it begins"),
    "term-over": lambda: _("The term is already over"),
}
"""Words of the fault codes of scopes and terms."""
