"""Intakes over HTTP: rows are judged, applied once as they were judged, and may be undone once."""

import hashlib
import json
from collections import Counter
from typing import Any
from uuid import UUID

from auth.people import difference, intake, rules, schemas, undo
from auth.people.model import Intake
from auth.people.service import FIELDS
from chassis.context import Context
from chassis.db import check_version
from chassis.routes import api
from chassis.sheets import clean


def judge_people(ctx: Context) -> Any:
    """Judge rows of people like a file; nobody is entered yet. Rows are counted from 1."""
    body = dict(ctx.body)
    rows = [{key: clean(text) for key, text in row.items()} for row in body.pop("rows")]
    found = intake.judge_rows(
        ctx.session,
        rows=list(enumerate(rows, 1)),
        file_name=body.pop("name"),
        digest=hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).digest(),
        actor=ctx.identity.person_id,
        **body,
    )
    return _out(found)


def get_intake(ctx: Context, id: UUID) -> Any:
    """Answer an intake: what each row does, the faults of the others, and what has become of it."""
    return _out(intake.get_or_raise(ctx.session, id))


def apply_intake(ctx: Context, id: UUID) -> Any:
    """Apply the judgement that was seen, whole or not at all."""
    found = intake.get_or_raise(ctx.session, id, lock=True)
    check_version(found, ctx.body["version"])
    intake.apply(ctx.session, intake=found, actor=ctx.identity.person_id)
    ctx.session.flush()
    return _out(found)


def undo_intake(ctx: Context, id: UUID) -> Any:
    """Take an applied intake back within a week, unless somebody of it has signed in or was changed; every reason is named."""
    found = intake.get_or_raise(ctx.session, id, lock=True)
    check_version(found, ctx.body["version"])
    undo.undo(ctx.session, intake=found, reason=ctx.body["reason"], actor=ctx.identity.person_id)
    return _out(found)


def _out(found: Intake) -> dict[str, Any]:
    return {
        "id": found.id,
        "version": found.version,
        "counts": Counter(row["act"] for row in found.good),
        "rows": [_row(row) for row in found.good],
        "faults": difference.listed_faults(found),
        "applied_at": found.applied_at,
        "undo_until": found.applied_at and rules.may_undo_until(found.applied_at),
        "undone_at": found.undone_at,
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    before = row.get("before")
    return {**row, "before": before, "after": {name: row[name] for name in (before or FIELDS)}}


ROUTES = (
    api(
        "POST",
        "/intakes",
        judge_people,
        access="auth.person.import",
        body=schemas.IntakeIn,
        answer=schemas.IntakeOut,
        status=201,
    ),
    api("GET", "/intakes/<uuid:id>", get_intake, access="auth.person.import", answer=schemas.IntakeOut),
    api(
        "POST",
        "/intakes/<uuid:id>/apply",
        apply_intake,
        access="auth.person.import",
        body=schemas.ApplyForm,
        answer=schemas.IntakeOut,
    ),
    api(
        "POST",
        "/intakes/<uuid:id>/undo",
        undo_intake,
        access="auth.person.import",
        body=schemas.UndoForm,
        answer=schemas.IntakeOut,
        step_up=True,
    ),
)
