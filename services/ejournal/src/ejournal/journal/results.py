"""Compute the results of a journal's learners anew, in one statement."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text, true
from sqlalchemy.orm import Session

from ejournal.control.service import RuleBook
from ejournal.journal.model import SHEET_ROW
from ejournal.journal.rules import Column, all_results, shown_results
from ejournal.journal.rules_membership import standing

KEEP_RESULTS = text("""
    UPDATE sheet_row AS r SET results = new.results, shown_results = new.shown
    FROM unnest(cast(:people AS uuid[]), cast(:results AS jsonb[]), cast(:shown AS jsonb[])) AS new (person_id, results, shown)
    WHERE r.journal_id = :journal AND r.person_id = new.person_id
""")


def recompute(
    session: Session,
    *,
    journal_id: UUID,
    columns: Sequence[Column],
    book: RuleBook,
    rule_set: str,
    fresh_only: bool = False,
) -> None:
    """Compute the results of every learner of a journal anew, or of the newly enrolled, and keep them in one statement."""
    which = (SHEET_ROW.c.journal_id == journal_id) & (SHEET_ROW.c.results == {} if fresh_only else true())
    names = ("person_id", "cells", "spans", "carried")
    rows = session.execute(select(*(SHEET_ROW.c[name] for name in names)).where(which)).all()
    rules, letters = book.sets[rule_set], book.letters
    counted = [standing(row.cells, columns, row.spans, row.carried) for row in rows]
    session.execute(
        KEEP_RESULTS,
        {
            "journal": journal_id,
            "people": [row.person_id for row in rows],
            "results": [json.dumps(all_results(*one, letters, rules)) for one in counted],
            "shown": [json.dumps(shown_results(*one, letters, rules)) for one in counted],
        },
    )
