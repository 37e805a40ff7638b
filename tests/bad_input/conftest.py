"""Services by name, a client who may do everything, and a count of every row: what a refusal must leave as it was."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, func, select

from chassis import permissions
from chassis.service import Service, load
from chassis.testing.web import Client

sys.path.append(str(Path(__file__).parents[2]))  # the academy of ejournal's own tests serves here too
SERVICES = {name: load(name)[0] for name in ("auth", "portal", "ejournal", "library", "website")}
KEPT_APART = {"alembic_version"}
Tally = Mapping[str, int]


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> Service:
    """Answer the service a module or a case names with `parametrize("service", [...], indirect=True)`."""
    return SERVICES[request.param]


@pytest.fixture
def environment(environment: dict[str, str], service: Service, tmp_path: Path) -> dict[str, str]:
    """Give auth its programs as well."""
    own = {"CLIENTS": f"portal={'0' * 64}", "JWKS_EXPORT": str(tmp_path / "export.json")}
    return environment | (own if service.name == "auth" else {})


@pytest.fixture
def master(client: Callable[..., Client], service: Service) -> Client:
    """Give a client with every permission of the service in the widest scope it has, signed in just now."""
    declared = permissions.catalogue(service.name, service.root, service.permissions)
    return client({code: [(permission.scopes[0], None)] for code, permission in declared.items()})


@pytest.fixture
def tally(engine: Engine) -> Callable[[], Tally]:
    """Give a function that counts the rows of every table, the chassis' own (outbox, audit, kept answers) among them."""
    held = MetaData()
    for schema in ("public", "chassis"):
        held.reflect(engine, schema=schema, resolve_fks=False)

    def count() -> Tally:
        with engine.connect() as connection:
            return {
                str(table): connection.scalar(select(func.count()).select_from(table)) or 0
                for table in held.sorted_tables
                if table.name not in KEPT_APART
            }

    return count


def speak(client: Client, language: str) -> Client:
    """Make a client read in a language."""
    client.flask.set_cookie("prefs", f"lang={language}")
    return client


def words(answer: Any) -> str:
    """Give what a person reads of an answer: the detail of a problem document, or the page."""
    if answer.mimetype == "application/problem+json":
        document = answer.get_json(force=True)
        assert document["type"].startswith("urn:shanyraq:problem:")
        assert document["status"] == answer.status_code
        assert document["title"]
        told = [document["title"], document.get("detail", "")]
        return " ".join(told + [error["detail"] for error in document.get("errors", [])])
    return str(answer.get_data(as_text=True))
