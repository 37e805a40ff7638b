"""Pages of people: the list, one person, a new one, a changed one."""

from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from auth.access import card
from auth.accounts import service as accounts
from auth.forms import refuse
from auth.people import listing, reach, schemas, service
from auth.people.model import Person
from auth.units import service as units
from chassis import clock, exports
from chassis.audit import audit
from chassis.context import Context
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.pages import Form, Paged
from chassis.problems import Invalid
from chassis.routes import SIGNED_IN, page

KINDS = (("learner", _l("Learner")), ("teacher", _l("Teacher")), ("staff", _l("Staff")))
STATUSES = (("active", _l("Active")), ("blocked", _l("Blocked")), ("left", _l("Left")))
EXPIRIES = (
    ("over", _l("has expired")),
    ("soon", _l("expires within 30 days")),
    ("set", _l("has a last day")),
    ("none", _l("has no last day")),
)
HEADS = (
    _l("Personal number"),
    _l("Family name"),
    _l("Given name"),
    _l("Patronymic"),
    _l("Kind"),
    _l("Study group"),
    _l("Faculty or department"),
    _l("State"),
    _l("Login"),
    _l("Valid until"),
)


def start(ctx: Context) -> Any:
    """Go where the person works: to the people for who may see them, else to the own account."""
    return ctx.redirect("people.people_page" if ctx.can("auth.person.read") else "sessions.my_account")


def people_page(ctx: Context) -> Any:
    """Show one page of people: searched by name or number, filtered by unit, group, kind, state and expiry of the account."""
    filters = _filters(ctx)
    where = service.within(ctx.scopes, me=ctx.identity.person_id)
    lines, total = listing.page_of(
        ctx.session, where=where, filters=filters, today=clock.today(), page=ctx.page_number
    )
    chosen = {name: value for name, value in asdict(filters).items() if value}

    def url_of(number: int) -> str:
        return "/auth/people?" + urlencode({**chosen, "page": number})

    return ctx.render(
        "auth/people/people.html",
        found=Paged(lines, ctx.page_number, listing.PAGE, total),
        asked=filters,
        chosen=chosen,
        query=urlencode(chosen),
        url_of=url_of,
        units=reach.units_within(ctx.session, ctx.scopes),
        kinds=KINDS,
        statuses=STATUSES,
        expiries=EXPIRIES,
        today=clock.today(),
    )


def export_people(ctx: Context, form: str) -> Any:
    """Give everybody of the filtered list as a file; who took out how many is audited."""
    filters = _filters(ctx)
    where = service.within(ctx.scopes, me=ctx.identity.person_id)
    kinds, statuses = dict(KINDS), dict(STATUSES)
    rows = [
        (
            line.person.number,
            line.person.family_name,
            line.person.given_name,
            line.person.patronymic,
            str(kinds[line.person.kind]),
            line.person.group_code,
            line.person.department_code,
            str(statuses[line.person.status]),
            line.login,
            format_date(line.expires_on) if line.expires_on else None,
        )
        for line in listing.every(ctx.session, where=where, filters=filters, today=clock.today())
    ]
    audit(
        ctx.session,
        act="auth.people.exported",
        subject="people",
        actor=ctx.identity.subject,
        after={"filters": {k: v for k, v in asdict(filters).items() if v}, "people": len(rows), "form": form},
    )
    return exports.response(form, "people", [str(head) for head in HEADS], rows)


def _filters(ctx: Context) -> listing.Filters:
    """Read what the list is limited to; a word that is none limits nothing."""
    asked = {part.name: ctx.request.args.get(part.name, "")[:100].strip() for part in fields(listing.Filters)}
    known = {"kind": dict(KINDS), "status": dict(STATUSES), "expiry": dict(EXPIRIES)}
    return listing.Filters(
        **{name: value if name not in known or value in known[name] else "" for name, value in asked.items()}
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
        unit=units.find(ctx.session, person.department_code or ""),
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
    page(
        "GET",
        "/people/export/<any(csv,xlsx):form>",
        export_people,
        access="auth.person.export",
        leaves_trace=True,
    ),
    page("GET", "/people/new", new_person_page, access="auth.person.write"),
    page("POST", "/people/new", create_person, access="auth.person.write"),
    page("GET", "/people/<uuid:id>", person_page, access="auth.person.read"),
    page("GET", "/people/<uuid:id>/edit", edit_person_page, access="auth.person.write"),
    page("POST", "/people/<uuid:id>/edit", change_person, access="auth.person.write"),
)
