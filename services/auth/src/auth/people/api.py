"""People over HTTP."""

from typing import Any
from uuid import UUID

from auth.people import listing, schemas, service
from chassis import clock
from chassis.context import Context
from chassis.routes import api


def list_people(ctx: Context) -> Any:
    """List people one may see, in Kazakh alphabetical order, one page at a time."""
    where = service.within(ctx.scopes, me=ctx.identity.person_id)
    asked = dict(ctx.query)
    page, size = asked.pop("page"), asked.pop("size")
    lines, total = listing.page_of(
        ctx.session,
        where=where,
        filters=listing.Filters(**asked),
        today=clock.today(),
        page=page,
        size=size,
    )
    return {"items": [line.person for line in lines], "total": total}


def get_person(ctx: Context, id: UUID) -> Any:
    """Answer one person; one outside the caller's scope does not exist for them."""
    where = service.within(ctx.scopes, me=ctx.identity.person_id)
    return service.get_or_raise(ctx.session, id, where=where)


def create_person(ctx: Context) -> Any:
    """Create a person without an account, in a unit of the caller's scope."""
    return service.create(ctx.session, values=ctx.body, actor=ctx.identity.subject, scopes=ctx.scopes)


def change_person(ctx: Context, id: UUID) -> Any:
    """Change a person's record; the version is the one the record was read in."""
    body = dict(ctx.body)
    where = service.within(ctx.scopes, me=ctx.identity.person_id)
    return service.change(
        ctx.session,
        person=service.get_or_raise(ctx.session, id, where=where),
        version=body.pop("version"),
        values=body,
        actor=ctx.identity.subject,
        scopes=ctx.scopes,
    )


ROUTES = (
    api(
        "GET",
        "/people",
        list_people,
        access="auth.person.read",
        query=schemas.PeopleQuery,
        answer=schemas.PeopleOut,
        programs=True,
    ),
    api(
        "GET",
        "/people/<uuid:id>",
        get_person,
        access="auth.person.read",
        answer=schemas.PersonOut,
        programs=True,
    ),
    api(
        "POST",
        "/people",
        create_person,
        access="auth.person.write",
        body=schemas.PersonForm,
        answer=schemas.PersonOut,
        status=201,
        programs=True,
    ),
    api(
        "PUT",
        "/people/<uuid:id>",
        change_person,
        access="auth.person.write",
        body=schemas.PersonChangeForm,
        programs=True,
        answer=schemas.PersonOut,
    ),
)
