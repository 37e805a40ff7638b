"""Accounts over HTTP. First passwords never come this way: a slip is printed by a person."""

from typing import Any
from uuid import UUID

from flask import Response

from auth.accounts import blocking, codes, deletion, expiry, schemas, service
from auth.accounts.model import Account
from auth.accounts.served import account_of, accounts_of
from auth.forms import OrderIn
from auth.people import service as people
from chassis.context import Context
from chassis.db import check_version
from chassis.dispatch import dump_json
from chassis.idempotency import HEADER
from chassis.routes import Route, api


def get_account(ctx: Context, id: UUID) -> Any:
    """Answer the account of a person: its login, standing and term, never anything secret."""
    people.get_or_raise(ctx.session, id, where=people.within(ctx.scopes, me=ctx.identity.person_id))
    return _shown(service.get_or_raise(ctx.session, id))


def block_account(ctx: Context, id: UUID) -> None:
    """Block a person's account by an order: the next click anywhere is refused."""
    blocking.block(ctx.session, account=account_of(ctx, id), actor=ctx.identity.person_id, **ctx.body)


def unblock_account(ctx: Context, id: UUID) -> None:
    """Unblock a person's account by an order."""
    blocking.unblock(ctx.session, account=account_of(ctx, id), actor=ctx.identity.person_id, **ctx.body)


def make_code(ctx: Context, id: UUID) -> Any:
    """Make a one-time code with which the person chooses a new password; it is answered this once."""
    account, key = account_of(ctx, id), ctx.request.headers.get(HEADER, "")
    code, until = codes.issue(ctx.session, account=account, actor=ctx.identity.subject, key=key)
    value = schemas.CodeOut().dump({"login": account.login, "code": code, "expires_at": until})
    # Streamed, so that the chassis keeps no copy of it for a repeated request.
    headers = {"Cache-Control": "no-store"}
    return Response(iter([dump_json(value)]), 201, headers, content_type="application/json")


def set_term(ctx: Context, id: UUID) -> Any:
    """Set the last day of an account by an order, or lift it with null; a day that is over ends it at once."""
    account, body = account_of(ctx, id), dict(ctx.body)
    check_version(account, body.pop("version"))
    expiry.set_last_day(ctx.session, accounts=[account], actor=ctx.identity.person_id, **body)
    ctx.session.flush()
    return _shown(account)


def set_terms(ctx: Context) -> Any:
    """Set the last day of all accounts of a study group or an intake by one order, or lift it with null."""
    body = dict(ctx.body)
    accounts = accounts_of(ctx, group_code=body.pop("group_code"), intake_id=body.pop("intake_id"))
    changed = expiry.set_last_day(ctx.session, accounts=accounts, actor=ctx.identity.person_id, **body)
    return {"changed": changed}


def list_ending(ctx: Context) -> Any:
    """List the accounts whose last day comes soon, the nearest first."""
    where = people.within(ctx.scopes, me=ctx.identity.person_id)
    found = expiry.list_ending(ctx.session, where=where, days=ctx.query["days"])
    start = (ctx.query["page"] - 1) * ctx.query["size"]
    shown = [_shown(account) for account in found[start : start + ctx.query["size"]]]
    return {"items": shown, "total": len(found)}


def delete_account(ctx: Context, id: UUID) -> None:
    """Delete an account for good by an order; the person's id stays, the login is never given again."""
    deletion.delete_account(
        ctx.session, account=account_of(ctx, id), actor=ctx.identity.person_id, **ctx.body
    )


def _shown(account: Account) -> dict[str, Any]:
    values = {name: getattr(account, name, None) for name in schemas.AccountOut().fields}
    return values | {"standing": service.standing(account)}


def _act(path: str, view: Any, code: str, **more: Any) -> Route:
    return api("POST", path, view, access=f"auth.account.{code}", step_up=True, **more)


ROUTES = (
    api(
        "GET", "/people/<uuid:id>/account", get_account, access="auth.person.read", answer=schemas.AccountOut
    ),
    _act("/people/<uuid:id>/block", block_account, "block", body=schemas.BlockIn),
    _act("/people/<uuid:id>/unblock", unblock_account, "block", body=OrderIn),
    _act("/people/<uuid:id>/code", make_code, "reset", answer=schemas.CodeOut, status=201),
    _act("/people/<uuid:id>/term", set_term, "expire", body=schemas.TermIn, answer=schemas.AccountOut),
    _act("/people/<uuid:id>/account/delete", delete_account, "delete", body=schemas.DeletionIn),
    _act("/accounts/terms", set_terms, "expire", body=schemas.TermsIn, answer=schemas.TermsOut),
    api(
        "GET",
        "/accounts/ending",
        list_ending,
        access="auth.account.expire",
        query=schemas.EndingQuery,
        answer=schemas.EndingOut,
    ),
)
