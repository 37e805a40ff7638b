"""Pages of grants: give a role, see what it opens first, withdraw it, appoint a deputy (clause 9)."""

from typing import Any
from uuid import UUID

from auth.access import catalogue, deputies, preview, schemas, service
from auth.access.asking import grant_of, holder
from auth.access.model import Grant
from auth.access.words import RISKS, SCOPES, SERVICES, scope
from auth.forms import OrderForm, refuse
from auth.people import service as people
from auth.people.model import Person
from auth.units import service as units
from chassis import clock
from chassis.context import Context
from chassis.i18n import format_date, ngettext
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page


def give_page(ctx: Context, id: UUID) -> Any:
    """Show the form of a role to be given."""
    return _give_form(ctx, holder(ctx, id), Form.of({"valid_from": format_date(clock.today())}))


def give(ctx: Context, id: UUID) -> Any:
    """Give a role from the form, or show first what it opens; what speaks against it is said in words."""
    person, form = holder(ctx, id), ctx.form(schemas.GrantForm)
    if not form.valid:
        return _give_form(ctx, person, form), 422
    if ctx.request.form.get("act") == "preview":
        return _give_form(ctx, person, form, _look_ahead(ctx, person, form.data))
    try:
        service.give(ctx.session, person=person, actor=ctx.identity.person_id, reach=ctx.scopes, **form.data)
    except Invalid as refused:
        return _give_form(ctx, person, refuse(form, refused)), 422
    ctx.flash(_("The role is given; it holds at once."))
    return ctx.redirect("people.person_page", id=id)


def _look_ahead(ctx: Context, person: Person, data: dict[str, Any]) -> preview.Preview:
    grant = Grant(person_id=person.id, given_by=ctx.identity.person_id, **data)
    service.check_reach(ctx.session, grant, ctx.scopes)
    return preview.look_ahead(ctx.session, grant)


def withdraw_page(ctx: Context, id: UUID) -> Any:
    """Ask for the order a role is withdrawn by."""
    return _withdraw_form(ctx, grant_of(ctx, id), Form())


def withdraw(ctx: Context, id: UUID) -> Any:
    """Withdraw a role from the form."""
    grant, form = grant_of(ctx, id), ctx.form(OrderForm)
    if form.valid:
        try:
            service.withdraw(ctx.session, grant=grant, actor=ctx.identity.person_id, **form.data)
        except Invalid as refused:
            return _withdraw_form(ctx, grant, refuse(form, refused)), 422
        ctx.flash(_("The role is withdrawn."), "warn")
        return ctx.redirect("people.person_page", id=grant.person_id)
    return _withdraw_form(ctx, grant, form), 422


def deputy_page(ctx: Context, id: UUID) -> Any:
    """Show the form of a deputy for the roles of a person."""
    person = holder(ctx, id)
    return _deputy_form(ctx, person, Form.of({"valid_from": format_date(clock.today())}), first=True)


def appoint(ctx: Context, id: UUID) -> Any:
    """Appoint a deputy from the form; the term ends by itself."""
    person, form = holder(ctx, id), ctx.form(schemas.DeputyForm)
    if form.valid:
        data = dict(form.data)
        chosen, typed = set(data.pop("grants")), data.pop("deputy")
        where = people.within(ctx.scopes, me=ctx.identity.person_id)
        deputy = service.find_people(ctx.session, [typed], where=where).get(typed)
        grants = [grant for grant in deputies.list_handed_on(ctx.session, person_id=id) if grant.id in chosen]
        if deputy is None:
            form.refuse("deputy", deputies.FAULTS["nobody"](""))
        else:
            try:
                made = deputies.appoint(
                    ctx.session, person=person, deputy=deputy, grants=grants, actor=ctx.identity.person_id,
                    reach=ctx.scopes, **data,
                )  # fmt: skip
            except Invalid as refused:
                refuse(form, refused)
            else:
                ctx.flash(
                    ngettext(
                        "The deputy exercises %(n)s role.", "The deputy exercises %(n)s roles.", len(made)
                    )
                )
                return ctx.redirect("people.person_page", id=id)
    return _deputy_form(ctx, person, form), 422


def _give_form(ctx: Context, person: Person, form: Form, seen: preview.Preview | None = None) -> str:
    return ctx.render(
        "auth/access/give.html",
        subject=person,
        form=form,
        seen=seen,
        roles=catalogue.list_roles(ctx.session),
        scopes=SCOPES,
        risks=RISKS,
        services=SERVICES,
        units=units.list_(ctx.session),
    )


def _withdraw_form(ctx: Context, grant: Grant, form: Form) -> str:
    return ctx.render(
        "auth/access/withdraw.html",
        grant=grant,
        subject=people.get_or_raise(ctx.session, grant.person_id),
        title=catalogue.titles(ctx.session)[grant.role],
        scope=scope(grant),
        form=form,
    )


def _deputy_form(ctx: Context, person: Person, form: Form, *, first: bool = False) -> str:
    grants = deputies.list_handed_on(ctx.session, person_id=person.id)
    chosen = {str(grant.id) for grant in grants} if first else set(form.values["grants"])
    return ctx.render(
        "auth/access/deputy.html",
        subject=person,
        form=form,
        grants=grants,
        chosen=chosen,
        titles=catalogue.titles(ctx.session),
        scope=scope,
    )


ROUTES = (
    page("GET", "/people/<uuid:id>/grants/new", give_page, access="auth.grant.write", step_up=True),
    page("POST", "/people/<uuid:id>/grants/new", give, access="auth.grant.write", step_up=True),
    page("GET", "/people/<uuid:id>/deputies/new", deputy_page, access="auth.grant.write", step_up=True),
    page("POST", "/people/<uuid:id>/deputies/new", appoint, access="auth.grant.write", step_up=True),
    page("GET", "/grants/<uuid:id>/withdraw", withdraw_page, access="auth.grant.write", step_up=True),
    page("POST", "/grants/<uuid:id>/withdraw", withdraw, access="auth.grant.write", step_up=True),
)
