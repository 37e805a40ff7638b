"""Pages of statements: the archive, one statement, its papers, the form of its marks, the statements of a journal."""

from typing import Any
from uuid import UUID

from flask import Response

from chassis import exports
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.pages import Form, paginate
from chassis.problems import NotFound
from chassis.routes import page
from design.charts import bar
from ejournal.control.service import get_book
from ejournal.journal import access, grid
from ejournal.journal import service as journals
from ejournal.statements import (
    act_pages,
    batch_pages,
    blind_pages,
    check_pages,
    filling,
    issuing,
    key_pages,
    keys,
    mark_forms,
    papers,
    schemas,
    service,
    wording,
)
from ejournal.statements.acting import press
from ejournal.statements.permissions import ACCEPT, AGREE, BLIND, FILL, ISSUE, READ, RECTIFY, SUBMIT
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules import ACTS, ISSUED, KINDS, OPEN, STATES
from ejournal.statements.rules_head import Details
from ejournal.statements.rules_rows import needs, totals
from ejournal.teaching.rules import short_name

PDF_LANGUAGES = {"kk": "қаз", "ru": "рус"}
FREE = ("coursework", "practice", "state_exam")
Answer = Any


def archive(ctx: Context) -> Answer:
    """Search the archive of statements."""
    asked = {name: ctx.request.args.get(name, "").strip() for name in ("q", "kind", "state")}
    search = service.Search(
        text=asked["q"][:60],
        kind=asked["kind"] if asked["kind"] in KINDS else "",
        state=asked["state"] if asked["state"] in STATES else "",
    )
    query = service.list_query(reader=access.reader(ctx), search=search)
    found = paginate(ctx.session, query, page=ctx.page_number, scalars=False)
    rows = [
        (row, wording.number_of(row), wording.KINDS[row.kind], wording.STATES[row.state])
        for row in found.items
    ]
    return ctx.render(
        "ejournal/statements/archive.html",
        found=found,
        rows=rows,
        asked=asked,
        kinds=list(wording.KINDS.items()),
        states=list(wording.STATES.items()),
        tags=wording.STATE_TAGS,
        state_query=lambda state: act_pages.query(**(asked | {"state": state})),
        address=lambda n: f"/journal/statements?{act_pages.query(**asked, page=n)}",
    )


def statement_page(ctx: Context, id: UUID) -> Answer:
    """Show one statement: head, rows, totals, signatures, what may be done with it, and what it came from."""
    with access.refusals_audited(ctx, id, "statement"):
        statement = service.get_or_raise(ctx.session, statement_id=id, reader=access.reader(ctx))
    rows = service.list_rows(ctx.session, statement_id=id)
    letters = get_book(ctx.session).letters
    found = totals(rows)
    columns = wording.columns(statement.kind)
    counts = {letter: found.letters[letter] for letter in sorted(found.letters, key=wording.letter_place)}
    return ctx.render(
        "ejournal/statements/statement.html",
        statement=statement,
        number=wording.number_of(statement),
        kind=wording.KINDS[statement.kind],
        state=wording.STATES[statement.state],
        tags=wording.STATE_TAGS,
        basis=wording.basis(statement),
        code=wording.code_of(statement),
        facts=papers.facts(statement),
        heads=[head for _name, head, _width in columns],
        names=[name for name, _head, _width in columns],
        rows=[wording.row(row, letters, ctx.language) for row in rows],
        totals=wording.totals(found, statement.kind),
        chart=bar(_("Letters"), counts) if counts else None,
        signatures=_signatures(ctx, statement),
        related=_related(ctx, statement),
        follow=_follow(ctx, statement, rows),
        may=_may(ctx, statement),
        languages=PDF_LANGUAGES,
        crumbs=[(_("Journals"), "/journal/"), (_("Statements"), "/journal/statements"), (wording.number_of(statement), None)],
    )  # fmt: skip


def _signatures(ctx: Context, statement: Any) -> list[dict[str, Any]]:
    return [
        {
            "role": wording.ROLES[one.role],
            "name": one.name,
            "at": one.signed_at,
            "key": keys.fingerprint(one.public),
            "counts": statement.state in {"accepted", "superseded"} or one.version == statement.version,
            "revoked": one.key_revoked_at,
        }
        for one in service.list_signatures(ctx.session, statement_id=statement.id)
    ]


def _related(ctx: Context, statement: Any) -> list[tuple[str, str, str]]:
    found = service.list_related(ctx.session, statement=statement)
    return [
        (
            str(wording.RELATED[word]),
            f"/journal/statements/{row.id}",
            f"{wording.KINDS[row.kind]} № {wording.number_of(row)}",
        )
        for word, row in found
    ]


def _follow(ctx: Context, statement: Any, rows: Any) -> list[tuple[str, str, int]]:
    """List the kinds that can be issued from a sealed statement, with the number of their learners."""
    if statement.state != "accepted" or not ctx.can(ISSUE):
        return []
    issued = service.list_of_journal(ctx.session, journal_id=statement.journal_id)
    kinds = [
        kind
        for kind in KINDS.values()
        if statement.kind in kind.follows and not issuing.is_issued(kind.code, statement, issued)
    ]
    counted = [(kind.code, sum(needs(kind.code, row) for row in rows)) for kind in kinds]
    return [(code, str(wording.KINDS[code]), count) for code, count in counted if count]


def _may(ctx: Context, statement: Any) -> dict[str, bool]:
    reader = ctx.identity.person_id
    within = {
        name: bool(ctx.can(code)) and service.is_within(ctx.session, statement.id, journals.Reader(reader, ctx.can(code)))
        for name, code in (
            ("mark", FILL), ("submit", SUBMIT), ("return", ACCEPT), ("accept", ACCEPT), ("rectify", RECTIFY), ("blind", BLIND),
            ("agree", AGREE),
        )
    }  # fmt: skip
    marked = KINDS[statement.kind].marked
    stands = {
        "mark": marked and statement.state in OPEN,
        "blind": marked and statement.state == ISSUED and not statement.blind,
        "agree": statement.blind and statement.state in OPEN,
    }
    return {
        name: allowed and (stands[name] if name in stands else statement.state in ACTS[name].sources)
        for name, allowed in within.items()
    }


def paper(ctx: Context, id: UUID, language: str) -> Answer:
    """Give the PDF of a statement: the kept one of a sealed statement, a draft before."""
    if language not in papers.LANGUAGES:
        raise NotFound
    with access.refusals_audited(ctx, id, "statement"):
        statement = service.get_or_raise(ctx.session, statement_id=id, reader=access.reader(ctx))
    made = press(ctx).kept(ctx.session, statement=statement, language=language)
    name = f"{wording.number_of(statement)}-{language}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(made, 200, headers, content_type="application/pdf")


def workbook(ctx: Context, id: UUID) -> Answer:
    """Give a statement as an XLSX."""
    with access.refusals_audited(ctx, id, "statement"):
        statement = service.get_or_raise(ctx.session, statement_id=id, reader=access.reader(ctx))
    letters = get_book(ctx.session).letters
    columns = wording.columns(statement.kind)
    names = ["number", "name", *(name for name, _head, _width in columns), "why", "state"]
    heads = [
        "№",
        _("Learner"),
        *(head for _name, head, _width in columns),
        _("Why not admitted"),
        _("Outcome"),
    ]
    told = [
        wording.row(row, letters, ctx.language) for row in service.list_rows(ctx.session, statement_id=id)
    ]
    rows = [[_cell(row[name]) for name in names] for row in told]
    return exports.response("xlsx", wording.number_of(statement), heads, rows)


def _cell(text: str) -> str | int:
    return int(text) if text.isascii() and text.isdigit() else text


def marks_page(ctx: Context, id: UUID) -> Answer:
    """Show the form of the marks: names with large inputs."""
    return _marks(ctx, id, {}, {})


def _marks(ctx: Context, id: UUID, typed: Any, wrong: Any) -> Answer:
    with access.refusals_audited(ctx, id, "statement"):
        statement = service.get_or_raise(ctx.session, statement_id=id, reader=access.reader(ctx))
    book = get_book(ctx.session)
    rows = service.list_rows(ctx.session, statement_id=id)
    stands = {str(row["person_id"]): (row["mark"], row["version"]) for row in rows}
    return ctx.render(
        "ejournal/statements/marks.html",
        statement=statement,
        number=wording.number_of(statement),
        kind=wording.KINDS[statement.kind],
        people=mark_forms.people(ctx, rows, stands, typed, wrong),
        path=f"/journal/statements/{id}/marks",
        open=statement.state in ACTS["mark"].sources and KINDS[statement.kind].marked and not statement.blind,
        any_wrong=bool(wrong),
        letters=wording.offered(book, ctx.language),
        crumbs=[(_("Statements"), "/journal/statements"), (wording.number_of(statement), f"/journal/statements/{id}"), (_("Marks"), None)],
    )  # fmt: skip


def save_marks(ctx: Context, id: UUID) -> Answer:
    """Save what was typed into the form of the marks; only what was changed is sent on."""
    return mark_forms.save(ctx, id, filling.save_marks, _marks, here="marks_page", then="statement_page")


def journal_page(ctx: Context, id: UUID) -> Answer:
    """Show the statements of a journal, and what can be issued for it."""
    return _journal(ctx, id, Form(), [])


def _journal(ctx: Context, id: UUID, form: Form, reasons: Any) -> Answer:
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx))
    issued = service.list_of_journal(ctx.session, journal_id=id)
    teachers = [short_name(*row) for row in journals.list_teachers(ctx.session, journal_id=id)]
    offers = []
    if scopes := ctx.can(ISSUE):
        reader = journals.Reader(ctx.identity.person_id, scopes)
        offers = [
            (kind, wording.KINDS[kind], [wording.refusal(one) for one in issuing.plan_issue(ctx.session, journal_id=id, kind=kind, reader=reader).refusals])
            for kind in ("rating", *FREE)
        ]  # fmt: skip
    rows = [
        (row, wording.number_of(row), wording.KINDS[row.kind], wording.STATES[row.state]) for row in issued
    ]
    return ctx.render(
        "ejournal/statements/journal.html",
        head=head,
        title=grid.title(head),
        period=localized(head.period),
        teachers=teachers,
        rows=rows,
        tags=wording.STATE_TAGS,
        offers=[offer for offer in offers if offer[0] not in {row.kind for row in issued}],
        form=form,
        reasons=reasons,
        crumbs=[(_("Journals"), "/journal/"), (grid.title(head), f"/journal/journals/{id}"), (_("Statements"), None)],
    )  # fmt: skip


def issue(ctx: Context, id: UUID) -> Answer:
    """Issue a statement for a journal, or one that follows a sealed one."""
    form = ctx.form(schemas.IssueForm)
    if not form.valid:
        return _journal(ctx, id, form, []), 422
    given = form.data
    details = Details(day=given["date"], time=given["time"], room=given["room"])
    try:
        with access.refusals_audited(ctx, id):
            made = issuing.issue(
                ctx.session,
                journal_id=id,
                kind=given["kind"],
                reader=access.reader(ctx),
                after_id=given["after"],
                details=details,
            )
    except StatementRefused as refused:
        ctx.session.rollback()
        return _journal(ctx, id, form, refused.extra["reasons"]), 409
    ctx.flash(_("The statement is issued."))
    return ctx.redirect("statements.statement_page", id=made)


ONE = "/statements/<uuid:id>"
ROUTES = (
    page("GET", "/statements", archive, access=READ),
    page("GET", ONE, statement_page, access=READ),
    page("GET", f"{ONE}/pdf/<language>", paper, access=READ),
    page("GET", f"{ONE}/xlsx", workbook, access=READ),
    page("GET", f"{ONE}/marks", marks_page, access=FILL),
    page("POST", f"{ONE}/marks", save_marks, access=FILL),
    page("GET", "/journals/<uuid:id>/statements", journal_page, access=READ),
    page("POST", "/journals/<uuid:id>/statements", issue, access=ISSUE),
    *act_pages.ROUTES,
    *key_pages.ROUTES,
    *batch_pages.ROUTES,
    *blind_pages.ROUTES,
    *check_pages.ROUTES,
)
