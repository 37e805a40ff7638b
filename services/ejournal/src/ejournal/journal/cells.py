"""Write cells. One statement locks the journal and reads the learners concerned, one writes everything.

The lock makes writers of one journal follow each other; what a colleague wrote meanwhile is seen by its version. The statement
writes cells only over the version they were judged against, history follows by trigger, the read model and the entry of the
journal's stream in the same breath.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from chassis.problems import Conflict
from chassis.questions import Question
from ejournal.control.rules_sets import RuleSet
from ejournal.control.rules_values import Letters
from ejournal.control.service import RuleBook, get_book
from ejournal.integrity import service as integrity
from ejournal.integrity.rules import cell_text
from ejournal.journal import publishing, service, windows
from ejournal.journal.membership import carry_on
from ejournal.journal.model import CELL
from ejournal.journal.rules import Asked, Column, Layout, Verdict, all_results, judge, layout, shown_results
from ejournal.journal.rules_membership import last_left, standing
from ejournal.journal.service import Member
from ejournal.teaching.model import PERSON
from ejournal.teaching.rules import short_name

Members = Mapping[str, Member] | Mapping[str, AnyRow]
"""Learners by id, of whom `cells`, `spans` and `carried` are known."""
WRITE = Question(
    text("""
    WITH written AS (
      INSERT INTO cell AS c (column_id, person_id, journal_id, value, version, changed_by, changed_at)
      SELECT column_id, person_id, :journal, value, version, :actor, :at
      FROM jsonb_to_recordset(cast(:cells AS jsonb)) AS t (column_id uuid, person_id uuid, value text, version int)
      ON CONFLICT (column_id, person_id) DO UPDATE
        SET value = excluded.value, version = excluded.version,
            changed_by = excluded.changed_by, changed_at = excluded.changed_at
        WHERE c.version = excluded.version - 1
      RETURNING 1
    ), sheet AS (
      UPDATE sheet_row AS r SET cells = r.cells || new.cells, results = new.results, shown_results = coalesce(new.shown, r.shown_results)
      FROM jsonb_to_recordset(cast(:learners AS jsonb)) AS new (person_id uuid, cells jsonb, results jsonb, shown jsonb)
      WHERE r.journal_id = :journal AND r.person_id = new.person_id
    ), turned AS (
      UPDATE journal SET revision = revision + 1, stream_number = :number, stream_digest = :digest WHERE id = :journal
    ), entry AS (
      INSERT INTO stream_entry (journal_id, number, at, actor, kind, bytes, digest, seed, opened)
      VALUES (:journal, :number, :at, :actor, :kind, :bytes, :digest, :seed, :opened)
    )
    SELECT count(*) AS cells FROM written
""")
)


@dataclass(frozen=True)
class Colleague:
    """Who wrote the value that stands, and when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Saved:
    """What became of every cell, whom to name for conflicts (by key), and the new results by learner."""

    verdicts: Sequence[Verdict]
    colleagues: Mapping[str, Colleague] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def save_cells(
    session: Session, *, journal_id: UUID, asked: Sequence[Asked], reader: service.Reader
) -> Saved:
    """Save the cells that may be saved and say of every other why not; nothing is ever overwritten unseen.

    A corrected mark of a published column is published again at once, as a higher version of the same column.

    Args:
        session: the unit of work.
        journal_id: the journal.
        asked: the changes; no key twice.
        reader: who writes, and where this person may.

    Raises:
        NotFound: there is no such journal.
        ForeignJournal: the journal is another teacher's (clause 12).
    """
    judged = _judge_all(session, journal_id, asked, reader, lock=True)
    head, verdicts = judged.head, judged.verdicts
    writes = [verdict for verdict in verdicts if verdict.state == "write"]
    results = write_all(session, head=head, members=judged.members, writes=writes, by=reader.person_id)
    conflicts = [verdict for verdict in verdicts if verdict.state == "conflict"]
    return Saved(verdicts, _colleagues(session, conflicts), results)


def write_all(
    session: Session, *, head: AnyRow, members: Members, writes: Sequence[Verdict], by: UUID
) -> dict[str, dict[str, Any]]:
    """Write what was judged to be written with all that follows, and give the new results by learner.

    Args:
        session: the unit of work.
        head: the journal's head, locked.
        members: the learners concerned by id: `cells spans carried`.
        writes: verdicts to write.
        by: who writes.

    Raises:
        Conflict: a cell is no longer of the version it was judged against.
    """
    if not writes:
        return {}
    book = get_book(session, rule_set=head.rule_set)
    published = {column["id"] for column in head.columns if column["published"]}
    learners = _work_out(head, book, members, writes, published)
    _write(session, head=head, learners=learners, writes=writes, by=by)
    results = {learner["person_id"]: learner["results"] for learner in learners}
    if left := {UUID(person) for person in results if last_left(members[person].spans)}:
        carry_on(session, journal_id=head.id, people=left)
    for column_id in sorted({verdict.asked.column_id for verdict in writes} & published):
        publishing.publish_again(session, head=head, column_id=UUID(column_id), by=by)
    return results


@dataclass(frozen=True)
class _Judged:
    head: AnyRow
    members: Mapping[str, Member]
    verdicts: Sequence[Verdict]


def judge_cells(
    session: Session, *, journal_id: UUID, asked: Sequence[Asked], reader: service.Reader
) -> Sequence[Verdict]:
    """Say what would become of cells if they were saved now; nothing is written or locked.

    Raises:
        NotFound: there is no such journal.
        ForeignJournal: the journal is another teacher's (clause 12).
    """
    return _judge_all(session, journal_id, asked, reader, lock=False).verdicts


def _judge_all(
    session: Session, journal_id: UUID, asked: Sequence[Asked], reader: service.Reader, *, lock: bool
) -> _Judged:
    people = {one.person_id for one in asked}
    head = service.get_or_raise(
        session, journal_id=journal_id, reader=reader, lock=lock, substitute=True, people=people
    )
    members = service.list_asked(session, head=head, people=people)
    book = get_book(session, rule_set=head.rule_set)
    decide = partial(
        judge,
        columns={column["id"]: column for column in head.columns},
        rows={person: member.cells for person, member in members.items()},
        closed=_closed(session, head, {one.column_id for one in asked}),
        letters=book.letters,
        rules=book.sets.get(head.rule_set),
        spans={person: member.spans for person, member in members.items()},
    )
    return _Judged(head, members, [decide(one) for one in asked])


def _closed(session: Session, head: AnyRow, columns: set[str]) -> dict[str, str] | None:
    return windows.closed_today(session, head, only=columns) if head.status == "active" else None


def _work_out(
    head: AnyRow,
    book: RuleBook,
    members: Members,
    writes: Sequence[Verdict],
    published: AbstractSet[str],
) -> list[dict[str, Any]]:
    """Work out the rows of the learners as they follow from what is written."""
    changed: dict[str, dict[str, Any]] = {}
    for one in writes:
        changed.setdefault(one.asked.person_id, {})[one.asked.column_id] = [one.value, one.version]
    plan = _Plan(head.columns, layout(head.columns), published, book.letters, book.sets[head.rule_set])
    return [
        {"person_id": person, "cells": new, **_results(plan, members[person], new)}
        for person, new in changed.items()
    ]


def _write(
    session: Session,
    *,
    head: AnyRow,
    learners: Sequence[Mapping[str, Any]],
    writes: Sequence[Verdict],
    by: UUID,
) -> None:
    cells = [
        {"column_id": column, "person_id": learner["person_id"], "value": value, "version": version}
        for learner in learners
        for column, (value, version) in learner["cells"].items()
    ]
    asked = {
        **_entry(session, head, writes, by).parameters,
        "cells": orjson.dumps(cells).decode(),
        "learners": orjson.dumps(learners).decode(),
    }
    written = WRITE.first(session, asked)
    if written is None or written.cells != len(writes):
        raise Conflict


class _Plan(NamedTuple):
    """What the results of all learners of a save have in common."""

    columns: Sequence[Column]
    layout: Layout
    published: AbstractSet[str]
    letters: Letters
    rules: RuleSet


def _results(plan: _Plan, member: Member | AnyRow, new: Mapping[str, Any]) -> dict[str, Any]:
    """Compute what follows for a learner: what teachers see, and what the learner sees when a published column is among the new."""
    cells, own = standing({**member.cells, **new}, plan.columns, member.spans, member.carried)
    places = plan.layout if own is plan.columns else layout(own)
    found = {"results": all_results(cells, places, plan.letters, plan.rules)}
    if not plan.published.isdisjoint(new):
        found["shown"] = shown_results(cells, own, plan.letters, plan.rules)
    return found


def _entry(session: Session, head: AnyRow, writes: Sequence[Verdict], by: UUID) -> integrity.Entry:
    """Make the entry of the journal's stream: one for the whole save."""
    end = (
        integrity.Head(head.stream_number, bytes(head.stream_digest))
        if head.stream_number
        else integrity.begun(session, journal_id=head.id)
    )
    cells = [cell_text(v.asked.person_id, v.asked.column_id, v.version, v.value) for v in writes]
    return integrity.make_entry(end, journal_id=head.id, kind="cells.saved", data={}, actor=by, cells=cells)


def _colleagues(session: Session, conflicts: Sequence[Verdict]) -> dict[str, Colleague]:
    found = {}
    for verdict in conflicts:
        row = session.execute(
            select(CELL.c.changed_at, PERSON.c.family_name, PERSON.c.given_name, PERSON.c.patronymic)
            .outerjoin(PERSON, PERSON.c.person_id == CELL.c.changed_by)
            .where(
                CELL.c.column_id == UUID(verdict.asked.column_id),
                CELL.c.person_id == UUID(verdict.asked.person_id),
            )
        ).one_or_none()
        if row is not None:
            name = short_name(row.family_name, row.given_name, row.patronymic) if row.family_name else ""
            found[verdict.asked.key] = Colleague(name, row.changed_at)
    return found
