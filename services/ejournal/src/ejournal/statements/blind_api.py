"""The API of blind double entry."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from ejournal.control.service import get_book
from ejournal.journal import access
from ejournal.journal.rules import Asked
from ejournal.statements import blind, mark_forms, schemas, service, showing, wording
from ejournal.statements.permissions import AGREE, BLIND, FILL
from ejournal.statements.problems import MarkConflict, NoMarkSaved
from ejournal.statements.rules_blind import PLACES, BlindStanding

Json = dict[str, Any]


def require_blind(ctx: Context, id: UUID) -> Json:
    """Require that two teachers enter the marks of a statement, each alone; only before the first mark."""
    with access.refusals_audited(ctx, id, "statement"):
        blind.require(ctx.session, statement_id=id, version=ctx.body["version"], reader=access.reader(ctx))
    return showing.whole(ctx.session, service.read(ctx.session, statement_id=id))


def get_entry(ctx: Context, id: UUID) -> Json:
    """Read my own entry; of the other one nothing is told."""
    entries, stands = _find(ctx, id)
    own = blind.own_entry(ctx.session, entries.statement, stands)
    handed_in = entries.readers[stands.place].handed_in_at if stands.holds and stands.place else None
    marks = []
    for person in entries.admitted:
        value, version = own.get(person, mark_forms.NOTHING)
        marks.append({"person_id": person, "value": value, "version": version})
    return {"place": stands.place, "handed_in_at": handed_in, "marks": marks}


def _find(ctx: Context, id: UUID) -> tuple[blind.Entries, BlindStanding]:
    with access.refusals_audited(ctx, id, "statement"):
        statement = service.get_or_raise(ctx.session, statement_id=id, reader=access.reader(ctx))
    entries = blind.read(ctx.session, statement)
    return entries, blind.standing(ctx.session, entries, ctx.identity.person_id)


def save_entry(ctx: Context, id: UUID) -> Json:
    """Save changed marks of my own entry: a list of `{k, v, b}`, answered as the marks of a statement are."""
    asked = [Asked(item["k"], item["v"], item["b"]) for item in ctx.body]
    with access.refusals_audited(ctx, id, "statement"):
        saved = blind.save(ctx.session, statement_id=id, asked=asked, reader=access.reader(ctx))
    return mark_forms.answer(ctx, saved)


def hand_in_entry(ctx: Context, id: UUID) -> Json:
    """Hand in my entry for good; tells whether both are there, and then how many marks differ."""
    with access.refusals_audited(ctx, id, "statement"):
        entries = blind.hand_in(ctx.session, statement_id=id, reader=access.reader(ctx))
    return {"both": entries.both_handed_in, "differing": len(entries.differing)}


def get_comparison(ctx: Context, id: UUID) -> Json:
    """Read whose marks differ between the two entries, with both; nothing before both are handed in.

    Of a statement that was returned every mark is listed: a third person may agree on each.
    """
    entries, _stands = _find(ctx, id)
    return _compared(entries)


def _compared(entries: blind.Entries) -> Json:
    lines = [
        {
            "person_id": str(row["person_id"]),
            "name": row["name"],
            "version": row["version"],
            "marks": [entries.marks[place].get(str(row["person_id"])) for place in PLACES],
        }
        for row in entries.to_agree
    ]
    return {"both": entries.both_handed_in, "differing": lines}


def agree_on_mark(ctx: Context, id: UUID) -> Json:
    """Agree, as a third person, on a mark whose two entries differ."""
    given = ctx.body
    asked = Asked(str(given["k"]), given["v"], given["b"])
    with access.refusals_audited(ctx, id, "statement"):
        verdict = blind.agree(
            ctx.session, statement_id=id, asked=asked, because=given["because"], reader=access.reader(ctx)
        )
    if verdict.state != "write":
        told = wording.verdict(verdict, get_book(ctx.session), ctx.language)
        raise (MarkConflict if verdict.state == "conflict" else NoMarkSaved)(extra={"marks": [told]})
    statement = service.read(ctx.session, statement_id=id)
    return _compared(blind.read(ctx.session, statement))


ONE = "/statements/<uuid:id>"
ROUTES = (
    api("POST", f"{ONE}/blind", require_blind, access=BLIND, body=schemas.VersionIn, answer=schemas.StatementOut),
    api("GET", f"{ONE}/entry", get_entry, access=FILL, answer=schemas.EntryOut),
    api("PATCH", f"{ONE}/entry", save_entry, access=FILL, body=schemas.MarksIn, answer=schemas.SavedOut),
    api("POST", f"{ONE}/entry/hand-in", hand_in_entry, access=FILL, answer=schemas.HandedInOut),
    api("GET", f"{ONE}/comparison", get_comparison, access=AGREE, answer=schemas.ComparisonOut),
    api("POST", f"{ONE}/comparison", agree_on_mark, access=AGREE, body=schemas.AgreeIn, answer=schemas.ComparisonOut),
)  # fmt: skip
