"""The editor of roles: an academy changes what a role may do, makes roles of its own, retires them (clause 9).

RoleNotFound (404)
RoleRefused (422)       a bad or taken code, an unknown permission, duties that do not go together, a role one holds oneself
RoleChanged (409)       somebody changed it meanwhile; carries both states
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.access import catalogue, rules, service
from auth.access.model import Grant, Permission, Role, RolePermission
from auth.accounts.service import basis
from auth.people.model import Person
from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized
from chassis.problems import Conflict, FieldError, Invalid, NotFound

NAMED = 5
"""So many people are named in a refusal; the others are counted."""


class RoleNotFound(NotFound):
    """No such role."""

    code = "auth.role-not-found"


class RoleRefused(Invalid):
    """The role cannot be like this."""

    code = "auth.role-refused"
    title = _l("The role was not saved")


class RoleChanged(Conflict):
    """Somebody changed the role since it was read; `extra` has the version and the permissions of both."""

    code = "auth.role-changed"


def get_or_raise(session: Session, code: str, *, lock: bool = False) -> Role:
    """Get a role, for changing with a lock that grants of it wait for.

    Raises:
        RoleNotFound: there is none.
    """
    role = session.get(Role, code, with_for_update=ROW_LOCK if lock else None, populate_existing=lock)
    if role is None:
        raise RoleNotFound
    return role


def create(
    session: Session,
    *,
    code: str,
    title: Mapping[str, str],
    permissions: Iterable[str],
    order_number: str,
    order_date: date,
    actor: UUID,
) -> Role:
    """Create a role of the academy's own, by an order.

    Raises:
        RoleRefused: with every reason at once.
    """
    wanted = sorted(set(permissions))
    faults = _faults_of_permissions(session, wanted)
    if rules.role_code_fault(code):
        faults.append(
            FieldError("/code", _("Use small Latin letters, digits and underscores: 3 to 40 characters"))
        )
    elif session.get(Role, code):
        faults.append(FieldError("/code", _("This code is already in use")))
    if not wanted:
        faults.append(FieldError("/permissions", _("Choose at least one right")))
    if faults:
        raise RoleRefused(errors=faults)
    last = session.scalar(select(func.max(Role.position))) or 0
    role = Role(code=code, title=dict(title), position=last + 1, own=True)
    session.add(role)
    session.flush()
    _replace(session, role, wanted)
    _keep(
        session,
        role,
        act="auth.role.created",
        actor=actor,
        before=None,
        ground=basis(order_number, order_date),
    )
    return role


def change(
    session: Session,
    *,
    code: str,
    title: Mapping[str, str],
    permissions: Iterable[str],
    version: int,
    order_number: str,
    order_date: date,
    actor: UUID,
) -> Role:
    """Change the title and the permissions of a role, by an order; it holds in every service within a second.

    Raises:
        RoleNotFound: there is none.
        RoleChanged: somebody changed it since version `version` was read.
        RoleRefused: with every reason at once.
    """
    role, wanted = get_or_raise(session, code, lock=True), sorted(set(permissions))
    before = state(session, role)
    if role.version != version:
        yours = {"title": dict(title), "permissions": wanted}
        raise RoleChanged(
            _("Somebody changed this role since you opened it. Compare both and save once more."),
            extra={"expected_version": version, "current_version": role.version, "current": before, "yours": yours},
        )  # fmt: skip
    faults = _faults_of_permissions(session, wanted) + _faults_of_change(session, role, wanted, before, actor)
    if faults:
        raise RoleRefused(errors=faults)
    if before == {"title": dict(title), "permissions": wanted}:
        return role
    role.title = dict(title)
    _replace(session, role, wanted)
    _keep(
        session,
        role,
        act="auth.role.changed",
        actor=actor,
        before=before,
        ground=basis(order_number, order_date),
    )
    return role


def retire(
    session: Session, *, code: str, version: int, order_number: str, order_date: date, actor: UUID
) -> None:
    """Retire a role of the academy's own that nobody holds; it stays readable, as grants of the past name it.

    Raises:
        RoleNotFound: there is none.
        RoleChanged: somebody changed it since version `version` was read.
        RoleRefused: a template, retired before, or somebody holds it: by name.
    """
    role = get_or_raise(session, code, lock=True)
    before = state(session, role)
    if role.version != version:
        raise RoleChanged(
            extra={"expected_version": version, "current_version": role.version, "current": before}
        )
    if not role.own or role.retired_at:
        raise RoleRefused(_("Only a role of the academy's own that is in use can be retired."))
    if held := [person.full_name for _grant, person in service.list_holders(session, role=code)]:
        raise RoleRefused(_("The role is held by: %(names)s. Withdraw it first.", names=name_some(held)))
    role.retired_at = clock.now()
    _replace(session, role, [])
    _keep(
        session,
        role,
        act="auth.role.retired",
        actor=actor,
        before=before,
        ground=basis(order_number, order_date),
    )


def state(session: Session, role: Role) -> dict[str, Any]:
    """Give what of a role the editor changes: title and sorted permissions."""
    return {
        "title": dict(role.title),
        "permissions": sorted(catalogue.permissions_of(session, [role.code])[role.code]),
    }


def name_some(names: Sequence[str]) -> str:
    """Name the first few people, and count the others."""
    shown = ", ".join(names[:NAMED])
    rest = len(names) - NAMED
    return shown if rest <= 0 else _("%(names)s and %(n)s more", names=shown, n=rest)


def _replace(session: Session, role: Role, codes: Iterable[str]) -> None:
    present = {
        row.permission: row
        for row in session.scalars(select(RolePermission).where(RolePermission.role == role.code))
    }
    wanted = set(codes)
    for code in present.keys() - wanted:
        session.delete(present[code])
    session.add_all(RolePermission(role=role.code, permission=code) for code in wanted - present.keys())
    # The set of permissions is part of the role: its version rises with it.
    role.changed_at = clock.now()
    session.flush()


def _keep(
    session: Session, role: Role, *, act: str, actor: UUID, before: Mapping[str, Any] | None, ground: str
) -> None:
    catalogue.announce_roles(session, [role.code])
    audit(
        session,
        act=act,
        subject=f"role:{role.code}",
        actor=actor,
        before=before,
        after=state(session, role),
        basis=ground,
    )


def _faults_of_permissions(session: Session, wanted: Sequence[str]) -> list[FieldError]:
    rows = {row.code: row for row in catalogue.list_permissions(session, wanted)}
    unknown = [code for code in wanted if code not in rows]
    faults = [
        FieldError("/permissions", _("There is no right “%(code)s”", code=code[:80])) for code in unknown
    ]
    forbidden = catalogue.forbidden_of(rows.values())
    for one, other in rules.clashes_within(rows, forbidden):
        words = _(
            "“%(one)s” does not go together with “%(other)s” in one role",
            one=localized(rows[one].title),
            other=localized(rows[other].title),
        )
        faults.append(FieldError("/permissions", words))
    return faults


def _faults_of_change(
    session: Session, role: Role, wanted: Sequence[str], before: Mapping[str, Any], actor: UUID
) -> list[FieldError]:
    """Find what speaks against other permissions for those who hold the role now or later."""
    if role.retired_at:
        return [FieldError("/permissions", _("This role is retired"))]
    if set(wanted) == set(before["permissions"]):
        return []
    holders = service.list_holders(session, role=role.code)
    faults = []
    if any(grant.person_id == actor for grant, _person in holders):
        words = _("You hold this role yourself: another administrator has to change its rights")
        faults.append(FieldError("/permissions", words))
    for (theirs, ours), names in _clashes_of_holders(session, role.code, wanted, holders).items():
        words = _(
            "“%(ours)s” does not go together with “%(theirs)s”, which these holders of the role have: %(names)s",
            ours=localized(ours.title),
            theirs=localized(theirs.title),
            names=name_some(names),
        )
        faults.append(FieldError("/permissions", words))
    return faults


def _clashes_of_holders(
    session: Session, role: str, wanted: Sequence[str], holders: Sequence[tuple[Grant, Person]]
) -> dict[tuple[Permission, Permission], list[str]]:
    """Collect, by pair of permissions (theirs, the role's), the names of holders who would unite them."""
    query = select(Grant).where(
        Grant.person_id.in_({grant.person_id for grant, _person in holders}),
        Grant.role != role,
        *service.living(),
    )
    others: dict[UUID, list[Grant]] = {}
    for grant in session.scalars(query):
        others.setdefault(grant.person_id, []).append(grant)
    permissions = catalogue.permissions_of(session, {g.role for grants in others.values() for g in grants})
    permissions[role] = frozenset(wanted)
    rows = {
        row.code: row for row in catalogue.list_permissions(session, frozenset().union(*permissions.values()))
    }
    forbidden = catalogue.forbidden_of(rows.values())
    found: dict[tuple[Permission, Permission], list[str]] = {}
    for grant, person in holders:
        term = (grant.valid_from, grant.valid_to)
        held = {g.role for g in others.get(person.id, ()) if rules.overlap(term, (g.valid_from, g.valid_to))}
        for _role, theirs, ours in rules.clashes(role, held, permissions=permissions, forbidden=forbidden):
            names = found.setdefault((rows[theirs], rows[ours]), [])
            if person.full_name not in names:
                names.append(person.full_name)
    return found
