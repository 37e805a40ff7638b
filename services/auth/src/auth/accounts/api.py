"""Accounts over HTTP. Passwords never come this way: a slip is printed by a person."""

from uuid import UUID

from auth.accounts import schemas, service
from auth.accounts.served import account_of
from auth.forms import OrderIn
from chassis.context import Context
from chassis.routes import api


def block_account(ctx: Context, id: UUID) -> None:
    """Block a person's account by an order: the next click anywhere is refused."""
    account = account_of(ctx, id)
    service.block(ctx.session, account=account, actor=ctx.identity.person_id, **ctx.body)


def unblock_account(ctx: Context, id: UUID) -> None:
    """Unblock a person's account by an order."""
    account = account_of(ctx, id)
    service.unblock(ctx.session, account=account, actor=ctx.identity.person_id, **ctx.body)


ROUTES = (
    api(
        "POST",
        "/people/<uuid:id>/block",
        block_account,
        access="auth.account.block",
        body=schemas.BlockIn,
        step_up=True,
    ),
    api(
        "POST",
        "/people/<uuid:id>/unblock",
        unblock_account,
        access="auth.account.block",
        body=OrderIn,
        step_up=True,
    ),
)
