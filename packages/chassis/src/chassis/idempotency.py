"""The same request twice is done once: its answer is stored in the transaction that did the act.

A second request with the same key waits for the first (a unique index makes it), then gets the stored answer; the same key with
another body is refused. An answer of 400 or above rolls back and stores nothing: repeated, it is judged anew.
"""

import hashlib
import json
from datetime import timedelta

from flask import Request, Response
from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.events import METADATA
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid, Problem
from chassis.questions import Question
from chassis.settings import Settings

HEADER = "Idempotency-Key"
FIELD = "_key"
CSRF_FIELD = "_csrf"
MAX_KEY = 64
MAX_STORED = 1 << 20
KEPT = timedelta(hours=24)
STORED_HEADERS = ("Content-Type", "Location")
OWN_COOKIES = ("flash=",)

KEYS = Table(
    "idempotency_key",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
# Every write goes through these two.
TAKE = Question(
    insert(KEYS)
    .values({name: bindparam(name) for name in ("owner", "key", "request", "created_at")})
    .on_conflict_do_nothing()
    .returning(KEYS.c.key)
)
KEEP = Question(
    update(KEYS)
    .where(KEYS.c.owner == bindparam("of"), KEYS.c.key == bindparam("named"))
    .values({name: bindparam(name) for name in ("status", "headers", "body")})
)


class KeyReused(Problem):
    """The key was used for another request before."""

    code = "chassis.idempotency-key-reused"
    status = 422
    title = _l("This key was already used for something else")


def key_of(request: Request, *, is_api: bool) -> str:
    """Read the key of a request.

    Raises:
        Invalid: there is none, or it is no key.
    """
    key = request.headers.get(HEADER, "") if is_api else request.form.get(FIELD, "")
    if key and len(key) <= MAX_KEY and key.isascii() and key.isprintable():
        return key
    if is_api:
        raise Invalid(_("Send an Idempotency-Key of 1 to 64 characters, best a UUID."))
    raise Invalid(errors=[FieldError(f"/{FIELD}", _("Load the page again, then repeat."))])


def fingerprint(request: Request) -> bytes:
    """Make a hash of what a request asks: method, address and body without the guards of the form."""
    digest = hashlib.sha256(f"{request.method} {request.full_path}".encode())
    if request.mimetype in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        for name, value in request.form.items(multi=True):
            if name not in {FIELD, CSRF_FIELD}:
                digest.update(repr((name, value)).encode("utf-8", "surrogatepass"))
        for name, file in request.files.items(multi=True):
            digest.update(repr((name, file.filename)).encode("utf-8", "surrogatepass"))
            digest.update(file.stream.read())
            file.stream.seek(0)
    else:
        digest.update(request.get_data())
    return digest.digest()


def begin(session: Session, *, owner: str, key: str, request: bytes) -> Response | None:
    """Take the key for this transaction; answer what was stored when the act was done before.

    Raises:
        KeyReused: the key belongs to another request.
    """
    values = {"owner": owner, "key": key, "request": request, "created_at": clock.now()}
    if TAKE.first(session, values):
        return None
    row = session.execute(select(KEYS).where(KEYS.c.owner == owner, KEYS.c.key == key)).one()
    if row.request != request:
        raise KeyReused
    response = Response(row.body, row.status)
    response.headers.clear()
    response.headers.extend(row.headers)
    return response


def keep(session: Session, *, owner: str, key: str, response: Response) -> None:
    """Store the answer; one that sets cookies of a sign-in, streams or is very large is not kept."""
    cookies = response.headers.getlist("Set-Cookie")
    storable = (
        not response.is_streamed
        and not response.direct_passthrough
        and all(cookie.startswith(OWN_COOKIES) for cookie in cookies)
        and len(response.get_data()) <= MAX_STORED
    )
    if not storable:
        session.execute(delete(KEYS).where(KEYS.c.owner == owner, KEYS.c.key == key))
        return
    headers = [[name, response.headers[name]] for name in STORED_HEADERS if name in response.headers]
    headers += [["Set-Cookie", cookie] for cookie in cookies]
    stored = {"status": response.status_code, "headers": json.dumps(headers), "body": response.get_data()}
    KEEP.act(session, {"of": owner, "named": key, **stored})


def forget_old(session: Session, _settings: Settings) -> None:
    """Drop answers stored more than a day ago."""
    session.execute(delete(KEYS).where(KEYS.c.created_at < clock.now() - KEPT))
