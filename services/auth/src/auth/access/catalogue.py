"""The catalogue of permissions, as each service registers its own; new ones go to the role templates they name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.access import rules
from auth.access.model import Permission, Role, RolePermission
from chassis.audit import audit
from chassis.db import ROW_LOCK
from chassis.i18n import normalise
from chassis.outbox import record
from chassis.permissions import apply_role
from chassis.problems import FieldError, Invalid

FEED = "auth/access"
SERVICES = ("auth", "portal", "ejournal", "library", "website")


class CatalogueRefused(Invalid):
    """A permission of one service was declared by another."""

    code = "auth.catalogue-refused"


def register(
    session: Session, *, service: str, permissions: Sequence[Mapping[str, Any]], actor: str
) -> list[str]:
    """Take over what a service declares; answer the codes that are new.

    What the academy changed about roles stays. A permission that is no longer declared is kept, as grants of the past
    refer to it, but no role has it any more.

    Raises:
        CatalogueRefused: a code does not begin with the service's name.
    """
    foreign = [row["code"] for row in permissions if not row["code"].startswith(f"{service}.")]
    if foreign:
        raise CatalogueRefused(errors=[FieldError("/permissions", f"not of {service}: {', '.join(foreign)}")])
    known = set(session.scalars(select(Permission.code).where(Permission.service == service)))
    for row in permissions:
        _upsert(session, service, row)
    roles = set(session.scalars(select(Role.code)))
    pairs = rules.additions({row["code"]: row.get("roles", ()) for row in permissions}, known, roles)
    for role, code in pairs:
        session.add(RolePermission(role=role, permission=code))
    session.flush()
    changed = {role for role, _code in pairs} | _retire(session, known - {row["code"] for row in permissions})
    announce_roles(session, sorted(changed))
    fresh = sorted({row["code"] for row in permissions} - known)
    if fresh:
        audit(
            session,
            act="auth.catalogue.registered",
            subject=f"service:{service}",
            actor=actor,
            after={"new": fresh},
        )
    return fresh


def _upsert(session: Session, service: str, row: Mapping[str, Any]) -> None:
    state = {
        "service": service,
        "title": dict(row["title"]),
        "scopes": list(row["scopes"]),
        "risk": row.get("risk", "low"),
        "needs_step_up": row.get("needs_step_up", False),
        "forbidden_with": list(row.get("forbidden_with", ())),
    }
    statement = insert(Permission).values(code=row["code"], **state)
    session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=state))


def _retire(session: Session, gone: set[str]) -> set[str]:
    rows = session.scalars(select(RolePermission).where(RolePermission.permission.in_(gone))).all()
    for row in rows:
        session.delete(row)
    session.flush()
    return {row.role for row in rows}


def announce_roles(session: Session, codes: Iterable[str]) -> None:
    """Record the present state of roles on feed auth/access and apply it here.

    The lock on the role lets two services that register at once follow each other, so that the later event has the permissions of both.
    """
    for code in codes:
        role = session.get_one(Role, code, with_for_update=ROW_LOCK)
        permissions = permissions_of(session, [code])[code]
        apply_role(session, role=code, permissions=permissions)
        data = {"role": code, "title": role.title, "permissions": sorted(permissions)}
        record(session, "auth.role.recorded.v1", feed=FEED, subject=code, data=data)


def permissions_of(session: Session, roles: Iterable[str]) -> dict[str, frozenset[str]]:
    """Give the permissions of roles; a role without any has an empty set."""
    found: dict[str, set[str]] = {role: set() for role in roles}
    query = select(RolePermission.role, RolePermission.permission).where(RolePermission.role.in_(found))
    for role, code in session.execute(query):
        found[role].add(code)
    return {role: frozenset(codes) for role, codes in found.items()}


def forbidden_of(rows: Iterable[Permission]) -> dict[str, frozenset[str]]:
    """Give by code the permissions each does not go together with."""
    return {row.code: frozenset(row.forbidden_with) for row in rows}


def list_roles(session: Session, *, retired: bool = False) -> Sequence[Role]:
    """List the roles in their usual order; `retired` ones too, where the past is shown."""
    query = select(Role).order_by(Role.position)
    return session.scalars(query if retired else query.where(Role.retired_at.is_(None))).all()


def titles(session: Session) -> dict[str, dict[str, str]]:
    """Give the title of every role there ever was, by its code."""
    return {role.code: role.title for role in list_roles(session, retired=True)}


def search(session: Session, *, q: str = "", service: str = "", risk: str = "") -> Sequence[Permission]:
    """List the permissions whose title (in any language) or code has all words, by service and code."""
    words = normalise(q).lower().split()[:5]
    query = select(Permission).order_by(Permission.service, Permission.code)
    chosen = ((Permission.service, service), (Permission.risk, risk))
    query = query.where(*(column == value for column, value in chosen if value))
    return [row for row in session.scalars(query) if _has(row, words)]


def _has(row: Permission, words: Sequence[str]) -> bool:
    text = " ".join([row.code, *row.title.values()]).lower()
    return all(word in text for word in words)


def roles_of(session: Session) -> dict[str, list[str]]:
    """Give the codes of the roles that have each permission, in the usual order of roles."""
    query = select(RolePermission.permission, RolePermission.role).join(
        Role, Role.code == RolePermission.role
    )
    found: dict[str, list[str]] = {}
    for permission, role in session.execute(query.order_by(Role.position)):
        found.setdefault(permission, []).append(role)
    return found


def list_permissions(session: Session, codes: Iterable[str]) -> Sequence[Permission]:
    """List permissions by their codes."""
    query = select(Permission).where(Permission.code.in_(list(codes))).order_by(Permission.code)
    return session.scalars(query).all()


def scopes_of(session: Session, role: str) -> list[str]:
    """Give the kinds of scope a role can be granted in: those of its permissions, widest first."""
    query = (
        select(Permission.scopes)
        .join(RolePermission, RolePermission.permission == Permission.code)
        .where(RolePermission.role == role)
    )
    found = {kind for scopes in session.scalars(query) for kind in scopes}
    return [kind for kind in rules.SCOPES if kind in found]
