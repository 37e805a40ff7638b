"""Pages of the audit: search, one row, one seal."""

from typing import Any
from urllib.parse import urlencode

from auth.trail import rules, schemas, service
from auth.trail.words import Words, act_choices, act_words
from chassis.context import Context
from chassis.pages import Form, bind
from chassis.routes import page
from chassis.sealing_key import private_key, public_bytes
from chassis.verify import key_id


def asked_of(form: Form) -> service.Asked:
    """Give what a form of filters asks for; nothing is looked for while a filter is wrong."""
    return service.Asked(**form.data) if form.valid else service.Asked()


def query_of(form: Form, **more: Any) -> str:
    """Write the filters in use as a query string, without where one was on the way."""
    used = {name: value for name, value in form.values.items() if value and name != "before"}
    return urlencode({**used, **more})


def audit_page(ctx: Context) -> Any:
    """Show rows of the audit, newest first, as far as they fit the filters."""
    form = bind(schemas.SearchForm, ctx.request.args)
    rows, following = service.search(ctx.session, asked_of(form)) if form.valid else ([], None)
    shown = ctx.render(
        "auth/trail/audit.html",
        form=form,
        rows=rows,
        words=Words(ctx.session, service.names(ctx.session, rows)),
        acts=act_choices(service.acts(ctx.session)),
        act_words=act_words,
        query=query_of(form),
        following=query_of(form, before=following) if following else "",
        is_first=not form.values.get("before"),
    )
    return shown if form.valid else (shown, 422)


def row_page(ctx: Context, number: int) -> Any:
    """Show one row: who, what, when, from where, on which ground; before and after side by side; its seal."""
    row = service.get_or_raise(ctx.session, number)
    return ctx.render(
        "auth/trail/row.html",
        row=row,
        words=Words(ctx.session, service.names(ctx.session, [row])),
        act_words=act_words,
        differences=rules.differences(row.before, row.after),
    )


def seals_page(ctx: Context) -> Any:
    """Show the latest seals, and how anybody can check the audit away from this system."""
    found = service.seals(ctx.session)
    key = ctx.settings.audit_key
    count, last = service.waiting(ctx.session)
    return ctx.render(
        "auth/trail/seals.html",
        seals=found,
        parts=rules.parts(found[0].number if found else 0),
        key=key_id(public_bytes(private_key(key))) if key else "",
        waiting=count,
        last=last,
    )


def seal_page(ctx: Context, number: int) -> Any:
    """Show one seal: what it covers, and what it was made with."""
    seal, count, first, last = service.seal_or_raise(ctx.session, number)
    return ctx.render("auth/trail/seal.html", seal=seal, count=count, first=first, last=last)


READ = "auth.audit.read"
ROUTES = (
    page("GET", "/audit", audit_page, access=READ),
    page("GET", "/audit/<int:number>", row_page, access=READ),
    page("GET", "/audit/seals", seals_page, access=READ),
    page("GET", "/audit/seals/<int:number>", seal_page, access=READ),
)
