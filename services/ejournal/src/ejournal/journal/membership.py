"""Keep who stands in journals: the group's list, and the days that movement orders give or take.

A learner who leaves keeps the row and every mark; what was entered for days outside stays in the history and no longer counts.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from chassis import clock
from ejournal.control.service import get_book
from ejournal.journal.model import JOURNAL, SHEET_ROW
from ejournal.journal.results import recompute
from ejournal.journal.rules_membership import Span, carry, on_list, overlaps, spans_of
from ejournal.teaching import service as teaching

NOBODY_SAYS = 9999
LEAVE = text("""
    UPDATE sheet_row SET active = false, spans = '[]', carried = '{}', results = CASE WHEN spans = '[]' THEN results ELSE '{}' END
    WHERE journal_id = :journal AND (active OR spans <> '[]') AND person_id <> ALL (cast(:people AS uuid[]))
""")
ENROL = text("""
    INSERT INTO sheet_row AS r (journal_id, person_id, position, active, cells, results, shown_results, spans, carried)
    SELECT :journal, new.person_id, new.position, new.active, '{}', '{}', '{}', new.spans, new.carried
    FROM unnest(cast(:people AS uuid[]), cast(:positions AS int[]), cast(:active AS boolean[]), cast(:spans AS jsonb[]),
                cast(:carried AS jsonb[])) AS new (person_id, position, active, spans, carried)
    ON CONFLICT (journal_id, person_id) DO UPDATE
    SET position = CASE WHEN excluded.position < 9999 THEN excluded.position ELSE r.position END,
        active = excluded.active, spans = excluded.spans, carried = excluded.carried,
        results = CASE WHEN r.spans = excluded.spans AND r.carried = excluded.carried THEN r.results ELSE '{}' END
    WHERE (r.position, r.active, r.spans, r.carried) IS DISTINCT FROM
          (excluded.position, excluded.active, excluded.spans, excluded.carried)
""")


def enrol(session: Session, journal: Any, roster: Iterable[Mapping[str, Any]], period: Any) -> None:
    """Put into a journal whom the group's list and the orders say; who left keeps the row, out of the list.

    Args:
        session: the unit of work; the journal is locked by the caller.
        journal: `id group_id discipline_id period_id`.
        roster: the group's present list.
        period: `starts ends`, None while it is not known.
    """
    places = {UUID(place["person_id"]): place["position"] for place in roster}
    moved = teaching.placements(session, group_id=journal.group_id, people=places)
    starts, ends = (period["starts"], period["ends"]) if period else (None, None)
    rows: dict[UUID, tuple[int, bool, Sequence[Span]]] = {
        person: (place, True, ()) for person, place in places.items() if person not in moved
    }
    for person, chain in moved.items():
        spans = spans_of(chain, str(journal.group_id))
        if overlaps(spans, starts, ends):
            active = on_list(spans, starts, ends, clock.today())
            rows[person] = (places.get(person, NOBODY_SAYS), active, spans)
    carried = _carried(session, journal, {person: moved[person] for person in rows if person in moved})
    session.execute(LEAVE, {"journal": journal.id, "people": list(rows)})
    session.execute(
        ENROL,
        {
            "journal": journal.id,
            "people": list(rows),
            "positions": [position for position, _active, _spans in rows.values()],
            "active": [active for _position, active, _spans in rows.values()],
            "spans": [json.dumps(spans) for _position, _active, spans in rows.values()],
            "carried": [json.dumps(carried.get(person, {})) for person in rows],
        },
    )


def _carried(
    session: Session, journal: Any, chains: Mapping[UUID, Sequence[Mapping[str, Any]]]
) -> dict[UUID, dict[str, Any]]:
    """Give what goes along into a journal by learner: marks of the same discipline and period in former groups' journals."""
    staying = {
        person: chain
        for person, chain in chains.items()
        if spans_of(chain, str(journal.group_id))[-1]["to"] is None
    }
    if not staying:
        return {}
    query = (
        select(SHEET_ROW.c.person_id, SHEET_ROW.c.cells, JOURNAL.c.columns, JOURNAL.c.group_id)
        .join(JOURNAL, JOURNAL.c.id == SHEET_ROW.c.journal_id)
        .where(
            JOURNAL.c.discipline_id == journal.discipline_id,
            JOURNAL.c.period_id == journal.period_id,
            JOURNAL.c.id != journal.id,
            SHEET_ROW.c.person_id.in_(staying),
        )
        .order_by(JOURNAL.c.id)
    )
    found: dict[UUID, dict[str, Any]] = defaultdict(lambda: {"cells": {}, "columns": []})
    for person, cells, columns, group in session.execute(query):
        spans = spans_of(staying[person], str(group))
        taken, whose = carry(cells, columns, spans) if spans else ({}, [])
        if taken:
            found[person]["cells"] |= taken
            found[person]["columns"] += whose
    return found


def keep_person(session: Session, *, person_id: UUID) -> None:
    """Bring the journals a moved learner stands in, or is going to, to the orders; the caller has the turn of journals."""
    chain = teaching.placements(session, people=[person_id]).get(person_id, [])
    groups = {UUID(one["group_id"]) for one in chain if one["group_id"]}
    stands = select(JOURNAL.c.group_id).where(
        JOURNAL.c.id.in_(
            select(SHEET_ROW.c.journal_id).where(SHEET_ROW.c.person_id == person_id, SHEET_ROW.c.spans != [])
        )
    )
    for group_id in sorted(groups | set(session.scalars(stands))):
        keep_list(session, group_id=group_id)


def keep_list(session: Session, *, group_id: UUID) -> None:
    """Bring the journals of a group to its present list and the orders; columns and marks stay as they are."""
    roster = teaching.find_roster(session, group_id=group_id)
    ours = JOURNAL.c.group_id == group_id
    query = select(
        *(JOURNAL.c[name] for name in ("id", "group_id", "discipline_id", "period_id", "columns", "rule_set"))
    )
    journals = session.execute(query.where(ours).order_by(JOURNAL.c.id).with_for_update(key_share=True)).all()
    if roster is None or not journals:
        return
    periods = teaching.find_periods(session, ids={journal.period_id for journal in journals})
    for journal in journals:
        enrol(session, journal, roster, periods.get(journal.period_id))
        if journal.rule_set:
            book = get_book(session, rule_set=journal.rule_set)
            recompute(
                session,
                journal_id=journal.id,
                columns=journal.columns,
                book=book,
                rule_set=journal.rule_set,
                fresh_only=True,
            )
    session.execute(update(JOURNAL).where(ours).values(revision=JOURNAL.c.revision + 1))


def carry_on(session: Session, *, journal_id: UUID, people: Collection[UUID]) -> None:
    """Let marks entered later for the days before a transfer count in the journals they went along into.

    Args:
        session: the unit of work.
        journal_id: the former journal, locked by the caller.
        people: learners with marks in it who left its group.
    """
    former = select(JOURNAL.c.discipline_id, JOURNAL.c.period_id).where(JOURNAL.c.id == journal_id).subquery()
    targets = (
        select(JOURNAL.c.group_id)
        .join(former, former.c.discipline_id == JOURNAL.c.discipline_id)
        .join(SHEET_ROW, SHEET_ROW.c.journal_id == JOURNAL.c.id)
        .where(
            JOURNAL.c.period_id == former.c.period_id,
            JOURNAL.c.id != journal_id,
            SHEET_ROW.c.person_id.in_(people),
            SHEET_ROW.c.spans != [],
        )
    )
    for group_id in sorted(set(session.scalars(targets))):
        keep_list(session, group_id=group_id)
