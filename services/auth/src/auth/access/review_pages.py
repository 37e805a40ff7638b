"""Pages of the quarterly review: the reviews, one with its progress and sign-off, and the lines to decide on."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from auth.access import catalogue, reviews, schemas, service
from auth.access.model import Review
from auth.access.words import RISKS, scope
from auth.forms import OrderForm, refuse
from auth.people import service as people
from chassis import clock, exports
from chassis.context import Context
from chassis.i18n import format_date, localized, ngettext
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.pages import Form, Paged
from chassis.problems import Invalid
from chassis.routes import page

STANDINGS = {
    "open": ("warn", _l("not reviewed")),
    "waiting": ("info", _l("waits for a second reviewer")),
    "settled": ("ok", _l("reviewed")),
    "gone": ("", _l("ended meanwhile")),
}
DECISIONS = {"confirm": _l("confirmed"), "withdraw": _l("to be withdrawn")}
AT_ONCE = 50


def reviews_page(ctx: Context) -> Any:
    """Show the reviews, and what is open or overdue."""
    return _list(ctx, Form())


def start_review(ctx: Context) -> Any:
    """Begin a review on demand."""
    try:
        review = reviews.start(ctx.session, actor=ctx.identity.person_id)
    except Invalid as refused:
        return _list(ctx, refuse(Form(), refused)), 422
    return ctx.redirect("access.review_page", id=review.id)


def review_page(ctx: Context, id: UUID) -> Any:
    """Show the progress of a review by unit and role, and its sign-off."""
    return _overview(ctx, reviews.get_or_raise(ctx.session, id), Form())


def close_review(ctx: Context, id: UUID) -> Any:
    """Sign a review off by an order; what was marked is withdrawn."""
    review, form = reviews.get_or_raise(ctx.session, id, lock=True), ctx.form(OrderForm)
    if form.valid:
        try:
            number = reviews.close(ctx.session, review=review, actor=ctx.identity.person_id, **form.data)
        except Invalid as refused:
            refuse(form, refused)
        else:
            ctx.flash(
                ngettext(
                    "Signed off: %(n)s role is withdrawn.", "Signed off: %(n)s roles are withdrawn.", number
                )
            )
            return ctx.redirect("access.review_page", id=id)
    return _overview(ctx, review, form), 422


def lines_page(ctx: Context) -> Any:
    """Show the lines of the open review one may decide on."""
    return _lines(ctx, Form())


def decide(ctx: Context) -> Any:
    """Confirm the chosen lines or mark them for withdrawal."""
    form, review = ctx.form(schemas.DecisionForm), reviews.find_open(ctx.session)
    if review is None:
        raise reviews.ReviewNotFound
    if form.valid:
        where = people.within(ctx.scopes, me=ctx.identity.person_id)
        data = dict(form.data)
        try:
            number = reviews.decide(
                ctx.session,
                review=review,
                ids=data.pop("lines"),
                where=where,
                actor=ctx.identity.person_id,
                **data,
            )
        except Invalid as refused:
            refuse(form, refused)
        else:
            ctx.flash(ngettext("%(n)s line is signed.", "%(n)s lines are signed.", number))
            return ctx.redirect("access.lines_page", **_asked(ctx))
    return _lines(ctx, form), 422


def export_review(ctx: Context, id: UUID) -> Any:
    """Give a review as a workbook."""
    review, titles = reviews.get_or_raise(ctx.session, id), catalogue.titles(ctx.session)
    found = reviews.lines(ctx.session, review=review)
    names = _names(ctx, found)
    heads = [
        _("Unit"),
        _("Role"),
        _("Name"),
        _("Scope"),
        _("Order"),
        _("Risk"),
        _("State"),
        _("Decision"),
        _("Reason"),
        _("Reviewer"),
        _("Second reviewer"),
    ]
    rows = [
        [
            seen.line.unit, localized(titles[seen.line.role]), seen.person.full_name, scope(seen.grant), seen.grant.basis,
            str(RISKS[seen.line.risk][1]), str(STANDINGS[seen.standing][1]), str(DECISIONS.get(seen.line.decision or "", "")),
            seen.line.reason or "", names.get(seen.line.decided_by, ""), names.get(seen.line.seconded_by, ""),
        ]
        for seen in found
    ]  # fmt: skip
    return exports.response("xlsx", f"review-{review.quarter}", heads, rows)


def _names(ctx: Context, found: Sequence[reviews.Seen]) -> Mapping[Any, str]:
    ids = {id_ for seen in found for id_ in (seen.line.decided_by, seen.line.seconded_by)}
    return service.names(ctx.session, ids)


def _list(ctx: Context, form: Form) -> str:
    found = reviews.list_(ctx.session)
    return ctx.render("auth/access/reviews.html", reviews=found, form=form, today=clock.today())


def _overview(ctx: Context, review: Review, form: Form) -> str:
    found = reviews.lines(ctx.session, review=review)
    groups = [
        (unit, role, reviews.progress(list(seen)))
        for (unit, role), seen in groupby(found, key=lambda one: (one.line.unit, one.line.role))
    ]
    return ctx.render(
        "auth/access/review.html",
        review=review,
        form=form,
        counts=reviews.progress(found),
        total=len(found),
        groups=groups,
        titles=catalogue.titles(ctx.session),
        overdue=review.closed_at is None and review.due_on < clock.today(),
    )


def _asked(ctx: Context) -> dict[str, str]:
    names = ("unit", "role", "standing")
    return {name: ctx.request.args[name][:64] for name in names if name in ctx.request.args}


def _lines(ctx: Context, form: Form) -> str:
    review, asked = reviews.find_open(ctx.session), _asked(ctx)
    found = []
    if review is not None:
        where = people.within(ctx.scopes, me=ctx.identity.person_id)
        found = reviews.lines(ctx.session, review=review, where=where, **asked)
    at = (ctx.page_number - 1) * AT_ONCE
    shown = Paged(found[at : at + AT_ONCE], ctx.page_number, AT_ONCE, len(found))
    return ctx.render(
        "auth/access/lines.html",
        review=review,
        due=format_date(review.due_on) if review else "",
        form=form,
        found=shown,
        asked=asked,
        names=_names(ctx, shown.items),
        titles=catalogue.titles(ctx.session),
        scope=scope,
        risks=RISKS,
        standings=STANDINGS,
        decisions=DECISIONS,
        me=ctx.identity.person_id,
    )


ROUTES = (
    page("GET", "/reviews", reviews_page, access="auth.review.read"),
    page("POST", "/reviews", start_review, access="auth.review.sign", step_up=True),
    page("GET", "/reviews/lines", lines_page, access="auth.review.decide"),
    page("POST", "/reviews/lines", decide, access="auth.review.decide"),
    page("GET", "/reviews/<uuid:id>", review_page, access="auth.review.read"),
    page("POST", "/reviews/<uuid:id>/close", close_review, access="auth.review.sign", step_up=True),
    page("GET", "/reviews/<uuid:id>/export", export_review, access="auth.review.read"),
)
