"""The operator's page of a service: where its feeds stand, how far it follows others, which events are parked, and what to do.

`<prefix>/operator`, for whoever has the permission `<service>.operator.use`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from chassis import board, cursors, parking
from chassis.audit import audit
from chassis.context import Context
from chassis.cursors import Cursor
from chassis.events import HEAD, LOG_IDENTITY, STAGING
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.pages import Form
from chassis.problems import NotFound
from chassis.routes import Route, page
from chassis.service import Service

TROUBLES = {
    board.DATABASE: _l("The database could not be reached"),
    board.FEED_AWAY: _l("A feed cannot be read"),
    board.NOT_A_FEED: _l("A service answers with something that is not a feed"),
    board.FEED_STOPPED: _l("A feed is stopped"),
    board.BROKER_AWAY: _l("The message broker cannot be reached"),
    board.BROKER_REFUSES: _l("The message broker refuses the name or password of this service"),
    board.UNREGISTERED: _l("The permissions of this service are not registered yet"),
    board.TASK: _l("A part of the worker failed and was begun anew"),
    board.JOB: _l("Scheduled work failed"),
    "keys of auth": _l("The keys of the sign-in service could not be read"),
    "clock": _l("The clock of this machine differs from that of the sign-in service"),
}

ROLES = {"numberer": _l("numbers the events"), "pusher": _l("sends the events to the broker")}


@dataclass(frozen=True, slots=True)
class Overview:
    """All an operator needs to see of the event backbone of one service."""

    log: UUID
    waiting: int
    waiting_since: datetime | None
    heads: Sequence[Row[Any]]
    cursors: Sequence[Cursor]
    parked: Sequence[Row[Any]]
    workers: Sequence[board.Seen]

    @property
    def works(self) -> bool:
        """Whether any worker is at work."""
        return any(worker.alive for worker in self.workers)

    @property
    def troubles(self) -> list[board.Trouble]:
        """What is in the way of the workers that are at work, each once."""
        found = {
            (one.part, one.code): one for worker in self.workers if worker.alive for one in worker.troubles
        }
        return [found[key] for key in sorted(found)]


def overview(session: Session) -> Overview:
    """Read where everything stands."""
    waiting, since = session.execute(
        select(func.count(), func.min(STAGING.c.time)).select_from(STAGING)
    ).one()
    return Overview(
        log=session.scalars(select(LOG_IDENTITY.c.identity)).one(),
        waiting=waiting,
        waiting_since=since,
        heads=session.execute(select(HEAD).order_by(HEAD.c.feed)).all(),
        cursors=cursors.list_(session),
        parked=parking.list_(session),
        workers=board.list_(session.connection()),
    )


class FeedChoice(Schema):
    """One feed."""

    feed = fields.String(required=True, validate=validate.Length(1, 100))


class SubjectChoice(FeedChoice):
    """One subject of a feed."""

    subject = fields.String(required=True, validate=validate.Length(1, 200), metadata={"raw": True})


class Drop(FeedChoice):
    """One parked event, and why it is given up."""

    sequence = fields.Integer(required=True, validate=validate.Range(1))
    reason = fields.String(required=True, validate=validate.Length(5, 500))


def operator_page(ctx: Context) -> Any:
    """Show feeds, cursors and parked events."""
    return _show(ctx, None)


def _show(ctx: Context, form: Form | None) -> Any:
    return ctx.render(
        "chassis/operator.html",
        overview=overview(ctx.session),
        form=form,
        title=ctx.state.service.title,
        web_troubles=ctx.state.verifier.keys.troubles,
        seals=bool(ctx.settings.audit_key),
        words=TROUBLES,
        roles=ROLES,
    )


def retry_parked(ctx: Context) -> Any:
    """Try the parked events of a subject again as soon as the worker looks, within seconds."""
    form = ctx.form(SubjectChoice)
    if not form.valid or not parking.hasten(ctx.session, **form.data):
        raise NotFound
    _note(ctx, "chassis.parked.retried", f"{form.data['feed']}:{form.data['subject']}")
    return _back(ctx, _("The events will be tried again within a few seconds."))


def drop_parked(ctx: Context) -> Any:
    """Give a parked event up, with a reason."""
    form = ctx.form(Drop)
    if not form.valid:
        return _show(ctx, form), 422
    if not parking.drop(ctx.session, **form.data, by=ctx.identity.subject):
        raise NotFound
    place = f"{form.data['feed']}:{form.data['sequence']}"
    _note(ctx, "chassis.parked.dropped", place, {"reason": form.data["reason"]})
    return _back(
        ctx, _("The event was dropped; later ones of its subject will be tried within a few seconds.")
    )


def resume_feed(ctx: Context) -> Any:
    """Follow a stopped feed again, from its beginning."""
    form = ctx.form(FeedChoice)
    if not form.valid or cursors.get(ctx.session, form.data["feed"]).alarm is None:
        raise NotFound
    before = {"alarm": cursors.get(ctx.session, form.data["feed"]).alarm}
    cursors.resume(ctx.session, form.data["feed"])
    _note(ctx, "chassis.feed.resumed", form.data["feed"], before)
    return _back(ctx, _("The feed is followed again from its beginning."))


def _note(ctx: Context, act: str, subject: str, before: dict[str, Any] | None = None) -> None:
    audit(ctx.session, act=act, subject=f"event:{subject}", actor=ctx.identity.subject, before=before)


def _back(ctx: Context, text: str) -> Response:
    ctx.flash(text)
    return ctx.redirect_to(f"{ctx.state.service.base}/operator")


def routes(service: Service) -> tuple[Route, ...]:
    """Give the operator's routes of a service; they stand under its base."""
    access = f"{service.name}.operator.use"
    return (
        page("GET", "/operator", operator_page, access=access),
        page("POST", "/operator/retry", retry_parked, access=access),
        page("POST", "/operator/drop", drop_parked, access=access),
        page("POST", "/operator/resume", resume_feed, access=access, step_up=True),
    )
