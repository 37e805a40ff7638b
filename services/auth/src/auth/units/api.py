"""Units over HTTP."""

from typing import Any

from auth.units import schemas, service
from chassis.context import Context
from chassis.routes import api


def list_units(ctx: Context) -> Any:
    """List all units, each parent before its children."""
    return {"items": service.list_(ctx.session)}


def create_unit(ctx: Context) -> Any:
    """Create a unit. A code is never changed and never used again."""
    return service.create(ctx.session, **ctx.body, actor=ctx.identity.subject)


ROUTES = (
    api("GET", "/units", list_units, access="auth.unit.read", answer=schemas.UnitsOut, programs=True),
    api(
        "POST",
        "/units",
        create_unit,
        access="auth.unit.write",
        body=schemas.UnitIn,
        answer=schemas.UnitOut,
        status=201,
    ),
)
