"""A small service that lives only in these tests."""

from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.outbox import record
from chassis.routes import PUBLIC, SIGNED_IN, Program, api
from chassis.service import Capability, Service

PERIOD = {
    "period_id": "019926f0-0000-7000-8000-000000000001",
    "code": "2026-1",
    "title": {"kk": "Күзгі семестр", "ru": "Осенний семестр", "en": "Autumn"},
    "starts": "2026-09-01",
    "half_ends": "2026-10-24",
    "ends": "2026-12-26",
}
PERMISSIONS = """
- code: desk.book.read
  title: {kk: Кітапты көру, ru: Просмотр книги, en: See a book}
  scopes: [institution, group]
  roles: []
"""


def public(_ctx):
    """Answer anybody."""
    return {"who": "anybody"}


def mine(ctx):
    """Answer a signed-in person."""
    return {"who": str(ctx.identity.person_id)}


def books(ctx):
    """Answer where the permission holds."""
    return {"groups": sorted(ctx.scopes.ids("group")), "everywhere": ctx.scopes.everywhere}


def machine(ctx):
    """Answer a program."""
    return {"client": ctx.identity.client_id}


def open_period(ctx):
    """Record an event."""
    record(
        ctx.session,
        "portal.period.recorded.v1",
        feed="portal/teaching",
        subject=PERIOD["period_id"],
        data=PERIOD,
    )
    return {}, 201


def on_period(session, event):
    """Keep the period in a table."""
    if event.data["code"] == "9999-9":
        raise ValueError("a bad period")
    session.execute(text("create table if not exists seen (code text)"))
    session.execute(text("insert into seen values (:code)"), {"code": event.data["code"]})


ROUTES = (
    api("GET", "/public", public, access=PUBLIC),
    api("GET", "/mine", mine, access=SIGNED_IN),
    api("GET", "/books", books, access="desk.book.read"),
    api("GET", "/machine", machine, access=Program("desk.use")),
    api("POST", "/periods", open_period, access=PUBLIC, status=201),
)


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "src" / "desk"
    Path(folder).mkdir(parents=True)
    (folder / "permissions.yaml").write_text(PERMISSIONS)
    capability = Capability("desk", api=ROUTES, handlers={"portal.period.recorded.v1": on_period})
    return Service(name="desk", prefix="/desk", title="Desk", capabilities=(capability,), folder=folder)
