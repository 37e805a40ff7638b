"""Use cases of imports: a dry run of a sheet, then its good rows in one transaction. Nothing here commits.

The dry run keeps the cells as they were read. Applying plans them again on what stands by then: if the same rows are good, they
are written; if others came to be bad, nothing is, and the person is asked to check again. Applying twice does nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import sheets
from chassis.db import ROW_LOCK, AnyRow
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, NotFound
from portal.groups import service as groups
from portal.imports.kinds import KINDS, Kind
from portal.imports.model import ImportRun
from portal.sheets import Plan

LOCK = 7_741_003
MAX_BYTES = 10_000_000
BRIEF = tuple(
    getattr(ImportRun, name)
    for name in (
        *("id", "kind", "filename", "state", "created_at", "created_by", "applied_at", "applied_by"),
        *("total", "bad", "added", "changed", "same", "version"),
    )
)


class ChangedMeanwhile(Conflict):
    """Between the dry run and its application something changed that makes other rows bad."""

    code = "portal.import-changed-meanwhile"
    title = _l("Something changed since the sheet was checked")


def kind_or_raise(*, name: str) -> Kind:
    """Return a kind of sheet.

    Raises:
        NotFound: the portal takes no such sheet.
    """
    if name not in KINDS:
        raise NotFound
    return KINDS[name]


def template(*, kind: Kind, language: str) -> bytes:
    """Return the empty XLSX of a kind, with headings in a language."""
    return sheets.template(kind.layout, language)


def check_sheet(
    *, session: Session, kind: Kind, filename: str, data: bytes, by: UUID, now: datetime
) -> ImportRun:
    """Read a sheet and keep what it would do; nothing else is written.

    Raises:
        SheetRefused: the file as a whole cannot be taken.
    """
    rows = sheets.read(data, kind.layout)
    plan = _plan(session, kind, rows)
    run = ImportRun(
        kind=kind.name,
        filename=filename[:200],
        state="checked",
        created_at=now,
        created_by=by,
        total=len(rows),
        rows=[[at, row] for at, row in rows],
        faults=[fault.as_json() for fault in plan.faults],
        **_counts(plan),
    )
    session.add(run)
    session.flush()
    return run


def apply_run(*, session: Session, id: UUID, by: UUID, now: datetime) -> ImportRun:
    """Write the good rows of a dry run in the present unit of work; a second time it does nothing.

    Raises:
        NotFound: no such import.
        ChangedMeanwhile: other rows are bad now than the dry run said.
    """
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    run = get_or_raise(session=session, id=id, lock=True)
    if run.state == "applied":
        return run
    kind = KINDS[run.kind]
    plan = _plan(session, kind, [(at, dict(row)) for at, row in run.rows])
    if _bad_rows([fault.as_json() for fault in plan.faults]) != _bad_rows(run.faults):
        raise ChangedMeanwhile(
            _("Upload the sheet again: other rows than before cannot be taken now. Nothing was saved.")
        )
    signed = {"by": by} if kind.signed else {}
    kind.apply(session=session, lines=plan.lines, **signed)
    for name, value in _counts(plan).items():
        setattr(run, name, value)
    run.state, run.applied_at, run.applied_by = "applied", now, by
    session.flush()
    return run


def get_or_raise(*, session: Session, id: UUID, lock: bool = False) -> ImportRun:
    """Return an import with all it found.

    Raises:
        NotFound: no such import.
    """
    run = session.get(ImportRun, id, with_for_update=ROW_LOCK if lock else None)
    if run is None:
        raise NotFound
    return run


def list_runs(*, session: Session, limit: int = 20) -> Sequence[AnyRow]:
    """Return the latest imports, newest first."""
    return session.execute(select(*BRIEF).order_by(ImportRun.created_at.desc()).limit(limit)).all()


def faults_of(run: ImportRun) -> list[sheets.Fault]:
    """Return what was wrong with a sheet, by row."""
    return sorted((sheets.Fault(**fault) for fault in run.faults), key=lambda fault: fault.row)


def people_of(*, session: Session, runs: Sequence[Any]) -> dict[UUID, str]:
    """Return the names of those who uploaded and applied."""
    ids = {who for run in runs for who in (run.created_by, run.applied_by) if who}
    return groups.names_of(session=session, ids=ids)


def _plan(session: Session, kind: Kind, rows: list[tuple[int, sheets.Row]]) -> Plan:
    good, faults = sheets.judge(rows, kind.layout)
    plan = kind.plan(session=session, rows=good)
    plan.faults[:0] = faults
    return plan


def _bad_rows(faults: Sequence[dict[str, Any]]) -> set[int]:
    return {fault["row"] for fault in faults}


def _counts(plan: Plan) -> dict[str, int]:
    bad = len({fault.row for fault in plan.faults})
    return {"bad": bad, **{name: plan.counts[name] for name in ("added", "changed", "same")}}
