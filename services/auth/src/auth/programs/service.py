"""Programs: enter, change, block, unblock, remove; each by an order, each an audit row, each felt at the next request.

ProgramNotFound (404)
ProgramRefused (422)      a name that is taken or not free, an owner or unit nobody knows, a scope nobody offers, a bad term
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.accounts.service import basis
from auth.people.model import Person
from auth.programs import offers, rules
from auth.programs.model import Credential, Program, ProgramScope
from auth.sessions import service as sessions
from auth.units import service as units
from chassis import clock
from chassis.audit import audit
from chassis.db import check_version, new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid, NotFound


class ProgramNotFound(NotFound):
    """No such program."""

    code = "auth.program-not-found"


class ProgramRefused(Invalid):
    """The program cannot be as asked."""

    code = "auth.program-refused"
    title = _l("The program was not saved")


def list_(session: Session) -> Sequence[Program]:
    """List the programs that were not removed, by name."""
    query = select(Program).where(Program.deleted_at.is_(None)).order_by(Program.client_id)
    return session.scalars(query).all()


def get_or_raise(session: Session, id: UUID) -> Program:
    """Get a program that was not removed.

    Raises:
        ProgramNotFound: there is none.
    """
    program = session.get(Program, id)
    if program is None or program.deleted_at:
        raise ProgramNotFound
    return program


def find(session: Session, client_id: str) -> Program | None:
    """Find a program by its name in tokens, also one that was removed."""
    return session.scalar(select(Program).where(Program.client_id == client_id))


def scopes_of(session: Session, program: Program) -> list[str]:
    """List what a program was granted."""
    query = select(ProgramScope.scope).where(ProgramScope.program_id == program.id)
    return sorted(session.scalars(query))


def create(
    session: Session, *, client_id: str, values: Mapping[str, Any], reserved: Iterable[str], actor: UUID | str
) -> Program:
    """Enter a program; it gets no token before it has a secret or a key.

    Args:
        session: the unit of work.
        client_id: its name in tokens; never changed, never given to another one.
        values: title, purpose, owner_number, unit_code, expires_on, scopes, order_number, order_date.
        reserved: names that are not free: our own services'.
        actor: who enters it.

    Raises:
        ProgramRefused: names each bad field.
    """
    faults = []
    if code := rules.client_id_fault(client_id, reserved):
        faults.append(FieldError("/client_id", FAULTS[code]()))
    elif find(session, client_id):
        faults.append(FieldError("/client_id", _("There is or was a program with this name")))
    fields, scopes = _checked(session, values, faults)
    program = Program(id=new_id(), client_id=client_id, created_at=clock.now(), **fields)
    session.add(program)
    session.flush()
    _grant(session, program, scopes)
    _audit(session, program, "created", actor, after=_state(program, scopes))
    return program


def change(
    session: Session, *, program: Program, values: Mapping[str, Any], version: int, actor: UUID | str
) -> Program:
    """Change what a program is for, who answers for it and what it may ask for; tokens it has are void.

    Raises:
        Conflict: somebody changed it since it was read.
        ProgramRefused: names each bad field.
    """
    check_version(program, version)
    fields, scopes = _checked(session, values, [])
    before = _state(program, scopes_of(session, program))
    for name, value in fields.items():
        setattr(program, name, value)
    _grant(session, program, scopes)
    session.flush()
    session.refresh(program)
    revoke_tokens(session, program)
    _audit(session, program, "changed", actor, before=before, after=_state(program, scopes))
    return program


def block(
    session: Session, *, program: Program, reason: str, order_number: str, order_date: date, actor: UUID | str
) -> None:
    """Block a program by an order: it gets no token, and those it has are refused everywhere.

    Raises:
        ProgramRefused: it is blocked already.
    """
    if program.blocked_at:
        raise ProgramRefused(_("This program is already blocked."))
    program.blocked_at, program.blocked_reason = clock.now(), reason
    session.flush()
    revoke_tokens(session, program)
    ground = basis(order_number, order_date)
    _audit(session, program, "blocked", actor, after={"reason": reason}, ground=ground)


def unblock(
    session: Session, *, program: Program, order_number: str, order_date: date, actor: UUID | str
) -> None:
    """Unblock a program by an order.

    Raises:
        ProgramRefused: it is not blocked.
    """
    if not program.blocked_at:
        raise ProgramRefused(_("This program is not blocked."))
    before = {"reason": program.blocked_reason}
    program.blocked_at = program.blocked_reason = None
    _audit(session, program, "unblocked", actor, before=before, ground=basis(order_number, order_date))


def remove(
    session: Session, *, program: Program, order_number: str, order_date: date, actor: UUID | str
) -> None:
    """Remove a program by an order: its secrets and keys end, its name stays taken for the audit's sake."""
    now = clock.now()
    program.deleted_at = now
    living = select(Credential).where(Credential.program_id == program.id, Credential.ended_at.is_(None))
    for credential in session.scalars(living):
        credential.ended_at = now
    session.flush()
    revoke_tokens(session, program)
    before = _state(program, scopes_of(session, program))
    _audit(session, program, "removed", actor, before=before, ground=basis(order_number, order_date))


def revoke_tokens(session: Session, program: Program) -> None:
    """Void every token the program has, at every service."""
    sessions.revoke(session, key=f"sub:program:{program.client_id}", at=int(clock.now().timestamp()))


def _grant(session: Session, program: Program, scopes: Iterable[str]) -> None:
    session.execute(delete(ProgramScope).where(ProgramScope.program_id == program.id))
    session.add_all(ProgramScope(program_id=program.id, scope=scope) for scope in scopes)


def _checked(
    session: Session, values: Mapping[str, Any], faults: list[FieldError]
) -> tuple[dict[str, Any], list[str]]:
    owner = session.scalar(select(Person).where(Person.number == values["owner_number"]))
    if owner is None or owner.status != "active":
        faults.append(FieldError("/owner_number", _("Nobody active has this personal number")))
    if units.find(session, values["unit_code"]) is None:
        faults.append(FieldError("/unit_code", _("There is no unit with this code")))
    if code := rules.term_fault(values["expires_on"], clock.today()):
        faults.append(FieldError("/expires_on", FAULTS[code]()))
    scopes = sorted(set(values["scopes"]))
    if not scopes:
        faults.append(FieldError("/scopes", FAULTS["no-scope"]()))
    if unknown := set(scopes) - set(offers.list_(session)):
        text = _("No service offers this: %(scopes)s", scopes=", ".join(sorted(unknown)))
        faults.append(FieldError("/scopes", text))
    if faults or owner is None:
        raise ProgramRefused(errors=faults)
    names = ("title", "purpose", "unit_code", "expires_on", "order_number", "order_date")
    return {**{name: values[name] for name in names}, "owner_id": owner.id}, scopes


def _state(program: Program, scopes: Iterable[str]) -> dict[str, Any]:
    return {
        "client_id": program.client_id,
        "title": program.title,
        "purpose": program.purpose,
        "owner_id": str(program.owner_id),
        "unit_code": program.unit_code,
        "expires_on": program.expires_on.isoformat(),
        "scopes": sorted(scopes),
    }


def _audit(
    session: Session,
    program: Program,
    act: str,
    actor: UUID | str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    ground: str | None = None,
) -> None:
    audit(
        session,
        act=f"auth.program.{act}",
        subject=f"program:{program.client_id}",
        actor=actor,
        before=before,
        after=after,
        basis=ground or basis(program.order_number, program.order_date),
    )


FAULTS = {
    "bad-client-id": lambda: _("3 to 40 small Latin letters, digits and single hyphens, a letter first"),
    "reserved": lambda: _("This name belongs to one of the system's own services"),
    "term-over": lambda: _("The term is already over"),
    "term-long": lambda: _("At most three years ahead"),
    "no-scope": lambda: _("Choose at least one right"),
}
"""Words of the fault codes of names and terms."""
