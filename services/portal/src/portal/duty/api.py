"""Operations of the duty roster."""

from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.routes import api
from portal.duty import service
from portal.duty.schemas import DutiesIn, DutiesOut, DutyList, DutyOut, DutyQuery, WithdrawIn
from portal.groups import access

READ, WRITE = "portal.duty.read", "portal.duty.write"


def list_duties(ctx: Context) -> dict[str, Any]:
    """List who is on duty on a day, of the groups within the person's scopes."""
    day = ctx.query["day"] or clock.today()
    return {"day": day, "duties": service.list_day(session=ctx.session, day=day, where=access.groups(ctx))}


def enter_duties(ctx: Context) -> dict[str, Any]:
    """Put learners on duty; their lessons of these days are excused in the journals by themselves."""
    by, where = ctx.identity.person_id, access.groups(ctx)
    return {"entered": service.enter(session=ctx.session, data=ctx.body, by=by, now=ctx.now, where=where)}


def withdraw_duty(ctx: Context, id: UUID) -> Any:
    """Withdraw a duty; the journals take back what they showed by it."""
    duty = service.withdraw(
        session=ctx.session,
        id=id,
        **ctx.body,
        by=ctx.identity.person_id,
        now=ctx.now,
        where=access.groups(ctx),
    )
    return {name: getattr(duty, name) for name in ("id", "person_id", "day", "kind", "basis", "version")}


ROUTES = (
    api("GET", "/duties", list_duties, access=READ, query=DutyQuery, answer=DutyList),
    api("POST", "/duties", enter_duties, access=WRITE, body=DutiesIn, answer=DutiesOut, status=201),
    api("POST", "/duties/<uuid:id>/withdraw", withdraw_duty, access=WRITE, body=WithdrawIn, answer=DutyOut),
)
