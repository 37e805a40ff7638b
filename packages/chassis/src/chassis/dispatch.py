"""The way of a request: who asks, may they, what do they send, was it done before; then the view, then one commit."""

import json
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import orjson
from flask import Flask, Response, request
from marshmallow import RAISE, Schema
from sqlalchemy.exc import SQLAlchemyError

from chassis import clock, errors, i18n, idempotency, logs
from chassis.context import Context, State, _current
from chassis.i18n import gettext as _
from chassis.kept import Kept, noting
from chassis.metrics import observe_request
from chassis.permissions import EVERYWHERE
from chassis.problems import Forbidden, Invalid, Problem, StepUpNeeded, Unauthenticated
from chassis.repeats import PRIVATE, request_number
from chassis.routes import OPERATION, PUBLIC, Program, Route

STEP_UP = timedelta(minutes=10)
MAX_BODY = 1 << 20
MAX_FORM = 25 << 20
HTML = "text/html; charset=utf-8"
JSON = "application/json"
JSON_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS

Work = Callable[[Context], Response]


def view_of(state: State, route: Route, endpoint: str) -> Callable[..., Response]:
    """Make the function Flask calls for a route."""
    readers = tuple(schema(unknown=RAISE) if schema else None for schema in (route.query, route.body))
    writer = route.answer() if route.answer else None

    def work(ctx: Context, values: dict[str, Any]) -> Response:
        admit(ctx)
        _read(ctx, *readers)
        return _answer(ctx, writer, values)

    def view(**values: Any) -> Response:
        return handle(state, route, endpoint, lambda ctx: work(ctx, values))

    return view


def handle(state: State, route: Route | None, endpoint: str, work: Work) -> Response:
    """Run the work of a request in its language and under its id, and turn whatever goes wrong into an answer."""
    began = clock.monotonic()
    number = request_number(request.headers.get("X-Request-Id", ""))
    ctx = Context(state, request, route, endpoint)
    token = _current.set(ctx)
    try:
        with logs.bound(request_id=number), i18n.speaking(state.catalogue[choose_language(ctx)]):
            response = _safely(ctx, work, number)
            ctx.set_flash_cookie(response)
    finally:
        _current.reset(token)
    response.headers["X-Request-Id"] = number
    _say_who_may_keep(ctx, response)
    observe_request(endpoint, response.status_code, clock.monotonic() - began)
    return response


def _safely(ctx: Context, work: Work, number: str) -> Response:
    try:
        return work(ctx)
    except Exception as error:
        _give_up(ctx)
        problem = errors.to_problem(error)
        if problem.status == 403:
            logs.get(__name__).warning(
                "refused", path=request.path, access=ctx.access, who=ctx.identity.subject
            )
        return errors.respond(ctx, problem, number)


def _give_up(ctx: Context) -> None:
    ctx.flashed.clear()
    try:
        ctx.end(keep=False)
    except Exception as error:
        logs.get(__name__).warning("roll back failed", error=type(error).__name__)


def _say_who_may_keep(ctx: Context, response: Response) -> None:
    if "Cache-Control" not in response.headers:
        public = ctx.route is not None and ctx.route.access is PUBLIC and ctx.identity.kind == "anonymous"
        response.headers["Cache-Control"] = "no-cache" if public else PRIVATE


def choose_language(ctx: Context) -> str:
    """Choose the language of the answer: the person's choice, for programs `Accept-Language`, else Kazakh."""
    if ctx.prefs.lang:
        return ctx.prefs.lang
    if ctx.route is not None and ctx.route.is_api:
        return ctx.request.accept_languages.best_match(i18n.LANGUAGES, "kk") or "kk"
    return "kk"


def admit(ctx: Context) -> None:
    """Find out who asks and whether the route is open to them.

    Raises:
        Unauthenticated: nobody is signed in, or the token is void.
        Forbidden: the permission, or the program's scope, is missing.
        StepUpNeeded: the sign-in is older than ten minutes.
    """
    route = ctx.route
    if route is None:
        raise TypeError("only routes admit")
    safe = not route.unsafe
    try:
        ctx.identity = ctx.state.verifier.identify(ctx.request.headers, safe=safe)
    except (Problem, SQLAlchemyError):
        if route.access is not PUBLIC:
            raise
    if route.access is not PUBLIC:
        _check_access(ctx, route)


def _check_access(ctx: Context, route: Route) -> None:
    who = ctx.identity
    if who.kind == "anonymous":
        raise Unauthenticated
    if isinstance(route.access, Program):
        if who.kind != "program" or route.access.scope not in who.scopes:
            raise Forbidden
        return
    if who.kind == "program" and may_come(route, who.scopes):
        ctx.state.access.require_recent()
        ctx.scopes = EVERYWHERE
        return
    if who.kind != "person":
        raise Forbidden
    if isinstance(route.access, str):
        ctx.scopes = ctx.can(route.access)
        if not ctx.scopes:
            raise Forbidden
    if needs_step_up(ctx.state, route) and clock.now() - who.auth_time > STEP_UP:
        raise StepUpNeeded


def may_come(route: Route, scopes: Iterable[str]) -> bool:
    """Tell whether a route is open to programs and this one was granted its permission."""
    return route.programs and f"{OPERATION}{route.access}" in scopes


def needs_step_up(state: State, route: Route) -> bool:
    """Tell whether a route asks for a fresh sign-in, by itself or by its permission."""
    declared = state.permissions.get(route.access) if isinstance(route.access, str) else None
    return route.step_up or (declared is not None and declared.needs_step_up and route.unsafe)


def _read(ctx: Context, query: Schema | None, body: Schema | None) -> None:
    asked = ctx.request
    asked.max_content_length = MAX_FORM if asked.mimetype == "multipart/form-data" else MAX_BODY
    if query is not None:
        ctx.query = query.load(asked.args.to_dict())
    if body is not None:
        ctx.body = body.load(_json())
    if ctx.route is not None and ctx.route.unsafe and not ctx.route.is_api:
        _check_form(ctx)


def _json() -> Any:
    if not request.is_json:
        raise errors.UnsupportedType
    raw = request.get_data()
    try:
        found = json.loads(raw, parse_constant=_refuse_constant)
        if b"\\u" in raw:
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise errors.BadRequest(_("The body is not valid JSON.")) from error
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check_form(ctx: Context) -> None:
    site = ctx.request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = ctx.request.headers.get("Origin", "")
    if site not in {"same-origin", "none"} or (origin and origin not in {ctx.settings.public_url, "null"}):
        raise Forbidden(_("This form was sent from another site."))
    guarded = ctx.route is not None and ctx.route.guarded
    if guarded and not ctx.is_csrf_token(ctx.request.form.get(idempotency.CSRF_FIELD, "")):
        raise FormTooOld(_("Load the page again, then repeat: it was opened before you signed in."))


class FormTooOld(Invalid):
    """The form was opened in another session."""

    code = "chassis.form-too-old"


def _answer(ctx: Context, writer: Schema | None, values: dict[str, Any]) -> Response:
    route = ctx.route
    if route is None:
        raise TypeError("only routes answer")
    if not (route.unsafe and (route.is_api or route.guarded)):
        # A trace is left each time, and whether somebody signed in lately enough is found out anew each time.
        repeatable = route.reads_only and not needs_step_up(ctx.state, route)
        with noting() if repeatable else nullcontext():
            response = _made(ctx, writer, route.view(ctx, **values))
        ctx.end(keep=response.status_code < 400)
        return response
    owner, key = ctx.identity.subject, idempotency.key_of(ctx.request, is_api=route.is_api)
    asked = idempotency.fingerprint(ctx.request)
    if stored := idempotency.begin(ctx.session, owner=owner, key=key, request=asked):
        ctx.end(keep=False)
        return stored
    response = _made(ctx, writer, route.view(ctx, **values))
    good = response.status_code < 400
    if good:
        ctx.set_flash_cookie(response)
        idempotency.keep(ctx.session, owner=owner, key=key, response=response)
    ctx.end(keep=good)
    return response


def _made(ctx: Context, writer: Schema | None, answer: Any) -> Response:
    route = ctx.route
    is_api = route is not None and route.is_api
    status = route.status if route else 200

    def write(value: Any) -> bytes:
        if not is_api:
            return str(value).encode()
        return dump_json(writer.dump(value) if writer else value)

    if isinstance(answer, tuple):
        answer, status = answer
    if isinstance(answer, Response):
        return answer
    if is_api and answer is None and writer is None:
        return Response(b"", 204 if status == 200 else status)
    content_type = JSON if is_api else HTML
    keeps = isinstance(answer, Kept)
    body = ctx.state.shelf.body(ctx, answer, write, content_type) if keeps else write(answer)
    return Response(body, status, content_type=content_type)


def dump_json(value: Any) -> bytes:
    """Write JSON; what JSON does not know (ids, dates, lazy texts) is written as text."""
    return orjson.dumps(value, default=_plain, option=JSON_OPTIONS)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value)


def catch_all(state: State, app: Flask) -> None:
    """Answer for addresses no route has, and for whatever Flask itself refuses."""

    def refuse(error: Exception) -> Response:
        def work(ctx: Context) -> Response:
            try:
                ctx.identity = state.verifier.identify(ctx.request.headers, safe=True)
            except Exception:
                logs.get(__name__).debug("anonymous refusal")
            raise error

        return handle(state, None, "none", work)

    app.register_error_handler(Exception, refuse)
