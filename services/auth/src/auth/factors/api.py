"""Second factors over HTTP. Secrets and codes never come this way."""

from typing import Any
from uuid import UUID

from auth.accounts.served import account_of
from auth.factors import schemas, service
from auth.forms import OrderIn
from chassis.context import Context
from chassis.routes import api


def get_factor(ctx: Context, id: UUID) -> Any:
    """Answer whether a person signs in with a second factor."""
    person_id = account_of(ctx, id).person_id
    factor = service.get(ctx.session, person_id)
    return {
        "enrolled": factor is not None,
        "since": factor.confirmed_at if factor else None,
        "recovery_codes_left": service.count_codes(ctx.session, person_id),
    }


def reset_factor(ctx: Context, id: UUID) -> None:
    """Take the second factor off a person by an order; all their sign-ins end."""
    account = account_of(ctx, id)
    service.reset(ctx.session, account=account, actor=ctx.identity.person_id, **ctx.body)


ACCESS = "auth.account.factor"
ROUTES = (
    api("GET", "/people/<uuid:id>/second-factor", get_factor, access=ACCESS, answer=schemas.FactorOut),
    api(
        "POST",
        "/people/<uuid:id>/second-factor/reset",
        reset_factor,
        access=ACCESS,
        body=OrderIn,
        step_up=True,
    ),
)
