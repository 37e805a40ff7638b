"""Create and change units; each act is an event on feed auth/people and an audit row.

UnitNotFound (404)      UnitRefused (422): a bad code, a taken code, a parent that does not fit
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.units import rules
from auth.units.model import Unit
from chassis.audit import audit
from chassis.db import check_version, new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.outbox import record
from chassis.problems import FieldError, Invalid, NotFound

FEED = "auth/people"


class UnitNotFound(NotFound):
    """No such unit."""

    code = "auth.unit-not-found"


class UnitRefused(Invalid):
    """The unit cannot be as asked."""

    code = "auth.unit-refused"
    title = _l("The unit was not saved")


def list_(session: Session) -> Sequence[Unit]:
    """List all units, the institution first, each faculty before its departments."""
    units = session.scalars(select(Unit).order_by(Unit.code)).all()
    children: dict[UUID | None, list[Unit]] = {}
    for unit in units:
        children.setdefault(unit.parent_id, []).append(unit)
    ordered: list[Unit] = []

    def walk(parent_id: UUID | None) -> None:
        for unit in children.get(parent_id, []):
            ordered.append(unit)
            walk(unit.id)

    walk(None)
    return ordered


def find(session: Session, code: str) -> Unit | None:
    """Find a unit by its code."""
    return session.scalar(select(Unit).where(Unit.code == code))


def codes(session: Session, kind: str | None = None) -> set[str]:
    """Give the codes of all units, or of those of one kind."""
    query = select(Unit.code) if kind is None else select(Unit.code).where(Unit.kind == kind)
    return set(session.scalars(query))


def get_or_raise(session: Session, id: UUID) -> Unit:
    """Get a unit.

    Raises:
        UnitNotFound: there is none.
    """
    unit = session.get(Unit, id)
    if unit is None:
        raise UnitNotFound
    return unit


def create(
    session: Session,
    *,
    code: str,
    kind: str,
    title: Mapping[str, str],
    parent_id: UUID | None,
    actor: UUID | str,
) -> Unit:
    """Create a unit.

    Raises:
        UnitRefused: the code is bad or taken, or the parent does not fit the kind.
    """
    parent = get_or_raise(session, parent_id) if parent_id else None
    faults = []
    if not rules.is_code(code):
        faults.append(FieldError("/code", _("Use Latin capitals, digits and hyphens, at most 32 characters")))
    elif find(session, code):
        faults.append(FieldError("/code", _("This code is already in use")))
    if not rules.may_stand_under(kind, parent.kind if parent else None):
        faults.append(FieldError("/parent_id", _("A unit of this kind cannot stand here")))
    elif kind == "institution" and codes(session, "institution"):
        faults.append(FieldError("/kind", _("There is only one institution")))
    if faults:
        raise UnitRefused(errors=faults)
    unit = Unit(id=new_id(), code=code, kind=kind, title=dict(title), parent_id=parent_id)
    session.add(unit)
    session.flush()
    _announce(session, unit, act="auth.unit.created", actor=actor, before=None)
    return unit


def rename(
    session: Session, *, unit: Unit, title: Mapping[str, str], version: int, actor: UUID | str
) -> Unit:
    """Change a unit's title; its code stays for ever.

    Raises:
        Conflict: somebody changed it since it was read.
    """
    check_version(unit, version)
    before = {"title": unit.title}
    unit.title = dict(title)
    session.flush()
    _announce(session, unit, act="auth.unit.renamed", actor=actor, before=before)
    return unit


def _announce(
    session: Session, unit: Unit, *, act: str, actor: UUID | str, before: Mapping[str, object] | None
) -> None:
    state = {
        "unit_id": str(unit.id),
        "code": unit.code,
        "kind": unit.kind,
        "title": unit.title,
        "parent_id": unit.parent_id and str(unit.parent_id),
    }
    record(
        session,
        "auth.unit.recorded.v1",
        feed=FEED,
        subject=str(unit.id),
        data=state,
        subject_version=unit.version,
    )
    audit(session, act=act, subject=f"unit:{unit.id}", actor=actor, before=before, after=state)
