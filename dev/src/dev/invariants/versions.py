"""I4 and I5: versions per aggregate without gaps, and at most one open loan per copy over all of history."""

from collections.abc import Mapping

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from dev.invariants.report import Report
from dev.invariants.view import View

CELLS = text("""
    WITH history AS (
      SELECT column_id, person_id, version, new_value, old_value,
        lag(new_value) OVER w AS before, row_number() OVER w AS place, lead(version) OVER w AS following
      FROM cell_change WINDOW w AS (PARTITION BY column_id, person_id ORDER BY version, number)
    )
    SELECT 'column ' || h.column_id || ', learner ' || h.person_id || ': version ' || h.version || ' stands as the change number ' || h.place
    FROM history h WHERE h.version <> h.place
    UNION ALL
    SELECT 'column ' || h.column_id || ', learner ' || h.person_id || ': version ' || h.version || ' does not begin where the one before ended'
    FROM history h WHERE h.place > 1 AND h.old_value IS DISTINCT FROM h.before
    UNION ALL
    SELECT 'column ' || c.column_id || ', learner ' || c.person_id || ': the cell stands at version ' || c.version
      || ', its history ends at ' || coalesce(h.version, 0)
    FROM cell c LEFT JOIN history h ON h.column_id = c.column_id AND h.person_id = c.person_id AND h.following IS NULL
    WHERE h.version IS DISTINCT FROM c.version OR h.new_value IS DISTINCT FROM c.value
    UNION ALL
    SELECT 'column ' || h.column_id || ', learner ' || h.person_id || ': there is a history and no cell'
    FROM history h LEFT JOIN cell c ON c.column_id = h.column_id AND c.person_id = h.person_id
    WHERE h.following IS NULL AND c.column_id IS NULL
""")
STREAMS = text("""
    SELECT 'journal ' || j.id || ': its stream ends at ' || j.stream_number || ' and has ' || count(e.number)
      || ' entries from ' || coalesce(min(e.number), 0) || ' to ' || coalesce(max(e.number), 0)
    FROM journal j LEFT JOIN stream_entry e ON e.journal_id = j.id GROUP BY j.id
    HAVING count(e.number) <> j.stream_number OR coalesce(max(e.number), 0) <> j.stream_number
      OR coalesce(min(e.number), 1) <> 1
""")
STATEMENTS = text("""
    SELECT 'statements ' || n.kind || ' of ' || n.year || ': the last number given is ' || n.last || ', there are ' || count(s.id)
    FROM number_series n LEFT JOIN statement s ON s.kind = n.kind AND s.year = n.year
    GROUP BY n.kind, n.year, n.last HAVING count(s.id) <> n.last OR coalesce(max(s.serial), 0) <> n.last
""")
ROOTS = text("""
    SELECT 'roots: ' || count(*) || ' stand there, the last is number ' || max(number) FROM stream_root
    HAVING count(*) <> coalesce(max(number), 0)
""")
EVENTS = text("""
    SELECT e.feed || ', subject ' || e.subject || ': version ' || e.subject_version || ' after ' || e.before
    FROM (SELECT feed, subject, subject_version, sequence,
            lag(subject_version) OVER (PARTITION BY feed, subject ORDER BY sequence) AS before
          FROM chassis.event_log WHERE subject_version IS NOT NULL) e
    WHERE e.before IS NOT NULL AND e.subject_version <= e.before
""")
OVERLAPS = text("""
    SELECT 'copy ' || copy_id || ': loan ' || id || ' begins while loan ' || before_id || ' is open'
    FROM (SELECT id, copy_id, issued_at, lag(id) OVER w AS before_id,
            max(coalesce(returned_at, 'infinity')) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
          FROM loan WINDOW w AS (PARTITION BY copy_id ORDER BY issued_at, id)) l
    WHERE issued_at < until
""")
COUNTS = {
    "cells": text("SELECT count(*) FROM cell"),
    "changes": text("SELECT count(*) FROM cell_change"),
    "stream entries": text("SELECT count(*) FROM stream_entry"),
    "statements": text("SELECT count(*) FROM statement"),
}
VERSIONED = text("SELECT count(*) FROM chassis.event_log WHERE subject_version IS NOT NULL")
LOANS = {
    "loans": text("SELECT count(*) FROM loan"),
    "open": text("SELECT count(*) FROM loan WHERE returned_at IS NULL"),
}


def check(view: View) -> Report:
    """Check versions of cells, streams, statements, roots and events."""
    report = Report("I4")
    if session := view.get("ejournal"):
        _count(session, COUNTS, report)
        for query in (CELLS, STREAMS, STATEMENTS, ROOTS):
            report.add(session.scalars(query))
    for session in view.sessions.values():
        report.count("versions in events", session.scalar(VERSIONED) or 0)
        report.add(session.scalars(EVENTS))
    return report


def check_loans(view: View) -> Report:
    """Check that no copy was ever out twice at a time."""
    report = Report("I5")
    if session := view.get("library"):
        _count(session, LOANS, report)
        report.add(session.scalars(OVERLAPS))
    return report


def _count(session: Session, queries: Mapping[str, TextClause], report: Report) -> None:
    for what, query in queries.items():
        report.count(what, session.scalar(query) or 0)
