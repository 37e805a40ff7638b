"""The API of imports: cells or rows are judged, applied as they were judged, and may be undone once."""

import hashlib
import json
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from chassis.sheets import clean, judge
from ejournal.exchange import midterm, schemas, service, showing
from ejournal.exchange.layout import MIDTERM
from ejournal.exchange.model import MarkImport
from ejournal.exchange.reading import Wish
from ejournal.journal import access
from ejournal.journal import service as journals
from ejournal.journal.rules import Asked

WRITE, IMPORT = "ejournal.cell.write", "ejournal.marks.import"


def judge_journal(ctx: Context, id: UUID) -> Any:
    """Judge cells of one journal; no mark is written. Each cell has its key `learner:column`, what is typed, and its version."""
    reader = access.reader(ctx)
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=reader)
    columns = {column["id"] for column in head.columns}
    people = {
        str(row.person_id): (f"{row.family_name or ''} {row.given_name or ''}".strip(), row.cells)
        for row in journals.list_rows(ctx.session, journal_id=id)
    }
    wishes, seen = [], set()
    for at, cell in enumerate(ctx.body["cells"], 1):
        asked = Asked(cell["k"], cell["v"], cell["b"])
        if asked.person_id in people and asked.column_id in columns and asked.key not in seen:
            seen.add(asked.key)
            name, cells = people[asked.person_id]
            old = (cells.get(asked.column_id) or (None, 0))[0]
            wishes.append(Wish(at, name, id, old, asked))
    found = service.examine(
        ctx.session,
        wishes=wishes,
        faults=(),
        rows=len(ctx.body["cells"]),
        file_name=ctx.body["name"],
        digest=_digest(ctx.body),
        reader=reader,
        journal_id=id,
    )
    return showing.as_json(ctx, found)


def judge_midterms(ctx: Context) -> Any:
    """Judge rows of midterm controls of many journals; no mark is written. Rows are counted from 1."""
    rows = [{key: clean(text) for key, text in row.items()} for row in ctx.body["rows"]]
    good, faults = judge(list(enumerate(rows, 1)), MIDTERM)
    wishes, more = midterm.wishes(ctx.session, good)
    found = service.examine(
        ctx.session,
        wishes=wishes,
        faults=[*faults, *more],
        rows=len(rows),
        file_name=ctx.body["name"],
        digest=_digest(ctx.body),
        reader=access.reader(ctx),
    )
    return showing.as_json(ctx, found)


def _digest(body: Any) -> bytes:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()


def get_journal_import(ctx: Context, id: UUID, import_id: UUID) -> Any:
    """Read an import of a journal: its differences, what cannot be and why, what came of it."""
    return showing.as_json(ctx, _mine(ctx, id, import_id, lock=False))


def apply_journal_import(ctx: Context, id: UUID, import_id: UUID) -> Any:
    """Write the cells that were judged, in one unit of work."""
    found = _mine(ctx, id, import_id, lock=True)
    service.begin(ctx.session, found=found, version=ctx.body["version"], actor=ctx.identity.person_id)
    return _finish(ctx, found)


def undo_journal_import(ctx: Context, id: UUID, import_id: UUID) -> Any:
    """Take an import of a journal back; cells that were changed since stay and are named."""
    found = _mine(ctx, id, import_id, lock=True)
    service.begin_undo(ctx.session, found=found, version=ctx.body["version"], actor=ctx.identity.person_id)
    return _finish(ctx, found)


def _mine(ctx: Context, id: UUID, import_id: UUID, *, lock: bool) -> MarkImport:
    with access.refusals_audited(ctx, id):
        journals.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx))
    return service.get_or_raise(ctx.session, import_id, journal_id=id, lock=lock)


def _finish(ctx: Context, found: MarkImport) -> Any:
    while service.step(ctx.session, found=found, reader=access.reader(ctx)):
        pass
    ctx.session.flush()
    return showing.as_json(ctx, found)


def get_midterm_import(ctx: Context, id: UUID) -> Any:
    """Read an import of midterm controls, and how far it is."""
    return showing.as_json(ctx, service.get_or_raise(ctx.session, id, journal_id=None))


def apply_midterm_import(ctx: Context, id: UUID) -> Any:
    """Confirm what was judged; the worker writes it journal by journal."""
    found = service.get_or_raise(ctx.session, id, journal_id=None, lock=True)
    service.begin(ctx.session, found=found, version=ctx.body["version"], actor=ctx.identity.person_id)
    return showing.as_json(ctx, found)


def undo_midterm_import(ctx: Context, id: UUID) -> Any:
    """Take an import of midterm controls back; the worker does it, cells that were changed since stay and are named."""
    found = service.get_or_raise(ctx.session, id, journal_id=None, lock=True)
    service.begin_undo(ctx.session, found=found, version=ctx.body["version"], actor=ctx.identity.person_id)
    return showing.as_json(ctx, found)


ONE = "/journals/<uuid:id>/imports"
MANY = "/midterm-imports"
OUT, SEEN = schemas.ImportOut, schemas.VersionIn
ROUTES = (
    api("POST", ONE, judge_journal, access=WRITE, body=schemas.JournalImportIn, answer=OUT, status=201),
    api("GET", f"{ONE}/<uuid:import_id>", get_journal_import, access=WRITE, answer=OUT),
    api("POST", f"{ONE}/<uuid:import_id>/apply", apply_journal_import, access=WRITE, body=SEEN, answer=OUT),
    api("POST", f"{ONE}/<uuid:import_id>/undo", undo_journal_import, access=WRITE, body=SEEN, answer=OUT),
    api("POST", MANY, judge_midterms, access=IMPORT, body=schemas.MidtermImportIn, answer=OUT, status=201),
    api("GET", f"{MANY}/<uuid:id>", get_midterm_import, access=IMPORT, answer=OUT),
    api("POST", f"{MANY}/<uuid:id>/apply", apply_midterm_import, access=IMPORT, body=SEEN, answer=OUT),
    api("POST", f"{MANY}/<uuid:id>/undo", undo_midterm_import, access=IMPORT, body=SEEN, answer=OUT),
)
