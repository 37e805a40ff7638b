"""The API of journals."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.kept import Kept
from chassis.pages import paginate
from chassis.routes import api
from ejournal.control.service import get_book
from ejournal.journal import access, cells, publishing, service, wording
from ejournal.journal.problems import CellConflict, JournalClosed, NoCellSaved
from ejournal.journal.rules import Asked
from ejournal.journal.schemas import (
    CellsIn,
    ChangesOut,
    ColumnOut,
    JournalOut,
    JournalPage,
    JournalQuery,
    SavedOut,
)
from ejournal.teaching.rules import full_name, short_name


def list_journals(ctx: Context) -> dict[str, Any]:
    """List the journals I may see.

    A teacher gets the journals of own teaching, a head of department those of the department.
    """
    query = service.list_query(reader=access.reader(ctx))
    found = paginate(ctx.session, query, page=ctx.query["page"], size=ctx.query["size"], scalars=False)
    items = [row._mapping for row in found.items]
    return {"items": items, "page": found.number, "pages": found.pages, "total": found.total}


def get_journal(ctx: Context, id: UUID) -> Kept:
    """Read a whole journal.

    Columns stand in the order of the page, learners in the order of the roster, then those whom an order took out of it; results
    are exact fractions.
    """
    with access.refusals_audited(ctx, id):
        head = service.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx), substitute=True)
    return Kept(lambda: {**head._mapping, "rows": _rows(ctx, id)})


def _rows(ctx: Context, id: UUID) -> list[dict[str, Any]]:
    people = [
        *((row, True) for row in service.list_rows(ctx.session, journal_id=id)),
        *((row, False) for row in service.list_leavers(ctx.session, journal_id=id)),
    ]
    return [
        {
            "person_id": str(row.person_id),
            "name": full_name(row.family_name or "", row.given_name or ""),
            "cells": row.cells,
            "results": row.results,
            "listed": listed,
            "days": row.spans,
        }
        for row, listed in people
    ]


def save_cells(ctx: Context, id: UUID) -> dict[str, Any]:
    """Save changed cells.

    The body is a list of `{k, v, b}`: key `learner:column`, the text typed, the version it was typed over. Each cell is answered
    with `ok`, `conflict` (a colleague wrote first: named, with the value that stands and its version), `invalid`, `locked` or
    `missing`. When no cell could be saved the answer is a problem document (409 with a conflict among them or a closed journal,
    else 422) that carries the same list in `cells`; nothing is overwritten unseen. A page names its person in the header
    `Acting-Person`: when another is signed in by now, 409 `ejournal.other-person` answers and nothing is saved.
    """
    asked = [Asked(item["k"], item["v"], item["b"]) for item in ctx.body]
    with access.refusals_audited(ctx, id):
        saved = cells.save_cells(ctx.session, journal_id=id, asked=asked, reader=access.reader(ctx))
    book = get_book(ctx.session)
    told = [
        wording.cell(one, saved.colleagues.get(one.asked.key), book, ctx.language) for one in saved.verdicts
    ]
    states = {one["state"] for one in told}
    if "ok" not in states:
        _refuse(states, told)
    return {
        "cells": told,
        "results": {person: wording.results(found) for person, found in saved.results.items()},
    }


def _refuse(states: set[str], told: list[dict[str, Any]]) -> None:
    detail = " ".join(dict.fromkeys(one["detail"] for one in told[:5]))
    if "conflict" in states:
        raise CellConflict(detail, extra={"cells": told})
    if "locked" in states:
        raise JournalClosed(detail, extra={"cells": told})
    raise NoCellSaved(detail, extra={"cells": told})


def publish_column(ctx: Context, id: UUID, column_id: UUID) -> dict[str, Any]:
    """Publish a column to its learners.

    From now on every correction of the column is published at once. Publishing a published column changes nothing.
    """
    with access.refusals_audited(ctx, id):
        head, _now = publishing.publish(
            ctx.session, journal_id=id, column_id=column_id, reader=access.reader(ctx)
        )
    return {**service.get_column_or_raise(head, column_id), "published": True}


def list_cell_changes(ctx: Context, id: UUID, person_id: UUID, column_id: UUID) -> dict[str, Any]:
    """List who changed a cell, when, from what to what."""
    with access.refusals_audited(ctx, id):
        service.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx), substitute=True)
    rows = service.list_changes(ctx.session, journal_id=id, column_id=column_id, person_id=person_id)
    items = [
        {
            "version": row.version,
            "old": row.old_value,
            "new": row.new_value,
            "at": row.changed_at,
            "by": short_name(row.family_name, row.given_name, row.patronymic)
            if row.family_name
            else _("A colleague"),
        }
        for row in rows
    ]
    return {"items": items}


ROUTES = (
    api("GET", "/journals", list_journals, access="ejournal.journal.read", query=JournalQuery, answer=JournalPage),
    api("GET", "/journals/<uuid:id>", get_journal, access="ejournal.journal.read", answer=JournalOut),
    api(
        "PATCH", "/journals/<uuid:id>/cells", save_cells, access="ejournal.cell.write", body=CellsIn, answer=SavedOut
    ),
    api(
        "POST",
        "/journals/<uuid:id>/columns/<uuid:column_id>/publish",
        publish_column,
        access="ejournal.column.publish",
        answer=ColumnOut,
    ),
    api(
        "GET",
        "/journals/<uuid:id>/cells/<uuid:person_id>/<uuid:column_id>/changes",
        list_cell_changes,
        access="ejournal.journal.read",
        answer=ChangesOut,
    ),
)  # fmt: skip
