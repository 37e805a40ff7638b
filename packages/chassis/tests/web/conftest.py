"""A small service, built inside the tests: notes in groups."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy import Column, Integer, MetaData, Table, Text, func, insert, select, text

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.kept import Kept, apart, for_a_minute, rests_on
from chassis.pages import PageQuery, paginate
from chassis.permissions import apply_revocation
from chassis.problems import Conflict
from chassis.routes import PUBLIC, SIGNED_IN, Program, api, page
from chassis.service import Capability, Service

NOTE = Table(
    "note",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("group_code", Text),
)


MADE: list[str] = []
"""Who had a kept page made, each time it was."""
END_OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
HELD: list[object] = [object()]
"""What the process holds in memory and a kept page rests on."""


def write_elsewhere(engine):
    """End a transaction that wrote, but nothing anybody asks for."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TEMP TABLE of_no_matter (id integer) ON COMMIT DROP"))


class NoteIn(Schema):
    text = fields.String(required=True, validate=validate.Length(1, 20))
    group_code = fields.String(load_default=None)
    count = fields.Integer(validate=validate.Range(0, 100))


class NoteOut(Schema):
    id = fields.Integer()
    text = fields.String()


class NotePage(Schema):
    items = fields.List(fields.Nested(NoteOut))
    total = fields.Integer()


class NoteTaken(Conflict):
    code = "sample.note-taken"
    title = _l("Notes")


def list_notes(ctx: Context) -> Any:
    """List the notes a person may read.

    In the order they were written.
    """
    query = select(NOTE).where(ctx.scopes.where({"group": NOTE.c.group_code})).order_by(NOTE.c.id)
    return paginate(ctx.session, query, page=ctx.query["page"], size=ctx.query["size"], scalars=False)


def create_note(ctx: Context) -> Any:
    """Write a note."""
    if ctx.body["text"] == "taken":
        raise NoteTaken(extra={"current": "taken"})
    if ctx.body["text"] == "boom":
        raise RuntimeError("boom")
    row = ctx.session.execute(
        insert(NOTE).values(text=ctx.body["text"], group_code=ctx.body["group_code"]).returning(NOTE)
    ).one()
    if ctx.body["text"] == "slow":
        ctx.session.execute(select(func.pg_sleep(0.5)))
    if ctx.body["text"] == "cookie":
        answer = Response("{}", 201, content_type="application/json")
        answer.set_cookie("sid", "secret")
        return answer
    return row


def machine(ctx: Context) -> Any:
    """Answer a program."""
    return {"client": ctx.identity.client_id}


def me(ctx: Context) -> Any:
    """Answer who asks."""
    return {"person": ctx.identity.person_id, "name": ctx.identity.name, "language": ctx.language}


def revoke(ctx: Context) -> None:
    """Void a token, as auth does, in the own transaction."""
    apply_revocation(ctx.session, key=f"sid:{ctx.identity.sid}", at=int(ctx.now.timestamp()))


def notes_page(ctx: Context) -> Any:
    rows = ctx.session.execute(select(NOTE).where(ctx.scopes.where({"group": NOTE.c.group_code}))).all()
    return ctx.render("sample/notes/list.html", notes=rows, number=ctx.page_number)


def note_page(ctx: Context, id: UUID) -> Any:
    return str(id)


def new_page(ctx: Context) -> Any:
    return ctx.render("sample/notes/new.html", form=None)


def kept_page(ctx: Context) -> Any:
    held = HELD[0]
    rests_on(lambda: HELD[0] is held)

    def make() -> Any:
        MADE.append(ctx.identity.name)
        ctx.session.scalar(text("SELECT 'asked while the page is made'"))
        return ctx.render("sample/notes/new.html", form=None)

    with apart():
        ctx.session.scalar(text("SELECT 'asked apart'"))
    ctx.session.scalar(select(func.count()).select_from(NOTE))
    if "clock" in ctx.request.args:
        ctx.session.scalar(text("SELECT now() > '2026-01-01'"))
    return for_a_minute(make) if "minute" in ctx.request.args else Kept(make)


def kept_notes(ctx: Context) -> Any:
    """List the notes, as long as there are as many."""
    rows = ctx.session.execute(select(NOTE)).all()
    return Kept(lambda: {"items": rows, "total": len(rows)})


def create(ctx: Context) -> Any:
    form = ctx.form(NoteIn)
    if not form.valid:
        return ctx.render("sample/notes/new.html", form=form), 422
    ctx.session.execute(insert(NOTE).values(text=form.data["text"], group_code=form.data["group_code"]))
    ctx.flash(_("Saved"))
    return ctx.redirect("notes.notes_page")


def attach(ctx: Context) -> Any:
    return str(len(ctx.upload("file", max_bytes=1000).bytes))


def welcome(ctx: Context) -> Any:
    return f"{ctx.identity.kind} {ctx.language}"


NOTES = Capability(
    "notes",
    api=(
        api(
            "GET",
            "/notes",
            list_notes,
            access="sample.note.read",
            query=PageQuery,
            answer=NotePage,
            programs=True,
        ),
        api(
            "POST", "/notes", create_note, access="sample.note.write", body=NoteIn, answer=NoteOut, status=201
        ),
        api("GET", "/kept", kept_notes, access="sample.note.read", answer=NotePage),
        api("GET", "/machine", machine, access=Program("notes.count")),
        api("GET", "/me", me, access=SIGNED_IN),
        api("POST", "/revoke", revoke, access=SIGNED_IN),
    ),
    pages=(
        page("GET", "/", welcome, access=PUBLIC),
        page("GET", "/notes", notes_page, access="sample.note.read"),
        page("GET", "/notes/<uuid:id>", note_page, access=SIGNED_IN),
        page("GET", "/notes/new", new_page, access="sample.note.write"),
        page("GET", "/kept", kept_page, access="sample.note.read"),
        page("GET", "/kept/fresh", kept_page, access="sample.note.read", step_up=True),
        page("GET", "/kept/traced", kept_page, access="sample.note.read", leaves_trace=True),
        page("POST", "/notes", create, access="sample.note.write"),
        page("POST", "/files", attach, access="sample.note.write"),
        page("GET", "/fresh", welcome, access=SIGNED_IN, step_up=True),
    ),
)
SERVICE = Service(
    name="sample",
    prefix="/sample",
    title=_l("Notes"),
    capabilities=(NOTES,),
    feeds=("sample/notes",),
    folder=Path(__file__).parent / "sample",
)


@pytest.fixture(scope="session")
def service() -> Service:
    return SERVICE


@pytest.fixture
def database(databases: Any) -> Iterator[str]:
    name = databases.create(databases.template(None))
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture(autouse=True)
def notes(request: pytest.FixtureRequest) -> None:
    """The table of the sample service, where a test has a database."""
    if "database" in request.fixturenames or "app" in request.fixturenames:
        with request.getfixturevalue("engine").begin() as connection:
            connection.execute(
                text("create table note (id serial primary key, text text not null unique, group_code text)")
            )
