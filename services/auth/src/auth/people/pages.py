"""Pages of people: the list, one person, a new one, a changed one."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from auth.access import card
from auth.accounts import service as accounts
from auth.forms import refuse
from auth.people import reach, schemas, service
from auth.people.model import Person
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.pages import Form, Paged
from chassis.problems import Invalid
from chassis.routes import SIGNED_IN, page

KINDS = (("learner", _l("Learner")), ("teacher", _l("Teacher")), ("staff", _l("Staff")))
STATUSES = (("active", _l("Active")), ("blocked", _l("Blocked")), ("left", _l("Left")))


def start(ctx: Context) -> Any:
    """Go where the person works: to the people for who may see them, else to the own account."""
    return ctx.redirect("people.people_page" if ctx.can("auth.person.read") else "sessions.my_account")


def people_page(ctx: Context) -> Any:
    """Show one page of people, searched by name or number."""
    asked = {name: ctx.request.args.get(name, "")[:100] for name in ("q", "kind", "status")}
    where = service.within(ctx.scopes, me=ctx.identity.person_id)
    items, total = service.list_(
        ctx.session,
        where=where,
        page=ctx.page_number,
        q=asked["q"],
        kind=asked["kind"],
        status=asked["status"],
    )
    found = Paged(items, ctx.page_number, service.PAGE, total)

    def url_of(number: int) -> str:
        return "/auth/people?" + urlencode({**{k: v for k, v in asked.items() if v}, "page": number})

    return ctx.render(
        "auth/people/people.html", found=found, asked=asked, url_of=url_of, kinds=KINDS, statuses=STATUSES
    )


def person_page(ctx: Context, id: UUID) -> Any:
    """Show one person: record, account, roles."""
    person = _person(ctx, id)
    account = accounts.get(ctx.session, id)
    can = reach.rights(ctx.session, person, can=ctx.can, me=ctx.identity.person_id)
    return ctx.render(
        "auth/people/person.html",
        can=can,
        subject=person,
        account=account,
        standing=accounts.standing(account) if account else "",
        access=card.read(ctx.session, person_id=id) if can("auth.grant.read") else None,
        kinds=dict(KINDS),
        statuses=dict(STATUSES),
        mine=id == ctx.identity.person_id,
    )


def new_person_page(ctx: Context) -> Any:
    """Show the form of a new person."""
    return _form_page(ctx, Form.of({"kind": "staff", "language": "kk"}), None)


def create_person(ctx: Context) -> Any:
    """Create a person from the form."""
    form = ctx.form(schemas.PersonForm)
    if form.valid:
        try:
            person = service.create(
                ctx.session, values=form.data, actor=ctx.identity.subject, scopes=ctx.scopes
            )
        except Invalid as refused:
            return _form_page(ctx, refuse(form, refused), None), 422
        ctx.flash(_("%(name)s is entered.", name=person.full_name))
        return ctx.redirect("people.person_page", id=person.id)
    return _form_page(ctx, form, None), 422


def edit_person_page(ctx: Context, id: UUID) -> Any:
    """Show the form of a person's record."""
    person = _person(ctx, id)
    values = {name: getattr(person, name) or "" for name in (*service.FIELDS, "version")}
    return _form_page(ctx, Form.of(values), person)


def change_person(ctx: Context, id: UUID) -> Any:
    """Change a person's record from the form."""
    person = _person(ctx, id)
    form = ctx.form(schemas.PersonChangeForm)
    if form.valid:
        version = form.data.pop("version")
        try:
            service.change(
                ctx.session,
                person=person,
                values=form.data,
                version=version,
                actor=ctx.identity.subject,
                scopes=ctx.scopes,
            )
        except Invalid as refused:
            return _form_page(ctx, refuse(form, refused), person), 422
        ctx.flash(_("Saved."))
        return ctx.redirect("people.person_page", id=id)
    return _form_page(ctx, form, person), 422


def _person(ctx: Context, id: UUID) -> Person:
    return service.get_or_raise(ctx.session, id, where=service.within(ctx.scopes, me=ctx.identity.person_id))


def _form_page(ctx: Context, form: Form, person: Person | None) -> str:
    departments = reach.units_within(ctx.session, ctx.scopes)
    return ctx.render(
        "auth/people/form.html", form=form, subject=person, kinds=KINDS, departments=departments
    )


ROUTES = (
    page("GET", "/", start, access=SIGNED_IN),
    page("GET", "/people", people_page, access="auth.person.read"),
    page("GET", "/people/new", new_person_page, access="auth.person.write"),
    page("POST", "/people/new", create_person, access="auth.person.write"),
    page("GET", "/people/<uuid:id>", person_page, access="auth.person.read"),
    page("GET", "/people/<uuid:id>/edit", edit_person_page, access="auth.person.write"),
    page("POST", "/people/<uuid:id>/edit", change_person, access="auth.person.write"),
)
