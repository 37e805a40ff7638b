"""The token endpoint of programs (RFC 6749, 4.4 and 5; RFC 7523, 2.2)."""

import json
from math import ceil

from flask import Response
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from auth.programs import tokens
from auth.programs.tokens import ASSERTION_TYPE, Asked, TokenRefused, wrong_client
from auth.sessions import cookies
from chassis.context import Context
from chassis.db import unit_of_work
from chassis.routes import PUBLIC, page

MAX_ASSERTION = 4096


def token(ctx: Context) -> Response:
    """Give a program its token, for its secret or for an assertion signed with its key."""
    try:
        asked = _read(ctx)
        try:
            answer = tokens.issue(ctx.session, asked, cookies.settings(ctx))
        except TokenRefused as refused:
            if refused.counts:
                with unit_of_work(ctx.state.engine) as session:  # kept although the request is refused
                    tokens.count_failure(session, asked)
            raise
    except TokenRefused as refused:
        return _refusal(ctx, refused)
    return _json(answer, 200)


def _read(ctx: Context) -> Asked:
    form, basic = ctx.request.form, ctx.request.authorization
    if any(len(form.getlist(name)) > 1 for name in form):
        raise TokenRefused("invalid_request", "a parameter stands twice")
    if not (grant := form.get("grant_type")):
        raise TokenRefused("invalid_request", "grant_type is missing")
    if grant != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "only client_credentials is given here")
    ways = [basic is not None and basic.type == "basic", "client_secret" in form, "client_assertion" in form]
    if sum(ways) > 1:
        raise TokenRefused("invalid_request", "prove who you are in one way, not in two")
    if not any(ways):
        raise wrong_client("no secret and no assertion")
    name, secret = (basic.username or "", basic.password or "") if basic and ways[0] else ("", "")
    client_id, assertion = name or form.get("client_id", ""), form.get("client_assertion", "")
    if ways[2]:
        client_id = _same(client_id, _issuer(assertion, form.get("client_assertion_type", "")))
    return Asked(
        client_id=client_id[:100],
        secret=secret or form.get("client_secret", ""),
        assertion=assertion,
        audience=form.get("audience", "")[:100],
        scopes=tuple(form.get("scope", "").split()),
        address=ctx.address,
    )


def _same(client_id: str, issuer: str) -> str:
    if client_id and client_id != issuer:
        raise wrong_client("client_id is not the iss of the assertion")
    return issuer


def _issuer(assertion: str, kind: str) -> str:
    """Read who an assertion says it is from; nothing of it is believed yet."""
    if kind != ASSERTION_TYPE:
        raise TokenRefused("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}")
    try:
        if len(assertion) > MAX_ASSERTION:
            raise ValueError
        claims = json.loads(extract_compact(assertion.encode()).payload)
        return str(claims["iss"])
    except (JoseError, ValueError, KeyError, TypeError, RecursionError):
        raise wrong_client("the assertion is no signed token") from None


def _refusal(ctx: Context, refused: TokenRefused) -> Response:
    response = _json({"error": refused.error, "error_description": refused.description}, refused.status)
    if refused.status == 401 and ctx.request.authorization:
        response.headers["WWW-Authenticate"] = 'Basic realm="shanyraq", charset="UTF-8"'
    if refused.wait:
        response.headers["Retry-After"] = str(ceil(refused.wait.total_seconds()))
    return response


def _json(body: object, status: int) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(json.dumps(body), status, headers, content_type="application/json")


ROUTES = (page("POST", "/token", token, access=PUBLIC, guarded=False),)
