"""Operations of moderation."""

from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.problems import NotFound
from chassis.routes import api
from ejournal.journal import access
from ejournal.journal import service as journals
from ejournal.journal.remarks_model import Remark
from ejournal.moderation import board, service, wording
from ejournal.moderation.schemas import (
    AnswerForm,
    BoardOut,
    BoardQuery,
    ExplainForm,
    FindingsOut,
    RemarkIn,
    RemarkOut,
)
from ejournal.teaching import service as teaching

BOARD = "ejournal.board.read"
MODERATE = "ejournal.journal.moderate"


def get_board(ctx: Context) -> dict[str, Any]:
    """Read the figures of departments: live, or as they were frozen on a day."""
    day = ctx.query.get("day")
    reader = access.reader(ctx)
    if day is None:
        return {
            "day": clock.today(),
            "live": True,
            "items": board.departments(ctx.session, reader=reader),
        }
    items = board.day_figures(ctx.session, day=day, reader=reader)
    if not items:
        raise NotFound
    return {"day": day, "live": False, "items": items}


def list_unusual(ctx: Context, id: UUID) -> dict[str, Any]:
    """List what is unusual in a journal, each with a sentence that explains it."""
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx))
    found = service.find_unusual(ctx.session, head=head)
    names = teaching.names(ctx.session, ids=service.people_of(found))
    items = [
        {"code": one.code, "key": one.key, "sentence": wording.sentence(one, names), "explained": words}
        for one, words in found
    ]
    return {"items": items}


def make_remark(ctx: Context, id: UUID) -> Remark:
    """Make a remark on a journal or a column; with a day the column is returned to the teacher until then."""
    with access.refusals_audited(ctx, id):
        return service.remark(ctx.session, journal_id=id, data=ctx.body, reader=access.reader(ctx))


def explain(ctx: Context, id: UUID) -> None:
    """Note that something found is explained and not unusual."""
    with access.refusals_audited(ctx, id):
        service.explain(ctx.session, journal_id=id, reader=access.reader(ctx), **ctx.body)


def answer_remark(ctx: Context, id: UUID) -> Remark:
    """Answer a remark as a teacher of its journal."""
    return service.answer(ctx.session, id=id, reader=access.reader(ctx), **ctx.body)


ROUTES = (
    api("GET", "/board", get_board, access=BOARD, query=BoardQuery, answer=BoardOut),
    api("GET", "/journals/<uuid:id>/unusual", list_unusual, access=BOARD, answer=FindingsOut),
    api("POST", "/journals/<uuid:id>/remarks", make_remark, access=MODERATE, body=RemarkIn, answer=RemarkOut, status=201),
    api("POST", "/journals/<uuid:id>/explained", explain, access=MODERATE, body=ExplainForm, status=204),
    api("POST", "/remarks/<uuid:id>/answer", answer_remark, access="ejournal.cell.write", body=AnswerForm, answer=RemarkOut),
)  # fmt: skip
