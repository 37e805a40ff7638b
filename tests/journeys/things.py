"""What no house has from the start, for pages about one thing: drafts, files of marks, statements entered twice, an appeal, an order."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import clock
from chassis.permissions import Scopes
from chassis.sheets import Fault
from dev import large_journal
from dev.bench.stage import Stage
from dev.testing import House, until
from ejournal.control import drafts, recompute
from ejournal.exchange import service as exchange
from ejournal.journal.rules import Asked
from ejournal.journal.service import Reader
from ejournal.moderation import board
from ejournal.statements import blind, issuing
from portal.movement import service as movement

ANYWHERE = Scopes.of([("institution", None)])
DEPARTMENT = "ADM"  # of the teachers and the head with a demo sign-in
PERIOD = "select j.period_id from journal j join period p using (period_id) order by p.starts desc limit 1"
APPEAL = """
    insert into appeal (id, attempt_id, reason, filed_at, version)
    select gen_random_uuid(), a.id, 'Оценка за вторую задачу', now(), 1 from attempt a
    where not exists (select from appeal where attempt_id = a.id) order by a.accepted_at, a.id limit 1 returning id
"""


@contextmanager
def things(house: House, journal: str) -> Iterator[dict[str, str]]:
    """Make one of each, and give their ids; journals made up for it are put away in the end.

    Args:
        house: the running house.
        journal: the journal a file of marks is for.
    """
    people = dict(house.sql("auth", "select login, person_id from account where login ~ '^[a-z]+2?$'"))
    stage, code = Stage(house), f"pages-{secrets.token_hex(3)}"
    teachers = people["teacher"], people["teacher2"]
    with stage.session("ejournal") as session:
        made = draft_with_report(session, code, house.sql("ejournal", PERIOD)[0][0], people["registrar"])
        made["journal_import"] = file_of_marks(session, code, people["teacher"], UUID(journal))
        made["midterm_import"] = file_of_marks(session, code, people["registrar"], None)
        board.freeze(session)
        places = [
            large_journal.make(session, rows=4, columns=30, teachers=teachers, department=DEPARTMENT)
            for _ in "ab"
        ]
        made["blind"] = blind_statement(session, places[0], people["registrar"])
        made["compared"] = blind_statement(session, places[1], people["registrar"])
        for at, teacher in enumerate(teachers):
            enter(session, made["compared"], teacher, lambda n, at=at: str(70 + n * at))  # type: ignore[misc]
    made["appeal"] = house.sql("ejournal", APPEAL)[0][0]
    with stage.session("portal") as session:
        made["order"] = draft_order(session, code, people["registrar"], house)
    finished = "select 1 from rule_report where id = %s and finished_at is not null"
    until(lambda: house.sql("ejournal", finished, made["report"]), "the report is made", 90)
    yield {name: str(id_) for name, id_ in made.items()}
    with stage.session("ejournal") as session:
        draft = drafts.get_or_raise(session, made["draft"], lock=True)
        drafts.discard(session, draft=draft, version=draft.version, actor=people["registrar"])
        for place in places:
            large_journal.put_away(session, place)


def draft_with_report(session: Session, code: str, period: UUID, actor: UUID) -> dict[str, UUID]:
    begins = clock.today() + timedelta(days=900)
    draft = drafts.create(
        session, copy_of="kz-mia-2016", code=code, valid_from=begins, title=None, actor=actor
    )
    report = recompute.ask(session, draft=draft, period_id=period, actor=actor)
    return {"draft": draft.id, "report": report.id}


def file_of_marks(session: Session, code: str, actor: UUID, journal: UUID | None) -> UUID:
    """A file with one row that was not understood."""
    return exchange.examine(
        session,
        wishes=(),
        faults=[Fault(2, "Әлиев Арман", "name", "unknown-learner")],
        rows=1,
        file_name="оценки.xlsx",
        digest=sha256(code.encode()).digest(),
        reader=Reader(actor, ANYWHERE),
        journal_id=journal,
    ).id


def blind_statement(session: Session, journal: UUID, by: UUID) -> UUID:
    """A statement that waits for two entries."""
    office = Reader(by, ANYWHERE)
    made = issuing.issue(session, journal_id=journal, kind="practice", reader=office)
    blind.require(session, statement_id=made, version=1, reader=office)
    return made


def enter(session: Session, statement: UUID, teacher: UUID, mark: Callable[[int], str]) -> None:
    """One of two entries, handed in."""
    reader = Reader(teacher, ANYWHERE)
    rows = blind.service.list_rows(session, statement_id=statement)
    asked = [Asked(str(row["person_id"]), mark(at), 0) for at, row in enumerate(rows)]
    blind.save(session, statement_id=statement, asked=asked, reader=reader)
    blind.hand_in(session, statement_id=statement, reader=reader)


def draft_order(session: Session, code: str, by: UUID, house: House) -> UUID:
    number = house.sql(
        "portal", "select number from person where kind = 'learner' order by number desc limit 1"
    )
    data = {
        "person": number[0][0], "kind": "leave", "number": code, "order_date": clock.today(), "basis": "рапорт",
        "effective_on": clock.today(),
    }  # fmt: skip
    return movement.draft(session=session, data=data, by=by, now=clock.now()).id
