"""Sign-ins over HTTP: the history of a person, and ending sign-ins by an order."""

from typing import Any
from uuid import UUID

from auth.accounts.served import account_of
from auth.forms import OrderIn
from auth.people import service as people
from auth.sessions import ending, history, schemas
from auth.sessions.ended_units import end_of
from chassis.context import Context
from chassis.pages import PageQuery
from chassis.routes import api

READ, END = "auth.account.sign_ins", "auth.account.end_sessions"


def list_sign_ins(ctx: Context, id: UUID) -> Any:
    """List every try to sign in to a person's account over ninety days, the latest first."""
    person = people.get_or_raise(ctx.session, id, where=people.within(ctx.scopes, me=ctx.identity.person_id))
    found = history.list_(ctx.session, person_id=person.id, **ctx.query)
    return {"items": found.items, "total": found.total}


def end_person(ctx: Context, id: UUID) -> Any:
    """End all sign-ins of a person by an order: the next click anywhere is refused."""
    account = account_of(ctx, id)
    return {
        "ended": ending.of_person(
            ctx.session, person_id=account.person_id, actor=ctx.identity.person_id, **ctx.body
        )
    }


def end_many(ctx: Context) -> Any:
    """End the sign-ins of a unit or of everybody by an order; the caller's own goes on."""
    return {"ended": end_of(ctx, ctx.body)}


ROUTES = (
    api(
        "GET",
        "/people/<uuid:id>/sign-ins",
        list_sign_ins,
        access=READ,
        query=PageQuery,
        answer=schemas.AttemptsOut,
    ),
    api(
        "POST",
        "/people/<uuid:id>/sign-ins/end",
        end_person,
        access=END,
        body=OrderIn,
        answer=schemas.EndedOut,
        step_up=True,
    ),
    api(
        "POST",
        "/sign-ins/end",
        end_many,
        access=END,
        body=schemas.EndIn,
        answer=schemas.EndedOut,
        step_up=True,
    ),
)
