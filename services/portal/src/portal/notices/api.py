"""Operations of notices."""

from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.routes import SIGNED_IN, api
from portal.groups import service as groups
from portal.notices import service
from portal.notices.model import Notice
from portal.notices.schemas import NoticeChange, NoticeIn, NoticeList, NoticeOut


def list_notices(ctx: Context) -> dict[str, Any]:
    """List the notices that reach the signed-in person, unread ones first."""
    me, day = ctx.identity.person_id, clock.today()
    kind = groups.kind_of(session=ctx.session, id=me)
    return {"notices": service.list_for(session=ctx.session, person_id=me, kind=kind, day=day)}


def create_notice(ctx: Context) -> Notice:
    """Publish a notice in Kazakh and Russian at once."""
    by = ctx.identity.person_id
    return service.create_notice(session=ctx.session, data=ctx.body, by=by, now=ctx.now, today=clock.today())


def change_notice(ctx: Context, id: UUID) -> Notice:
    """Change a notice."""
    version = ctx.body.pop("version")
    return service.change_notice(
        session=ctx.session, id=id, version=version, data=ctx.body, today=clock.today()
    )


def withdraw_notice(ctx: Context, id: UUID) -> Notice:
    """Show a notice no longer."""
    return service.withdraw(session=ctx.session, id=id, today=clock.today())


def mark_read(ctx: Context, id: UUID) -> tuple[dict[str, Any], int]:
    """Note that the signed-in person has read a notice; the first time counts."""
    service.mark_read(session=ctx.session, id=id, person_id=ctx.identity.person_id, now=ctx.now)
    return {}, 200


ROUTES = (
    api("GET", "/notices", list_notices, access=SIGNED_IN, answer=NoticeList),
    api(
        "POST",
        "/notices",
        create_notice,
        access="portal.notice.write",
        body=NoticeIn,
        answer=NoticeOut,
        status=201,
    ),
    api(
        "PUT",
        "/notices/<uuid:id>",
        change_notice,
        access="portal.notice.write",
        body=NoticeChange,
        answer=NoticeOut,
    ),
    api(
        "POST", "/notices/<uuid:id>/withdraw", withdraw_notice, access="portal.notice.write", answer=NoticeOut
    ),
    api("POST", "/notices/<uuid:id>/read", mark_read, access=SIGNED_IN),
)
