"""I7: what is shown equals what is computed again from the marks that stand."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from dev.invariants.report import Report
from dev.invariants.view import View
from ejournal.attestation import standing
from ejournal.attestation.model import ATTEMPT
from ejournal.control.service import RuleBook, read_book
from ejournal.journal.model import JOURNAL, SHEET_ROW
from ejournal.journal.rules import all_results, shown_results

TOLD = text("""
    SELECT DISTINCT ON (one ->> 'person_id') (one ->> 'person_id') AS person_id, one ->> 'gpa' AS gpa,
      one ->> 'credits_earned' AS credits_earned, one ->> 'mean_final' AS mean_final, data ->> 'computed_at' AS at, (one ->> 'debts')::int AS debts
    FROM chassis.event_log, jsonb_array_elements(data -> 'people') AS one
    WHERE type = 'ejournal.rating.computed.v1' ORDER BY one ->> 'person_id', sequence DESC
""")
HOME = text("SELECT person_id::text, gpa, credits_earned FROM standing")


def check(view: View) -> Report:
    """Check results of journals and the ratings that were told."""
    report = Report("I7")
    session = view.get("ejournal")
    if session is None:
        return report
    _results(session, report)
    told = _ratings(session, report)
    if portal := view.get("portal"):
        report.add(_shown(portal, told))
    return report


def _results(session: Session, report: Report) -> None:
    book = read_book(session)
    for journal in session.execute(select(JOURNAL.c.id, JOURNAL.c.rule_set, JOURNAL.c.columns)):
        if journal.rule_set is None:
            continue
        rows = session.execute(select(SHEET_ROW).where(SHEET_ROW.c.journal_id == journal.id))
        for row in rows:
            report.count("learners' results")
            report.add(_result_faults(journal, row, book), f"journal {journal.id}, learner {row.person_id}: ")


def _result_faults(journal: AnyRow, row: AnyRow, book: RuleBook) -> Iterator[str]:
    rules, letters = book.sets[journal.rule_set], book.letters
    for name, compute in (("results", all_results), ("shown_results", shown_results)):
        computed = json.loads(json.dumps(compute(row.cells, journal.columns, letters, rules)))
        stored = getattr(row, name)
        if stored and stored != computed:
            differ = sorted(key for key in computed if computed[key] != stored.get(key))
            yield f"{name.replace('_', ' ')} differ in {', '.join(differ)}"


def _ratings(session: Session, report: Report) -> dict[str, Any]:
    """Compute every rating again as of the day it was told: what was not passed in time weighs more once the period is over."""
    told = {row.person_id: dict(row._mapping) for row in session.execute(TOLD)}
    report.count("ratings", len(told))
    for at in sorted({row["at"] for row in told.values()}):
        people = [UUID(person) for person, row in told.items() if row["at"] == at]
        with clock.frozen(datetime.fromisoformat(at)):
            found = standing.read(session, people=people)
        for person, one in found.items():
            fresh, row = standing.told(one.whole), told[str(person)]
            differ = sorted(name for name in fresh if fresh[name] != row[name])
            if differ:
                report.breaches.append(f"rating of learner {person}: told otherwise in {', '.join(differ)}")
    attempted = set(map(str, session.scalars(select(ATTEMPT.c.person_id).distinct())))
    report.add(f"rating of learner {person} was never told" for person in sorted(attempted - told.keys()))
    return told


def _shown(portal: Session, told: dict[str, Any]) -> Iterator[str]:
    for row in portal.execute(HOME):
        known = told.get(row.person_id)
        if known is None or (known["gpa"], known["credits_earned"]) != (row.gpa, row.credits_earned):
            yield f"rating of learner {row.person_id}: the portal shows another one"
