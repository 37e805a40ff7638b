"""The page that answers why somebody can or cannot do something."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from auth.access import catalogue, service
from auth.access.model import Permission
from auth.access.rules import SCOPES_WITH_ID
from auth.access.why import Explanation, QuestionRefused, ask
from auth.access.words import RISKS, SCOPES, SERVICES, scope
from auth.forms import refuse
from auth.people import listing
from auth.people import service as people
from auth.people.model import Person
from auth.units import service as units
from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.routes import page

FEW = 20
"""So many people or permissions are offered when the words fit several."""


def why_page(ctx: Context) -> Any:
    """Answer a question, or ask back where the words fit several people or permissions."""
    names = ("person", "permission", "place_type", "place_id")
    form = Form.of({name: ctx.request.args.get(name, "").strip()[:100] for name in names})
    found = _people(ctx, form.values["person"])
    person = found[0] if len(found) == 1 else None
    rights = _permissions(ctx, form.values["permission"])
    if form.values["person"] and not found:
        form.refuse("person", _("Nobody fits"))
    if form.values["permission"] and not rights:
        form.refuse("permission", _("No right fits"))
    answer = _answer(ctx, form, person, rights) if person and len(rights) == 1 else None
    return ctx.render(
        "auth/access/why.html",
        form=form,
        subject=person,
        people=found if len(found) > 1 else [],
        rights=rights if len(rights) > 1 else [],
        answer=answer,
        catalogue=catalogue.search(ctx.session),
        units=units.list_(ctx.session),
        kinds=[(kind, SCOPES[kind]) for kind in SCOPES_WITH_ID],
        scope=scope,
        risks=RISKS,
        services=SERVICES,
    )


def _answer(ctx: Context, form: Form, person: Person, rights: Sequence[Permission]) -> Explanation | None:
    try:
        return ask(
            ctx.session,
            person=person,
            permission=rights[0].code,
            place_type=form.values["place_type"],
            place_id=form.values["place_id"],
        )
    except QuestionRefused as refused:
        refuse(form, refused)
        return None


def _people(ctx: Context, typed: str) -> Sequence[Person]:
    """Find whom the words mean: an id, a login, a personal number, or parts of the name."""
    if not typed:
        return []
    where = people.within(ctx.scopes, me=ctx.identity.person_id)
    try:
        person = people.get(ctx.session, UUID(typed), where=where)
        return [person] if person else []
    except ValueError:
        pass
    if person := service.find_people(ctx.session, [typed], where=where).get(typed):
        return [person]
    lines, _total = listing.page_of(
        ctx.session, where=where, filters=listing.Filters(q=typed), today=clock.today(), page=1, size=FEW
    )
    return [line.person for line in lines]


def _permissions(ctx: Context, typed: str) -> Sequence[Permission]:
    """Find which permission the words mean: its code, or parts of its title."""
    found = catalogue.search(ctx.session, q=typed) if typed else []
    exact = [row for row in found if row.code == typed]
    return exact or found[:FEW]


ROUTES = (page("GET", "/why", why_page, access="auth.grant.read"),)
