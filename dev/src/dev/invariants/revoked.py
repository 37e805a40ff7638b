"""I9: nothing succeeds with a sign-in that has ended, but for the seconds its end needs to be felt.

Every write that succeeded leaves its actor and moment: as an audit row with the number of its request, and for a day as the answer kept
under its key. Of a person whose tokens were ever revoked, each must lie within the life of a sign-in of theirs.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from dev.invariants.report import Report
from dev.invariants.view import View

FELT = timedelta(seconds=15)
"""How long a service that is asked past the gateway may take to hear of a revocation."""
SKEW = timedelta(seconds=1)
"""Revocations are known to the second."""
REVOKED = text("""
    SELECT coalesce(s.person_id::text, substr(e.data ->> 'key', 5)) AS person, to_timestamp(min((e.data ->> 'at')::bigint)) AS at
    FROM chassis.event_log e LEFT JOIN sign_in s ON e.data ->> 'key' = 'sid:' || s.id::text
    WHERE e.type = 'auth.session.revoked.v1' AND (s.id IS NOT NULL OR e.data ->> 'key' LIKE 'sub:%') GROUP BY 1
""")
LIVES = text(
    "SELECT person_id::text AS person, created_at, ended_at FROM sign_in WHERE person_id::text = ANY(:people)"
)
ACTS = text("""
    SELECT actor, at, act FROM chassis.audit_row WHERE request_id IS NOT NULL AND actor = ANY(:people)
    UNION ALL
    SELECT owner, created_at, 'a write' FROM chassis.idempotency_key WHERE status < 400 AND owner = ANY(:people)
""")
OPENING = ("auth.session.", "auth.sign-in.", "auth.signin.")
"""Acts of signing in and out themselves, done before a sign-in lives or at its very end."""
Lives = Mapping[str, Sequence[tuple[datetime, datetime | None]]]


def check(view: View) -> Report:
    """Check every act of people whose tokens were revoked."""
    report = Report("I9")
    session = view.get("auth")
    if session is None:
        return report
    revoked: dict[str, datetime] = {row.person: row.at for row in session.execute(REVOKED)}
    report.count("people with revocations", len(revoked))
    lives = _lives(session, list(revoked))
    for service, own in view.sessions.items():
        report.add(_late(service, own, revoked, lives, report))
    return report


def _lives(session: Session, people: Sequence[str]) -> Lives:
    found: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for row in session.execute(LIVES, {"people": people}):
        found.setdefault(row.person, []).append((row.created_at, row.ended_at))
    return found


def _late(
    service: str, session: Session, revoked: Mapping[str, datetime], lives: Lives, report: Report
) -> Iterator[str]:
    for actor, at, act in session.execute(ACTS, {"people": list(revoked)}):
        if at <= revoked[actor] + FELT or act.startswith(OPENING):
            continue
        report.count("acts after one")
        if not any(
            begun - SKEW <= at and (ended is None or at <= ended + FELT)
            for begun, ended in lives.get(actor, ())
        ):
            yield f"{service}: {act} by {actor} at {at:%Y-%m-%d %H:%M:%S} lies in no sign-in that lived then"
