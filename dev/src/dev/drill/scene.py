"""A scratch journal with some weeks of real acts: opened, filled, published, a statement sealed and printed, a mark corrected.

Its roots are signed and its audit is sealed as the worker does it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from chassis import audit, clock, i18n
from chassis.db import new_id, open_session, unit_of_work
from chassis.events import LOG, STAGING
from chassis.factory import translation_folders
from chassis.files import Store
from chassis.permissions import Scopes
from chassis.sealing_key import private_key
from ejournal.app import SERVICE
from ejournal.integrity import keys, roots
from ejournal.integrity.export import gather
from ejournal.journal import cells, opening, publishing
from ejournal.journal.model import JOURNAL
from ejournal.journal.rules import Asked
from ejournal.journal.service import Reader
from ejournal.statements import filling, issuing, signing
from ejournal.statements import keys as officers
from ejournal.statements.model import ROW
from ejournal.statements.papers import Press
from ejournal.statements.service import read
from ejournal.statements.signing import Signatory
from ejournal.teaching import service as teaching

BEGINS = datetime(2026, 9, 7, 4, tzinfo=UTC)
SECRET = "a key of a scratch house, of no use elsewhere"  # noqa: S105
LEARNERS = 6
UNGUARDED = """
    ALTER TABLE cell DISABLE TRIGGER USER;
    ALTER TABLE stream_entry DISABLE TRIGGER USER;
    ALTER TABLE stream_root DISABLE TRIGGER USER;
    ALTER TABLE stream_root_head DISABLE TRIGGER USER;
    ALTER TABLE statement DISABLE TRIGGER USER;
    ALTER TABLE statement_paper DISABLE TRIGGER USER;
    ALTER TABLE chassis.audit_row DISABLE TRIGGER USER;
    ALTER TABLE chassis.audit_leaf DISABLE TRIGGER USER;
    ALTER TABLE chassis.audit_seal DISABLE TRIGGER USER;
    GRANT ALL ON stream_entry, stream_root, stream_root_head TO CURRENT_USER
"""
TITLE = {"kk": "Қылмыстық құқық", "ru": "Уголовное право"}


def _new_audit_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass
class Scene:
    """Where the acts were done, and where the papers of statements lie."""

    engine: Engine
    store: Store
    journals: Sequence[UUID] = ()
    audit_key: str = field(default_factory=_new_audit_key)
    officer: UUID = field(default_factory=new_id)

    @property
    def journal(self) -> UUID:
        """The journal that is tampered with."""
        return self.journals[0]

    def export(self, session: Session) -> dict[str, Any]:
        """Export the journal as it stands in a unit of work."""
        return gather(session, journal_id=self.journal, store=self.store, audit_key=self.audit_key)

    def kept(self) -> dict[str, Any]:
        """Give the roots as a witness keeps them: from the events that were sent."""
        with unit_of_work(self.engine) as session:
            found = [
                {**row.data, "received_at": row.time.isoformat()}
                for table in (LOG, STAGING)
                for row in session.execute(select(table).where(table.c.type == "ejournal.root.signed.v1"))
            ]
        ordered = sorted(found, key=lambda root: root["number"])
        return {"form": "shanyraq-journal-roots-1", "service": "library", "roots": ordered}

    @contextmanager
    def undone(self) -> Iterator[Session]:
        """Work as the owner of the database, who can do everything; nothing of it is kept."""
        session = open_session(self.engine)
        try:
            session.execute(text(UNGUARDED))
            yield session
        finally:
            session.rollback()
            session.close()


def play(engine: Engine, store: Store) -> Scene:
    """Play some weeks on an empty, migrated database of the journal."""
    scene = Scene(engine, store)
    with clock.frozen(BEGINS) as now:
        with unit_of_work(engine) as session:
            _open(session)
            scene.journals = session.scalars(select(JOURNAL.c.id).order_by(JOURNAL.c.id)).all()
            keys.make_key(session, actor=scene.officer, witnesses="Омаров Б.", basis="№ 1", secret_key=SECRET)
        for week, mark in enumerate((70, 80, 90)):
            now.advance(days=7)
            for journal in scene.journals:
                _teach(engine, journal, week, mark)
            now.advance(minutes=10)
            _seal(scene)
        now.advance(days=1)
        _certify(scene)
        now.advance(minutes=10)
        _seal(scene)
        now.advance(days=1)
        for journal in scene.journals:
            _correct(engine, journal)
        now.advance(minutes=10)
        _seal(scene)
    return scene


def _seal(scene: Scene) -> None:
    with unit_of_work(scene.engine) as session:
        roots.sign(session, secret_key=SECRET)
        audit.seal(session, private_key(scene.audit_key))


def _open(session: Session) -> None:
    period, group, teacher = uuid4(), uuid4(), uuid4()
    people = [uuid4() for _ in range(LEARNERS)]
    teaching.keep_period(
        session,
        data={
            "period_id": str(period), "code": "2026-1", "title": TITLE,
            "starts": "2026-09-01", "half_ends": "2026-10-24", "ends": "2026-12-19",
        },
    )  # fmt: skip
    roster = [{"person_id": str(person), "position": at} for at, person in enumerate(people, 1)]
    teaching.keep_group(
        session,
        data={
            "group_id": str(group), "code": "ҚІ-24-1", "title": TITLE, "faculty_code": "law",
            "year_of_study": 3, "language": "kk", "roster": roster,
        },
    )  # fmt: skip
    for number in range(3):
        assignment, discipline = uuid4(), uuid4()
        told = {
            "discipline_id": str(discipline),
            "code": f"KP {number}",
            "title": TITLE,
            "department_code": "law",
        }
        teaching.keep_discipline(session, data=told)
        lessons = [
            {"lesson_id": str(uuid4()), "date": f"2026-09-{day}", "pair": 1, "kind": "seminar", "half": 1}
            for day in (14, 21, 28)
        ]
        teaching.keep_lessons(session, data={"assignment_id": str(assignment), "lessons": lessons})
        opening.keep_assignment(
            session,
            data={
                "assignment_id": str(assignment), "discipline_id": str(discipline), "group_id": str(group),
                "period_id": str(period), "credits": 5, "control": "exam", "hours": 150,
                "teachers": [str(teacher)], "status": "active",
            },
        )  # fmt: skip


def _columns(session: Session, journal: UUID) -> list[str]:
    found = session.scalar(select(JOURNAL.c.columns).where(JOURNAL.c.id == journal)) or []
    return [column["id"] for column in found if column["kind"] == "lesson"]


def _people(session: Session, journal: UUID) -> list[str]:
    query = text("SELECT person_id::text FROM sheet_row WHERE journal_id = :journal ORDER BY position")
    return list(session.scalars(query, {"journal": journal}))


def _teach(engine: Engine, journal: UUID, week: int, mark: int) -> None:
    reader = Reader(new_id(), Scopes.of([("institution", None)]))
    with unit_of_work(engine) as session:
        column = _columns(session, journal)[week]
        asked = [
            Asked(f"{person}:{column}", str(mark + at), 0)
            for at, person in enumerate(_people(session, journal))
        ]
        cells.save_cells(session, journal_id=journal, asked=asked, reader=reader)
    with unit_of_work(engine) as session:
        publishing.publish(session, journal_id=journal, column_id=UUID(column), reader=reader)


def _correct(engine: Engine, journal: UUID) -> None:
    reader = Reader(new_id(), Scopes.of([("institution", None)]))
    with unit_of_work(engine) as session:
        key = f"{_people(session, journal)[0]}:{_columns(session, journal)[2]}"
        cells.save_cells(session, journal_id=journal, asked=[Asked(key, "59", 1)], reader=reader)


def _certify(scene: Scene) -> None:
    """Issue a statement of the journal, fill it, have it signed by two persons, sealed and printed."""
    examiner, registrar = (_signatory(scene) for _person in range(2))
    with unit_of_work(scene.engine) as session:
        made = issuing.issue(session, journal_id=scene.journal, kind="practice", reader=registrar.reader)
    with unit_of_work(scene.engine) as session:
        people = session.scalars(select(ROW.c.person_id).where(ROW.c.statement_id == made)).all()
        asked = [Asked(str(person), str(80 + at), 0) for at, person in enumerate(people)]
        filling.save_marks(session, statement_id=made, asked=asked, reader=examiner.reader)
    with unit_of_work(scene.engine) as session:
        version = read(session, statement_id=made).version
        signing.submit(session, statement_id=made, version=version, signatory=examiner)
    press = Press(_catalogue(), "https://journal.example", scene.store)
    with unit_of_work(scene.engine) as session:
        signing.accept(session, statement_id=made, version=version + 1, signatory=registrar, press=press)


def _signatory(scene: Scene) -> Signatory:
    """Give somebody who may sign, with a key."""
    reader = Reader(new_id(), Scopes.of([("institution", None)]))
    with unit_of_work(scene.engine) as session:
        officers.make(session, person_id=reader.person_id, secret_key=SECRET)
    return Signatory(reader, SECRET)


@cache
def _catalogue() -> i18n.Catalogue:
    return i18n.read_catalogue(*translation_folders(SERVICE))


def dumped(document: Any) -> str:
    """Write a document as the file that is handed over."""
    return json.dumps(document, ensure_ascii=False)
