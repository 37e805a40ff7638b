"""Whose sign-ins a page or a program asks to end: a unit within the caller's scope, or everybody."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from auth.people import reach
from auth.people import service as people
from auth.sessions import ending
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.permissions import Scopes
from chassis.problems import FieldError


def end_of(ctx: Context, asked: Mapping[str, Any]) -> int:
    """End the sign-ins of the unit `unit_code` names, or of everybody; the caller's own goes on.

    Raises:
        EndingRefused: there is no such unit within the caller's scope, or everybody is more than the caller reaches.
    """
    order = {name: asked[name] for name in ("order_number", "order_date")}
    actor, keep = ctx.identity.person_id, UUID(ctx.identity.sid)
    if asked["whose"] == "everybody":
        if not ctx.scopes.everywhere:
            raise ending.EndingRefused(
                errors=[FieldError("/whose", _("Your role reaches your own unit only"))]
            )
        return ending.of_everybody(ctx.session, actor=actor, keep=keep, **order)
    units = {unit.code: unit for unit in reach.units_within(ctx.session, ctx.scopes)}
    unit = units.get(asked["unit_code"] or "")
    if unit is None:
        raise ending.EndingRefused(errors=[FieldError("/unit_code", _("Choose one of the units"))])
    members = people.within(Scopes.of([(unit.kind, unit.code)]), me=actor)
    return ending.of_unit(ctx.session, code=unit.code, members=members, actor=actor, keep=keep, **order)
