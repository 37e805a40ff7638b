"""Programs over HTTP: the list, for whoever keeps a register of them."""

from typing import Any

from auth.programs import schemas, service
from chassis.context import Context
from chassis.routes import api


def list_programs(ctx: Context) -> Any:
    """List the programs with who answers for each."""
    return {"items": service.list_(ctx.session)}


ROUTES = (
    api(
        "GET",
        "/programs",
        list_programs,
        access="auth.program.read",
        answer=schemas.ProgramsOut,
        programs=True,
    ),
)
