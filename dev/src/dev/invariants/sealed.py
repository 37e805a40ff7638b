"""I6: one set of signatures per sealed statement, and nothing in it changed since but by a rectification."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from dev.invariants.report import Report
from dev.invariants.view import View
from ejournal.attestation.model import ATTEMPT
from ejournal.journal.model import CELL_CHANGE
from ejournal.statements import sealing, service
from ejournal.statements.model import STATEMENT
from ejournal.statements.rules import ACCEPTED, EXAMINER, KINDS, REGISTRAR, SEALED
from ejournal.statements.rules_canonical import canonical, digest
from ejournal.statements.rules_numbers import number_text
from ejournal.statements.signers import SCHEMES

Rows = Sequence[Mapping[str, Any]]
RATING = "rating"
TAKEN = ("final", "letter", "points", "traditional", "state")


def check(view: View) -> Report:
    """Check every sealed statement."""
    report = Report("I6")
    session = view.get("ejournal")
    if session is None:
        return report
    sealed = session.execute(select(STATEMENT).where(STATEMENT.c.state.in_(SEALED))).all()
    after = {row.rectifies_id for row in sealed if row.rectifies_id}
    for statement in sealed:
        rows = service.list_rows(session, statement_id=statement.id)
        report.count("sealed statements")
        report.count("rows", len(rows))
        name = f"statement {number_text(statement.kind, statement.year, statement.serial)}"
        report.add(_faults(session, statement, rows, rectified=statement.id in after), f"{name}: ")
    return report


def _faults(session: Session, statement: AnyRow, rows: Rows, *, rectified: bool) -> Iterator[str]:
    yield from _signature_faults(session, statement, rows)
    if (statement.state == ACCEPTED) == rectified:
        yield "superseded without a rectification" if not rectified else "rectified and not superseded"
    if statement.state != ACCEPTED:
        return
    if statement.kind == RATING:
        yield from _late_changes(session, statement)
    if KINDS[statement.kind].marked:
        yield from _attempt_faults(session, statement, rows)


def _signature_faults(session: Session, statement: AnyRow, rows: Rows) -> Iterator[str]:
    """Draw the sealed bytes again from what stands now, and hold both signatures against them."""
    signatures = service.list_signatures(session, statement_id=statement.id)
    valid = {role: [one for one in signatures if one.role == role] for role in (EXAMINER, REGISTRAR)}
    examiners, registrars = valid[EXAMINER][-1:], valid[REGISTRAR]
    if len(registrars) != 1 or not examiners:
        yield f"{len(registrars)} registrars and {len(valid[EXAMINER])} examiners signed"
        return
    written = canonical(sealing.content(statement, rows))
    examiner, registrar = examiners[0], registrars[0]
    if examiner.person_id == registrar.person_id:
        yield "one person signed twice"
    whole = bytes(statement.content or b"")
    if digest(whole) != statement.digest:
        yield "its digest is not that of its sealed bytes"
    for signature, content, what in (
        (examiner, written, "the examiner"),
        (registrar, whole, "the registrar"),
    ):
        signed = sealing.to_be_signed(
            content, role=signature.role, person_id=signature.person_id, signed_at=signature.signed_at
        )
        if not SCHEMES[signature.scheme].is_good(signature.public, signed, signature.signature):
            yield f"what stands there is not what {what} signed"


def _late_changes(session: Session, statement: AnyRow) -> Iterator[str]:
    """Name marks of the journal that changed after a rating was issued: they are frozen from then on."""
    late = select(CELL_CHANGE.c.column_id, CELL_CHANGE.c.person_id, CELL_CHANGE.c.version).where(
        CELL_CHANGE.c.journal_id == statement.journal_id, CELL_CHANGE.c.changed_at > statement.issued_at
    )
    for row in session.execute(late):
        yield f"after it, version {row.version} of learner {row.person_id} in column {row.column_id} was written"


def _attempt_faults(session: Session, statement: AnyRow, rows: Rows) -> Iterator[str]:
    query = select(ATTEMPT).where(ATTEMPT.c.statement_id == statement.id, ATTEMPT.c.superseded_at.is_(None))
    attempts = {row["person_id"]: row for row in session.execute(query).mappings()}
    for row in rows:
        person: UUID = row["person_id"]
        attempt = attempts.pop(person, None)
        if attempt is None:
            yield f"learner {person} has no attempt of it"
        elif any(attempt[name] != row[name] for name in TAKEN) or attempt["exam"] != row["mark"]:
            yield f"the attempt of learner {person} is not its row"
    yield from (f"learner {person} has an attempt of it and no row" for person in attempts)
