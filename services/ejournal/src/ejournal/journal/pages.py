"""Pages of journals: the list, the grade grid, and one column as a form for phones and for browsers without JavaScript."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Response
from markupsafe import Markup

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.kept import Kept, for_a_minute
from chassis.pages import paginate
from chassis.problems import Forbidden, NotFound
from chassis.routes import SIGNED_IN, page
from ejournal.control.service import get_book
from ejournal.journal import access, cells, grid, publishing, service, substitutes, wording
from ejournal.journal.rules import Asked, latest
from ejournal.journal.rules_membership import outside
from ejournal.teaching.rules import full_name, short_name

Answer = Markup | Response | tuple[Markup, int]
READ = "ejournal.journal.read"
WRITE = "ejournal.cell.write"


def home(ctx: Context) -> Answer | Kept:
    """Show the journals I may see and the lessons I hold as a substitute; a learner is led to own marks."""
    scopes = ctx.can(READ)
    if not scopes:
        if ctx.can("ejournal.own.read"):
            return ctx.redirect("learner.my")
        raise Forbidden
    reader = service.Reader(ctx.identity.person_id, scopes)
    found = paginate(ctx.session, service.list_query(reader=reader), page=ctx.page_number, scalars=False)
    periods = [
        (localized(period) or _("Period not known yet"), list(rows))
        for period, rows in groupby(found.items, key=lambda row: row.period)
    ]
    held = (
        substitutes.list_mine(ctx.session, person_id=reader.person_id, today=clock.today())
        if scopes.holds("assigned")
        else ()
    )
    return for_a_minute(
        lambda: ctx.render(
            "ejournal/journal/list.html",
            found=found,
            periods=periods,
            held=[(row, wording.full_title({**row._mapping, "date": row.date.isoformat()})) for row in held],
            address=lambda n: f"/journal/?page={n}",
        )
    )


def journal_page(ctx: Context, id: UUID) -> Kept:
    """Show the grade grid of a journal."""
    with access.refusals_audited(ctx, id):
        head = service.get_or_raise(
            ctx.session, journal_id=id, reader=access.reader(ctx), writer=ctx.can(WRITE), substitute=True
        )
    book = get_book(ctx.session, rule_set=head.rule_set)

    def make() -> Markup:
        return ctx.render(
            "ejournal/journal/grid.html",
            head=head,
            words=grid.words(),
            sheet=grid.get(ctx, head, book),
            letters=[(book.letters.show(code, ctx.language), title) for code, title in book.offered.items()],
            low=grid.pass_line(head, book),
        )

    return Kept(make)


def choose_column(ctx: Context, id: UUID) -> Answer:
    """Lead to one column: the chosen one, else the latest lesson that has begun, else the first; a substitute to an own one."""
    with access.refusals_audited(ctx, id):
        head = service.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx), substitute=True)
    if not head.columns:
        return ctx.redirect("journal.journal_page", id=id)
    own = [one for one in head.columns if head.dated_only is None or one["id"] in head.dated_only]
    chosen = ctx.request.args.get("column") or latest(own or head.columns, clock.today())
    if chosen not in {column["id"] for column in head.columns}:
        raise NotFound
    return ctx.redirect("journal.column_page", id=id, column_id=chosen)


def column_page(ctx: Context, id: UUID, column_id: UUID) -> Answer:
    """Show one column as a list of names with large inputs."""
    return _column(ctx, id, column_id, {}, {})


def _column(
    ctx: Context, id: UUID, column_id: UUID, typed: Mapping[str, str], wrong: Mapping[str, Any]
) -> Markup:
    with access.refusals_audited(ctx, id):
        head = service.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx), substitute=True)
    column = service.get_column_or_raise(head, column_id)
    book = get_book(ctx.session)
    letters = book.letters
    return ctx.render(
        "ejournal/journal/column.html",
        head=head,
        words=grid.saving_words(),
        column=column,
        title=wording.full_title(column),
        people=_people(ctx, id, column, typed, wrong),
        neighbours=_neighbours(head.columns, column),
        any_wrong=bool(wrong),
        letters=[(letters.show(code, ctx.language), words) for code, words in book.offered.items()],
        locked=wording.closed(grid.locks(ctx.session, head).get(column["id"], "")),
        name_of=wording.full_title,
        crumbs=[
            (_("Journals"), "/journal/"),
            (grid.title(head), f"/journal/journals/{id}"),
            (wording.full_title(column), None),
        ],
    )


def _people(
    ctx: Context, id: UUID, column: Any, typed: Mapping[str, str], wrong: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """List the learners of a column's day, and those on the list who have no mark on it, with why."""
    letters = get_book(ctx.session).letters
    listed = service.list_rows(ctx.session, journal_id=id)
    members = service.list_members(ctx.session, journal_id=id, column=column)
    people = []
    for row in {row.person_id: row for row in [*listed, *members]}.values():
        away = outside(row.spans, column["date"])
        value, version = row.cells.get(column["id"], (None, 0))
        person, shown = str(row.person_id), letters.show(value, ctx.language)
        people.append(
            {
                "id": person,
                "name": full_name(row.family_name or "", row.given_name or ""),
                "shown": shown,
                "typed": typed.get(person, shown),
                "version": version,
                "wrong": wrong.get(person),
                "away": wording.away(away) if away else "",
            }
        )
    return people


def _neighbours(columns: list[Any], column: Any) -> tuple[Any, Any]:
    place = columns.index(column)
    return columns[place - 1] if place else None, columns[place + 1] if place + 1 < len(columns) else None


def column_history(ctx: Context, id: UUID, column_id: UUID) -> Answer:
    """Show who did what in a column: every change of each of its cells (clause 13)."""
    with access.refusals_audited(ctx, id):
        head = service.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx), substitute=True)
    column = service.get_column_or_raise(head, column_id)
    letters = get_book(ctx.session).letters
    lines = [
        {
            "learner": full_name(row.family_name or "", row.given_name or ""),
            "old": letters.show(row.old_value, ctx.language),
            "new": letters.show(row.new_value, ctx.language),
            "at": row.changed_at,
            "by": short_name(row.by_family, row.by_given or "", row.by_patronymic) if row.by_family else "",
        }
        for row in service.list_column_changes(ctx.session, column_id=column_id)
    ]
    return ctx.render(
        "ejournal/journal/history.html",
        head=head,
        lines=lines,
        title=wording.full_title(column),
        crumbs=[
            (_("Journals"), "/journal/"),
            (grid.title(head), f"/journal/journals/{id}"),
            (wording.full_title(column), None),
        ],
    )


def save_column(ctx: Context, id: UUID, column_id: UUID) -> Answer:
    """Save what was typed into the form of one column; only what was changed is sent on."""
    form = ctx.request.form
    typed = {name[2:]: text for name, text in form.items() if name.startswith("v:")}
    asked = [
        Asked(f"{person}:{column_id}", text, _base(form.get(f"b:{person}", "")))
        for person, text in typed.items()
        if text.strip() != form.get(f"o:{person}", "")
    ]
    if not asked:
        ctx.flash(_("Nothing was changed."), "info")
        return ctx.redirect("journal.column_page", id=id, column_id=column_id)
    with access.refusals_audited(ctx, id):
        saved = cells.save_cells(ctx.session, journal_id=id, asked=asked, reader=access.reader(ctx))
    book = get_book(ctx.session)
    told = [
        wording.cell(one, saved.colleagues.get(one.asked.key), book, ctx.language) for one in saved.verdicts
    ]
    wrong = {one["k"].partition(":")[0]: one for one in told if one["state"] != "ok"}
    if not wrong:
        ctx.flash(_("Saved."))
        return ctx.redirect("journal.column_page", id=id, column_id=column_id)
    shown = {person: typed[person] for person in wrong if person in typed}
    return _column(ctx, id, column_id, shown, wrong), 200 if len(wrong) < len(told) else 422


def _base(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def publish_column(ctx: Context, id: UUID, column_id: UUID) -> Answer:
    """Publish a column to its learners."""
    with access.refusals_audited(ctx, id):
        _head, now = publishing.publish(
            ctx.session, journal_id=id, column_id=column_id, reader=access.reader(ctx)
        )
    if now:
        ctx.flash(_("Published: the learners see these marks now."))
    else:
        ctx.flash(_("This column was published before."), "info")
    return ctx.redirect("journal.column_page", id=id, column_id=column_id)


ROUTES = (
    page("GET", "/", home, access=SIGNED_IN),
    page("GET", "/journals/<uuid:id>", journal_page, access=READ),
    page("GET", "/journals/<uuid:id>/columns", choose_column, access=WRITE),
    page("GET", "/journals/<uuid:id>/columns/<uuid:column_id>", column_page, access=WRITE),
    page("GET", "/journals/<uuid:id>/columns/<uuid:column_id>/history", column_history, access=READ),
    page("POST", "/journals/<uuid:id>/columns/<uuid:column_id>", save_column, access=WRITE),
    page(
        "POST",
        "/journals/<uuid:id>/columns/<uuid:column_id>/publish",
        publish_column,
        access="ejournal.column.publish",
    ),
)
