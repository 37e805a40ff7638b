"""Every exception becomes a problem, and every problem an answer: a problem document for programs, a page for people."""

import json
from typing import Any
from urllib.parse import quote

from flask import Response
from marshmallow import ValidationError
from psycopg import errors as pg
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from chassis import logs
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.pages import pointers
from chassis.preferences import safe_path
from chassis.problems import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    StepUpNeeded,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

PROBLEM_TYPE = "application/problem+json"
logger = logs.get(__name__)


class BadRequest(Problem):
    """The request cannot be understood at all."""

    code = "chassis.bad-request"
    status = 400
    title = _l("This request could not be understood")


class MethodNotAllowed(Problem):
    """The address exists, the method does not."""

    code = "chassis.method-not-allowed"
    status = 405
    title = _l("This address cannot be used in this way")


class UnsupportedType(Problem):
    """The body is not of a type this operation reads."""

    code = "chassis.unsupported-type"
    status = 415
    title = _l("The body must be JSON")


BY_STATUS = {
    problem.status: problem
    for problem in (BadRequest, Forbidden, NotFound, MethodNotAllowed, TooLarge, UnsupportedType)
}
AWAY = (pg.LockNotAvailable, pg.QueryCanceled, pg.DeadlockDetected, pg.SerializationFailure)
TAKEN = (pg.UniqueViolation, pg.ExclusionViolation)


def to_problem(error: Exception) -> Problem:
    """Give the problem an exception stands for; what nobody foresaw is a 500 and is logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return Invalid(errors=pointers(error.messages))
    if isinstance(error, HTTPException):
        return _from_http(error)
    if isinstance(error, StaleDataError):
        return Conflict()
    if isinstance(error, DBAPIError | PoolTimeout):
        return _from_database(error)
    logger.error("unforeseen", exc_info=error)
    return Problem(_("The fault was recorded. Please try again; nothing was saved."))


def _from_http(error: HTTPException) -> Problem:
    kind = BY_STATUS.get(error.code or 500, BadRequest if (error.code or 500) < 500 else Problem)
    problem = kind()
    if error.code == 405 and (allowed := getattr(error, "valid_methods", None)):
        problem.headers = {"Allow": ", ".join(sorted(allowed))}
    return problem


def _from_database(error: DBAPIError | PoolTimeout) -> Problem:
    cause = getattr(error, "orig", None)
    if isinstance(error, IntegrityError) and isinstance(cause, TAKEN):
        return Conflict(_("The same thing was entered a moment ago by somebody else."))
    if isinstance(error, DataError):
        return Invalid(_("A value cannot be stored: it is too long, too large or has forbidden characters."))
    if isinstance(error, OperationalError | PoolTimeout) or isinstance(cause, AWAY):
        logger.warning("database away", error=type(cause or error).__name__)
        return Unavailable(_("The data cannot be reached. Nothing was saved. Please try again in a minute."))
    logger.error("database", exc_info=error)
    return Problem(_("The fault was recorded. Please try again; nothing was saved."))


def respond(ctx: Context, problem: Problem, request_id: str) -> Response:
    """Make the answer: a document, a page, or the way to the sign-in."""
    if wants_json(ctx):
        document = json.dumps(problem.document(instance=request_id), ensure_ascii=False, default=str)
        response = Response(document, problem.status, content_type=PROBLEM_TYPE)
    elif isinstance(problem, Unauthenticated | StepUpNeeded):
        return ctx.redirect_to(_sign_in(ctx, step_up=isinstance(problem, StepUpNeeded)))
    else:
        response = Response(
            _page(ctx, problem, request_id), problem.status, content_type="text/html; charset=utf-8"
        )
    response.headers.update(problem.headers)
    return response


def wants_json(ctx: Context) -> bool:
    """Tell whether the caller is a program: an address of the API, or one that asks for JSON and not for HTML."""
    if ctx.route is not None:
        return ctx.route.is_api
    base = ctx.state.service.base
    if ctx.request.path.startswith((f"{base}/api/", f"{base}/feeds/")):
        return True
    accepted = ctx.request.accept_mimetypes
    return "json" in str(accepted) and not accepted.accept_html


def _sign_in(ctx: Context, *, step_up: bool) -> str:
    back = ctx.request.full_path.rstrip("?")
    if ctx.request.method not in {"GET", "HEAD"}:
        referer = ctx.request.referrer or ""
        back = referer.removeprefix(ctx.settings.public_url) if referer else f"{ctx.state.service.base}/"
    back = safe_path(back) or f"{ctx.state.service.base}/"
    return f"/auth/login?{'step_up=1&' if step_up else ''}next={quote(back, safe='/')}"


def _page(ctx: Context, problem: Problem, request_id: str) -> str:
    values: dict[str, Any] = {
        "problem": problem,
        "request_id": request_id,
        "errors": getattr(problem, "errors", []),
    }
    try:
        return str(ctx.render("design/error.html", **values))
    except Exception as error:
        logger.error("error page failed", exc_info=error)
        return f"<!doctype html><title>{problem.status}</title><h1>{problem.title}</h1><p>{request_id}</p>"
