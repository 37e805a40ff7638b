"""Sign statements: the examiner submits, the registrar accepts or returns. Sealed is sealed: there is no way back from accepted.

Each signature is made with the officer's own key, unlocked for this one act by a fresh sign-in (the routes ask for it).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow, new_id
from chassis.problems import Conflict
from ejournal.journal.service import Reader
from ejournal.statements import blind, commission, keys, outcomes, sealing, service, telling, wording
from ejournal.statements.model import SIGNATURE, STATEMENT
from ejournal.statements.noting import note
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules import ACTS, EXAMINER, KINDS, REGISTRAR, Standing, refusals
from ejournal.statements.rules_canonical import canonical, digest
from ejournal.statements.signers import SCHEMES, OwnKey
from ejournal.teaching.service import find_name

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: where this person may, the service's secret that unlocks the key, and the key when one is named."""

    reader: Reader
    secret_key: str
    key_id: UUID | None = None

    @property
    def person_id(self) -> UUID:
        """The person."""
        return self.reader.person_id


def standing(session: Session, statement: AnyRow, rows: Rows, *, actor: UUID, key: AnyRow | None) -> Standing:
    """Gather what the guards of a statement look at."""
    examiner = examiner_signature(session, statement)
    planned = statement.control == "exam" or not KINDS[statement.kind].rated
    marked = KINDS[statement.kind].marked and planned
    admitted = [row for row in rows if row["admitted"]]
    differing = len(blind.read(session, statement).differing) if statement.blind else 0
    decided = commission.decided(session, statement)
    related = [word for word, _row in service.list_related(session, statement=statement)]
    return Standing(
        kind=statement.kind,
        state=statement.state,
        actor=actor,
        unmarked=sum(row["mark"] is None for row in admitted) if marked else 0,
        overruled=sum(decided.get(row["person_id"], row["mark"]) != row["mark"] for row in rows),
        differing=differing,
        examiner=examiner.person_id if examiner else None,
        examiner_key_revoked=bool(examiner and examiner.key_revoked_at),
        key=keys.standing(key),
        rectified="rectified" in related,
    )


def examiner_signature(session: Session, statement: AnyRow) -> AnyRow | None:
    """Find the examiner's signature that counts: the one over the present version."""
    found = service.list_signatures(session, statement_id=statement.id)
    return next((one for one in found if one.role == EXAMINER and one.version == statement.version), None)


def check(
    session: Session, statement: AnyRow, rows: Rows, name: str, person_id: UUID
) -> list[dict[str, str]]:
    """Tell everything that stands against an act of a person, without doing it."""
    key = keys.find_for_signing(session, person_id=person_id, lock=False)
    found = refusals(name, standing(session, statement, rows, actor=person_id, key=key))
    reasons: list[dict[str, str]] = wording.refused(found)["extra"]["reasons"]
    return reasons


def submit(session: Session, *, statement_id: UUID, version: int, signatory: Signatory) -> AnyRow:
    """Submit a filled statement with the examiner's signature.

    Args:
        session: the unit of work.
        statement_id: the statement.
        version: what the examiner saw; anything later is a conflict.
        signatory: the examiner, a teacher of the journal.

    Raises:
        NotFound: there is no such statement.
        ForeignStatement: the journal is another teacher's (clause 12).
        StatementRefused: with every reason.
        Conflict: a colleague changed a mark meanwhile.
    """
    statement, rows, key = _prepare(session, statement_id, version, signatory, "submit")
    written = canonical(sealing.content(statement, rows))
    _sign(session, statement, key, signatory, role=EXAMINER, written=written)
    _move(session, statement, "submit", submitted_at=clock.now())
    _note(session, statement, "submitted", signatory.person_id, {"digest": digest(written)})
    return statement


def give_back(session: Session, *, statement_id: UUID, version: int, reader: Reader, remark: str) -> AnyRow:
    """Return a submitted statement with a remark; the examiner's signature stays on record and counts no more."""
    statement = service.get_or_raise(session, statement_id=statement_id, reader=reader, lock=True)
    _check_version(statement, version)
    rows = service.list_rows(session, statement_id=statement_id)
    found = refusals("return", standing(session, statement, rows, actor=reader.person_id, key=None))
    if found:
        raise StatementRefused(**wording.refused(found))
    _move(session, statement, "return", remark=remark, submitted_at=None)
    _note(session, statement, "returned", reader.person_id, {}, basis=remark)
    return statement


def accept(
    session: Session,
    *,
    statement_id: UUID,
    version: int,
    signatory: Signatory,
    press: Callable[[Session, UUID], Mapping[str, str]],
) -> AnyRow:
    """Accept a submitted statement with the registrar's signature: it is sealed, printed, told, and supersedes what it rectifies.

    Args:
        session: the unit of work.
        statement_id: the statement.
        version: what the registrar saw.
        signatory: the registrar, another person than the examiner.
        press: prints the papers of the sealed statement and answers their digests by language, which the stream keeps.

    Raises:
        NotFound: there is no such statement.
        ForeignStatement: it is out of the person's scope.
        StatementRefused: with every reason; also when another registrar was faster.
        Conflict: it changed since it was looked at.
    """
    statement, rows, key = _prepare(session, statement_id, version, signatory, "accept")
    examiner = examiner_signature(session, statement)
    if examiner is None or not _still_holds(statement, rows, examiner):
        raise Conflict
    sealed = sealing.sealed(canonical(sealing.content(statement, rows)), _as_json(examiner))
    _sign(session, statement, key, signatory, role=REGISTRAR, written=sealed)
    seal = digest(sealed)
    _move(session, statement, "accept", accepted_at=clock.now(), content=sealed, digest=seal)
    _note(session, statement, "accepted", signatory.person_id, {"digest": seal})
    if statement.rectifies_id:
        _supersede(session, statement, signatory.reader)
    outcomes.record(session, statement, rows)
    _note(session, statement, "printed", signatory.person_id, {"papers": press(session, statement_id)})
    telling.sealed(session, statement, rows, seal)
    return statement


def _prepare(
    session: Session, statement_id: UUID, version: int, signatory: Signatory, name: str
) -> tuple[AnyRow, Rows, AnyRow]:
    statement = service.get_or_raise(session, statement_id=statement_id, reader=signatory.reader, lock=True)
    rows = service.list_rows(session, statement_id=statement_id)
    key = keys.find_for_signing(session, person_id=signatory.person_id, key_id=signatory.key_id)
    found = refusals(name, standing(session, statement, rows, actor=signatory.person_id, key=key))
    if found or key is None:
        raise StatementRefused(**wording.refused(found))
    _check_version(statement, version)
    return statement, rows, key


def _check_version(statement: AnyRow, version: int) -> None:
    if statement.version != version:
        raise Conflict(extra={"expected_version": version, "current_version": statement.version})


def _sign(
    session: Session, statement: AnyRow, key: AnyRow, signatory: Signatory, *, role: str, written: bytes
) -> None:
    moment = clock.now()
    unlocked = OwnKey.unlock(key.private, person_id=signatory.person_id, secret_key=signatory.secret_key)
    signed = sealing.to_be_signed(written, role=role, person_id=signatory.person_id, signed_at=moment)
    values = {
        "id": new_id(),
        "statement_id": statement.id,
        "version": statement.version + 1,
        "role": role,
        "person_id": signatory.person_id,
        "name": find_name(session, person_id=signatory.person_id),
        "key_id": key.id,
        "scheme": OwnKey.scheme,
        "signed_at": moment,
        "content": signed,
        "signature": unlocked.sign(signed),
    }
    session.execute(insert(SIGNATURE).values(**values))


def _still_holds(statement: AnyRow, rows: Rows, signature: AnyRow) -> bool:
    """Tell whether a signature holds over the statement as it stands now, not only over the bytes kept with it."""
    written = canonical(sealing.content(statement, rows))
    signed = sealing.to_be_signed(
        written, role=signature.role, person_id=signature.person_id, signed_at=signature.signed_at
    )
    return SCHEMES[signature.scheme].is_good(signature.public, signed, signature.signature)


def _as_json(signature: AnyRow) -> dict[str, str]:
    return {
        "person_id": str(signature.person_id),
        "name": signature.name,
        "key": signature.public.hex(),
        "scheme": signature.scheme,
        "signed_at": sealing.moment(signature.signed_at),
        "signature": signature.signature.hex(),
    }


def _move(session: Session, statement: AnyRow, name: str, **values: Any) -> None:
    target = ACTS[name].target
    session.execute(
        update(STATEMENT)
        .where(STATEMENT.c.id == statement.id, STATEMENT.c.version == statement.version)
        .values(state=target, version=STATEMENT.c.version + 1, **values)
    )


def _supersede(session: Session, statement: AnyRow, reader: Reader) -> None:
    former = service.get_or_raise(session, statement_id=statement.rectifies_id, reader=reader, lock=True)
    found = refusals("supersede", Standing(kind=former.kind, state=former.state, actor=reader.person_id))
    if found:
        raise StatementRefused(**wording.refused(found))
    _move(session, former, "supersede", superseded_at=clock.now())
    _note(
        session,
        former,
        "superseded",
        reader.person_id,
        {"by": str(statement.id)},
        basis=statement.order_number,
    )
    telling.superseded(session, former, statement)


def _note(
    session: Session,
    statement: AnyRow,
    what: str,
    actor: UUID,
    data: Mapping[str, Any],
    *,
    basis: str = "",
) -> None:
    note(
        session,
        statement_id=statement.id,
        journal_id=statement.journal_id,
        what=what,
        actor=actor,
        data={"number": wording.number_of(statement), **data},
        before={"state": statement.state},
        basis=basis,
    )
