"""People: find, create, change; each act is an event on feed auth/people and an audit row.

PersonNotFound (404)      PersonRefused (422): a bad field, or a personal number that somebody has
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from auth.people import rules
from auth.people.model import Person
from auth.units import service as units
from auth.units.model import Unit
from chassis.audit import audit
from chassis.db import check_version, new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import sort_key
from chassis.outbox import record
from chassis.permissions import Scopes
from chassis.problems import FieldError, Invalid, NotFound

FEED = "auth/people"
FIELDS = (
    "number",
    "family_name",
    "given_name",
    "patronymic",
    "kind",
    "group_code",
    "department_code",
    "language",
)
EVERYWHERE = Scopes.of([("institution", None)])


class PersonNotFound(NotFound):
    """No such person, or none this person may see."""

    code = "auth.person-not-found"


class PersonRefused(Invalid):
    """The record cannot be as asked."""

    code = "auth.person-refused"
    title = _l("The record was not saved")


def within(scopes: Scopes, *, me: UUID) -> ColumnElement[bool]:
    """Make the condition that lets through people within granted scopes; a faculty covers its departments."""
    faculty = Person.department_code.in_(units_of(scopes.ids("faculty")))
    return scopes.where({"faculty": faculty, "department": Person.department_code, "self": Person.id == me})


def codes_within(session: Session, scopes: Scopes) -> set[str] | None:
    """Give the codes of the units within granted scopes; None for all of them."""
    if scopes.everywhere:
        return None
    return set(session.scalars(units_of(scopes.ids("faculty")))) | scopes.ids("department")


def units_of(codes: Collection[str]) -> Select[str]:
    """Select the codes of units and of everything that stands below them."""
    tree = select(Unit.id, Unit.code).where(Unit.code.in_(codes)).cte(recursive=True)
    below = aliased(Unit)
    tree = tree.union(select(below.id, below.code).join(tree, below.parent_id == tree.c.id))
    return select(tree.c.code)


def get(session: Session, id: UUID, *, where: ColumnElement[bool] | None = None) -> Person | None:
    """Get a person, within a condition if one is given."""
    query = select(Person).where(Person.id == id)
    return session.scalar(query if where is None else query.where(where))


def get_or_raise(session: Session, id: UUID, *, where: ColumnElement[bool] | None = None) -> Person:
    """Get a person within a condition.

    Raises:
        PersonNotFound: there is none.
    """
    person = get(session, id, where=where)
    if person is None:
        raise PersonNotFound
    return person


def numbers_taken(session: Session, numbers: Sequence[str]) -> set[str]:
    """Give those of the personal numbers that somebody already has."""
    return set(session.scalars(select(Person.number).where(Person.number.in_(numbers))))


def create(
    session: Session,
    *,
    values: Mapping[str, Any],
    actor: UUID | str,
    intake_id: UUID | None = None,
    basis: str = "",
    scopes: Scopes = EVERYWHERE,
) -> Person:
    """Create a person from the `FIELDS`, perhaps as one of an intake, on the basis of an order, within the actor's `scopes`.

    Raises:
        PersonRefused: names each bad field; a unit outside the scopes is one.
    """
    known = _checked(session, values, present=None, scopes=scopes)
    return create_checked(session, [known], actor=actor, intake_id=intake_id, basis=basis)[0]


def create_checked(
    session: Session,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: UUID | str,
    intake_id: UUID | None = None,
    basis: str = "",
) -> list[Person]:
    """Create people from fields somebody has checked already, as an intake's dry run does for its whole file."""
    made = [
        Person(id=new_id(), intake_id=intake_id, status="active", **values, **_keys(values))
        for values in rows
    ]
    session.add_all(made)
    session.flush()
    for person, values in zip(made, rows, strict=True):
        announce(session, person)
        _note(session, "created", person, actor=actor, after=values, basis=basis)
    return made


def change(
    session: Session,
    *,
    person: Person,
    values: Mapping[str, Any],
    version: int,
    actor: UUID | str,
    scopes: Scopes = EVERYWHERE,
) -> Person:
    """Change a person's record within the actor's `scopes`.

    Raises:
        Conflict: somebody changed it since it was read.
        PersonRefused: names each bad field; a move to a unit outside the scopes is one.
    """
    check_version(person, version)
    before = {name: getattr(person, name) for name in FIELDS}
    values = _checked(session, values, present=person, scopes=scopes)
    fill_in(person, values)
    session.flush()
    announce(session, person)
    _note(session, "changed", person, actor=actor, before=before, after=values)
    return person


def change_checked(
    session: Session,
    changes: Sequence[tuple[Person, Mapping[str, Any]]],
    *,
    actor: UUID | str,
    basis: str,
    status: str | None = None,
) -> None:
    """Change fields somebody has checked already, of many people at once, and perhaps their status.

    Audited and announced are the fields that become others; rows are locked and versioned by the caller.
    """
    before = []
    for person, values in changes:
        before.append({name: getattr(person, name) for name in values} | {"status": person.status})
        fill_in(person, values)
        person.status = status or person.status
    session.flush()
    for (person, values), old in zip(changes, before, strict=True):
        announce(session, person)
        after = {**values, "status": person.status}
        _note(session, "changed", person, actor=actor, before=old, after=after, basis=basis)


def fill_in(person: Person, values: Mapping[str, Any]) -> None:
    """Set fields of a record, and what lists are sorted by and searched in."""
    present = {name: getattr(person, name) for name in FIELDS}
    for name, value in {**values, **_keys({**present, **values})}.items():
        setattr(person, name, value)


def _note(
    session: Session,
    act: str,
    person: Person,
    *,
    actor: UUID | str,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    basis: str = "",
) -> None:
    audit(
        session,
        act=f"auth.person.{act}",
        subject=f"person:{person.id}",
        actor=actor,
        before=before,
        after=dict(after),
        basis=basis or None,
    )


def announce(session: Session, person: Person) -> None:
    """Record the present state of a person on feed auth/people."""
    state = {name: getattr(person, name) for name in FIELDS}
    data = {"person_id": str(person.id), "status": person.status, **state}
    record(
        session,
        "auth.person.recorded.v1",
        feed=FEED,
        subject=str(person.id),
        data=data,
        subject_version=person.version,
    )


def _keys(values: Mapping[str, Any]) -> dict[str, str]:
    """Make what lists are sorted by and searched in."""
    parts = [values[name] for name in ("family_name", "given_name", "patronymic") if values[name]]
    return {"sort_key": sort_key(" ".join(parts)), "search": " ".join([*parts, values["number"]]).lower()}


def _checked(
    session: Session, values: Mapping[str, Any], *, present: Person | None, scopes: Scopes
) -> dict[str, Any]:
    known = {name: values.get(name) or None for name in FIELDS}
    faults = [FieldError(f"/{field}", text) for field, text in field_faults(known).items()]
    number, department = known["number"], known["department_code"]
    if number and (present is None or present.number != number) and numbers_taken(session, [number]):
        faults.append(FieldError("/number", _("Somebody already has this personal number")))
    if department and units.find(session, department) is None:
        faults.append(FieldError("/department_code", _("There is no unit with this code")))
    elif not _is_own(session, department, present, scopes):
        faults.append(
            FieldError("/department_code", _("Choose a unit of your own: you enter no people elsewhere"))
        )
    if faults:
        raise PersonRefused(errors=faults)
    return known


def _is_own(session: Session, department: str | None, present: Person | None, scopes: Scopes) -> bool:
    """Tell whether a record may stand there: in an own unit, or where it stands already."""
    own = codes_within(session, scopes)
    return own is None or department in own or (present is not None and present.department_code == department)


def field_faults(values: Mapping[str, Any]) -> dict[str, str]:
    """Answer what is wrong with each field by itself, worded for the reader."""
    found: dict[str, str] = {}
    for field in ("number", "family_name", "given_name", "kind", "language"):
        if not values.get(field):
            found[field] = FAULTS["required"](values)
    checks = {"number": rules.number_fault, "group_code": rules.group_fault}
    checks |= dict.fromkeys(("family_name", "given_name", "patronymic"), rules.name_fault)
    for field, check in checks.items():
        value = values.get(field)
        if value and (code := check(value)):
            found[field] = FAULTS[code]({"value": value})
    place = rules.place_fault(
        values.get("kind") or "", values.get("group_code") or "", values.get("department_code") or ""
    )
    if place:
        found.setdefault(place[0], FAULTS[place[1]](values))
    return found


FAULTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "required": lambda _p: _("This field must be filled in"),
    "bad-name": lambda p: _(
        "“%(value)s” is not a name: letters, hyphens and apostrophes only", value=p["value"]
    ),
    "bad-number": lambda p: _(
        "“%(value)s” is not a personal number: 2 to 32 letters and digits", value=p["value"]
    ),
    "bad-group": lambda p: _("“%(value)s” is not a group code", value=p["value"]),
    "learner-without-group": lambda _p: _("A learner needs a study group"),
    "teacher-without-department": lambda _p: _("A teacher needs a department"),
    "another-kind": lambda p: _(
        "The record of %(number)s says another kind: it is changed on the person's page", number=p["number"]
    ),
    "left": lambda p: _("The person with the number %(number)s has left", number=p["number"]),
    "no-such-unit": lambda p: _("There is no unit with the code %(value)s", value=p["value"]),
}
"""Words of every fault code of this capability, in intake files and in forms."""
