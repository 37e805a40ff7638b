"""Pages of blind double entry: the own entry of each teacher, the comparison for the third person."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.routes import page
from ejournal.control.service import get_book
from ejournal.journal import access
from ejournal.journal.rules import Asked
from ejournal.journal.service import Reader
from ejournal.statements import blind, mark_forms, schemas, service, wording
from ejournal.statements.blind import Entries
from ejournal.statements.permissions import AGREE, BLIND, FILL
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules_blind import DIFFERS, PLACES, SAME, BlindStanding, blind_refusals
from ejournal.teaching import service as teaching


def _find(ctx: Context, id: UUID) -> tuple[Any, Entries, BlindStanding]:
    with access.refusals_audited(ctx, id, "statement"):
        statement = service.get_or_raise(ctx.session, statement_id=id, reader=access.reader(ctx))
    entries = blind.read(ctx.session, statement)
    return statement, entries, blind.standing(ctx.session, entries, ctx.identity.person_id)


def _crumbs(statement: Any, title: str) -> list[tuple[str, str | None]]:
    number = wording.number_of(statement)
    here = f"/journal/statements/{statement.id}"
    return [(_("Statements"), "/journal/statements"), (number, here), (title, None)]


def require(ctx: Context, id: UUID) -> Any:
    """Require that the marks of a statement are entered twice."""
    form = ctx.form(schemas.VersionForm)
    if form.valid:
        try:
            with access.refusals_audited(ctx, id, "statement"):
                blind.require(ctx.session, statement_id=id, reader=_reader(ctx), **form.data)
        except StatementRefused as refused:
            ctx.flash(str(refused.detail), "err")
        else:
            ctx.flash(_("Two teachers will enter the marks of this statement, each alone."))
    return ctx.redirect("statements.statement_page", id=id)


def _reader(ctx: Context) -> Reader:
    return access.reader(ctx)


def entry_page(ctx: Context, id: UUID) -> Any:
    """Show the own entry: names with large inputs, nothing of the other entry."""
    return _entry(ctx, id, {}, {})


def _entry(ctx: Context, id: UUID, typed: Any, wrong: Any, reasons: Any = ()) -> Any:
    statement, entries, stands = _find(ctx, id)
    own = blind.own_entry(ctx.session, statement, stands)
    people = mark_forms.people(ctx, entries.rows, own, typed, wrong)
    closed = [wording.refusal(one) for one in blind_refusals("enter", stands)]
    return ctx.render(
        "ejournal/statements/entry.html",
        statement=statement,
        number=wording.number_of(statement),
        kind=wording.KINDS[statement.kind],
        people=people,
        path=f"/journal/statements/{id}/entry",
        open=not closed,
        closed=closed,
        handed_in=stands.handed_in,
        missing=stands.unmarked,
        reasons=reasons,
        any_wrong=bool(wrong),
        letters=wording.offered(get_book(ctx.session), ctx.language),
        crumbs=_crumbs(statement, _("My entry")),
    )


def save_entry(ctx: Context, id: UUID) -> Any:
    """Save what was typed into the own entry; only what was changed is sent on."""
    return mark_forms.save(ctx, id, blind.save, _entry, here="entry_page", then="entry_page")


def hand_in(ctx: Context, id: UUID) -> Any:
    """Hand in the own entry for good."""
    try:
        with access.refusals_audited(ctx, id, "statement"):
            entries = blind.hand_in(ctx.session, statement_id=id, reader=access.reader(ctx))
    except StatementRefused as refused:
        ctx.session.rollback()
        return _entry(ctx, id, {}, {}, refused.extra["reasons"]), 409
    ctx.flash(wording.handed_in(entries.both_handed_in, len(entries.differing)))
    return ctx.redirect("statements.statement_page", id=id)


def comparison_page(ctx: Context, id: UUID) -> Any:
    """Show whose marks differ between the two entries, with both, and ask the third person."""
    return _comparison(ctx, id, "", Form())


def _comparison(ctx: Context, id: UUID, learner: str, form: Form, reasons: Any = None) -> Any:
    statement, entries, stands = _find(ctx, id)
    letters = get_book(ctx.session).letters
    names = teaching.names(ctx.session, ids=_people(entries))
    lines = [
        {
            "row": row,
            "id": str(row["person_id"]),
            "marks": [
                letters.show(entries.marks[place].get(str(row["person_id"])), ctx.language)
                for place in PLACES
            ],
            "agreed": letters.show(row["mark"], ctx.language) if row["agreed_by"] else "",
            "by": names.get(str(row["agreed_by"]), "") if row["agreed_by"] else "",
        }
        for row in entries.rows
        if entries.compared.get(str(row["person_id"])) == DIFFERS or row in entries.to_agree
    ]
    if reasons is None:
        reasons = [{"text": wording.refusal(one)} for one in blind_refusals("agree", stands)]
    return ctx.render(
        "ejournal/statements/comparison.html",
        statement=statement,
        number=wording.number_of(statement),
        kind=wording.KINDS[statement.kind],
        lines=lines,
        same=sum(one == SAME for one in entries.compared.values()),
        differing=sum(one == DIFFERS for one in entries.compared.values()),
        returned=statement.remark,
        both=entries.both_handed_in,
        readers=[
            names.get(str(entries.readers[place].person_id), "")
            for place in PLACES
            if place in entries.readers
        ],
        learner=learner,
        form=form,
        reasons=reasons,
        crumbs=_crumbs(statement, _("Comparison of the two entries")),
    )


def _people(entries: Entries) -> set[UUID]:
    readers = {one.person_id for one in entries.readers.values()}
    return readers | {row["agreed_by"] for row in entries.rows if row["agreed_by"]}


def agree(ctx: Context, id: UUID) -> Any:
    """Agree on a mark whose two entries differ."""
    form = ctx.form(schemas.AgreeForm)
    learner = str(form.values.get("k", ""))
    if not form.valid:
        return _comparison(ctx, id, learner, form), 422
    given = form.data
    asked = Asked(str(given["k"]), given["v"], given["b"])
    try:
        with access.refusals_audited(ctx, id, "statement"):
            verdict = blind.agree(
                ctx.session, statement_id=id, asked=asked, because=given["because"], reader=access.reader(ctx)
            )
    except StatementRefused as refused:
        ctx.session.rollback()
        return _comparison(ctx, id, learner, form, refused.extra["reasons"]), 409
    if verdict.state != "write":
        told = wording.verdict(verdict, get_book(ctx.session), ctx.language)
        form.refuse("v", told["detail"])
        return _comparison(ctx, id, learner, form), 409 if verdict.state == "conflict" else 422
    ctx.flash(_("Saved."))
    return ctx.redirect("statements.comparison_page", id=id)


ONE = "/statements/<uuid:id>"
ROUTES = (
    page("POST", f"{ONE}/blind", require, access=BLIND),
    page("GET", f"{ONE}/entry", entry_page, access=FILL),
    page("POST", f"{ONE}/entry", save_entry, access=FILL),
    page("POST", f"{ONE}/entry/hand-in", hand_in, access=FILL),
    page("GET", f"{ONE}/comparison", comparison_page, access=AGREE),
    page("POST", f"{ONE}/comparison", agree, access=AGREE),
)
