"""Pages of movement: the orders, the form of a new one, and one order: first what it will change, then what it did."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form, paginate
from chassis.problems import Conflict, Invalid
from chassis.routes import page
from portal.groups import rules as groups_rules
from portal.movement import preview, service, wording
from portal.movement.problems import OrderRefused
from portal.movement.schemas import CancellationForm, OrderForm

READ, WRITE = "portal.movement.read", "portal.movement.write"


def orders_page(ctx: Context) -> Any:
    """Show movement orders, the latest first."""
    found = paginate(ctx.session, service.list_query(), page=ctx.page_number, scalars=False)
    return ctx.render(
        "portal/movement/orders.html",
        found=found,
        kinds=wording.ALL_KINDS,
        name_of=_name,
        address=lambda n: f"/portal/movements?page={n}",
    )


def new_page(ctx: Context) -> Any:
    """Show the form of a new order."""
    return _form(ctx, Form.of({"person": ctx.request.args.get("person", "")[:40], "kind": "transfer"}))


def draft(ctx: Context) -> Any:
    """Write an order down and lead to what it will change."""
    form = ctx.form(OrderForm)
    if form.valid:
        try:
            order = service.draft(
                session=ctx.session, data=dict(form.data), by=ctx.identity.person_id, now=ctx.now
            )
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            return ctx.redirect("movement.order_page", id=order.id)
    return _form(ctx, form), 422


def order_page(ctx: Context, id: UUID) -> Any:
    """Show what an order will change, or that it was applied."""
    return _order(ctx, id)


def apply(ctx: Context, id: UUID) -> Any:
    """Apply an order that was looked at."""
    posted = ctx.request.form
    try:
        service.apply(
            session=ctx.session,
            id=id,
            version=posted.get("version", type=int) or 0,
            acknowledged=posted.get("acknowledged") == "1",
            by=ctx.identity.person_id,
            now=ctx.now,
        )
    except Conflict as refusal:
        ctx.session.rollback()
        return _order(ctx, id, trouble=refusal), refusal.status
    ctx.flash(_("The order is applied"), "ok")
    return ctx.redirect("movement.order_page", id=id)


def cancellation_page(ctx: Context, id: UUID) -> Any:
    """Show the form of the order that cancels another."""
    return _cancellation(ctx, id, Form.of({}))


def draft_cancellation(ctx: Context, id: UUID) -> Any:
    """Write down the order that cancels another, and lead to what it will change."""
    form = ctx.form(CancellationForm)
    if form.valid:
        try:
            order = service.draft_cancellation(
                session=ctx.session, id=id, data=dict(form.data), by=ctx.identity.person_id, now=ctx.now
            )
        except Invalid as refusal:
            _refuse(form, refusal)
        except OrderRefused as refusal:
            form.refuse("_schema", str(refusal.detail))
        else:
            return ctx.redirect("movement.order_page", id=order.id)
    return _cancellation(ctx, id, form), 422


def _name(person: Any) -> str:
    names = {part: getattr(person, part) for part in ("family_name", "given_name", "patronymic")}
    return groups_rules.full_name(names)


def _refuse(form: Form, refusal: Invalid) -> None:
    for error in refusal.errors:
        form.refuse(error.pointer.strip("/"), str(error.text))


def _form(ctx: Context, form: Form) -> Any:
    return ctx.render(
        "portal/movement/form.html",
        form=form,
        kinds=list(wording.KINDS.items()),
        groups=[(code, code) for code in service.group_codes(session=ctx.session)],
        crumbs=[(_("Movement of learners"), "/portal/movements"), (_("New order"), None)],
    )


def _cancellation(ctx: Context, id: UUID, form: Form) -> Any:
    row = service.get_or_raise(session=ctx.session, id=id)
    order = row.MovementOrder
    return ctx.render(
        "portal/movement/cancellation.html",
        form=form,
        order=order,
        name=_name(row.Person),
        kind=wording.ALL_KINDS[order.kind],
        crumbs=[(_("Movement of learners"), "/portal/movements"), (_("Cancel an order"), None)],
    )


def _order(ctx: Context, id: UUID, *, trouble: Conflict | None = None) -> Any:
    row = service.get_or_raise(session=ctx.session, id=id)
    order = row.MovementOrder
    is_draft = order.state == "draft"
    return ctx.render(
        "portal/movement/order.html",
        order=order,
        row=row,
        name=_name(row.Person),
        kind=wording.ALL_KINDS[order.kind],
        kinds=wording.ALL_KINDS,
        statements=wording.STATEMENTS,
        changes=preview.make(session=ctx.session, order=order) if is_draft else None,
        cancels=service.get_or_raise(session=ctx.session, id=order.cancels_id) if order.cancels_id else None,
        people=service.names_of(session=ctx.session, ids=[order.drafted_by, order.applied_by]),
        trouble=trouble,
        crumbs=[
            (_("Movement of learners"), "/portal/movements"),
            (_("Order No. %(number)s", number=order.number), None),
        ],
    )


ROUTES = (
    page("GET", "/movements", orders_page, access=READ),
    page("GET", "/movements/new", new_page, access=WRITE),
    page("POST", "/movements/new", draft, access=WRITE),
    page("GET", "/movements/<uuid:id>", order_page, access=READ),
    page("POST", "/movements/<uuid:id>/apply", apply, access=WRITE),
    page("GET", "/movements/<uuid:id>/cancel", cancellation_page, access=WRITE),
    page("POST", "/movements/<uuid:id>/cancel", draft_cancellation, access=WRITE),
)
