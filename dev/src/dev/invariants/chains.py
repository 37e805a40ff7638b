"""I8: the audit of every service is unbroken, the streams of journals are, and no head lies before what witnesses keep.

The checks are those of the two offline verifiers, on what stands in the databases now.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock, verify
from chassis.files import Store
from dev.invariants.report import Report
from dev.invariants.view import View
from ejournal.integrity import roots
from ejournal.integrity.export import gather
from ejournal.integrity.model import ROOT
from ejournal.integrity.rules_verify import export_faults
from ejournal.journal.model import JOURNAL
from ejournal.statements.signers import OwnKey
from witness import service as witness
from witness.api import FORM
from witness.schemas import MOST

WITNESSES = ("auth", "portal", "library", "website")


def check(view: View) -> Report:
    """Check audits, streams and roots."""
    report = Report("I8")
    for service, session in view.sessions.items():
        _audit(service, session, view.keys.get(service, ()), report)
    journal = view.get("ejournal")
    if journal and view.files:
        kept = [_kept(name, view.sessions[name]) for name in WITNESSES if name in view.sessions]
        _streams(journal, kept, view.files, report)
    return report


def _audit(service: str, session: Session, keys: Sequence[bytes], report: Report) -> None:
    document: Mapping[str, Any] = audit.export(session, service)
    report.count("audit rows", len(document["rows"]))
    report.count("seals", len(document["seals"]))
    report.add(verify.verify(document, keys, check=OwnKey.is_good), f"audit of {service}: ")


def _kept(service: str, session: Session) -> dict[str, Any]:
    """Give the roots a witness keeps, as its address would."""
    rows = witness.list_roots(session, first=1, limit=MOST)
    told = [{**row._mapping, "received_at": row.received_at.isoformat()} for row in rows]
    return {"form": FORM, "service": service, "roots": told}


def _streams(session: Session, kept: Sequence[Mapping[str, Any]], files: Store, report: Report) -> None:
    journals = []
    for journal in session.scalars(select(JOURNAL.c.id).where(JOURNAL.c.stream_number > 0)).all():
        journals += gather(session, journal_id=journal, store=files)["journals"]
    numbers = session.scalars(select(ROOT.c.number)).all()
    document = {
        "made_at": clock.now().isoformat(),
        "journals": journals,
        "roots": roots.list_roots(session, numbers=numbers),
        "audit": None,
    }
    report.count("streams", len(journals))
    report.count("entries", sum(len(one["entries"]) for one in journals))
    report.count("roots", len(numbers))
    report.count("roots kept by witnesses", sum(len(one["roots"]) for one in kept))
    report.add(export_faults(document, kept=kept, check=OwnKey.is_good))
