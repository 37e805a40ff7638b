"""The service under test, with its own signing keys trusted beside those of the test clients."""

import base64
import json
import shutil
import tomllib
from itertools import count
from pathlib import Path

import pytest
import yaml
from flask import Flask, Response, g, request
from sqlalchemy import Engine, func, select

from auth.accounts import passwords
from auth.accounts import service as accounts
from auth.app import SERVICE
from auth.people import service as people
from auth.sessions.keys import ring
from auth.trail.words import ACTS
from chassis import clock
from chassis.audit import ROW
from chassis.db import unit_of_work
from chassis.testing import tokens as test_tokens
from chassis.testing.web import Client

PASSWORD = "long winter nights"


@pytest.fixture(scope="session")
def service():
    return SERVICE


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of signing keys: making two takes longer than most tests, so each test gets copies of these."""
    folder = tmp_path_factory.mktemp("ring") / "keys"
    ring(folder, None)
    return folder


@pytest.fixture
def environment(environment: dict[str, str], keys: Path, tmp_path: Path) -> dict[str, str]:
    shutil.copytree(keys, tmp_path / "keys")
    trusted = json.loads(
        Path(test_tokens.write_jwks(tmp_path / "both.json").removeprefix("file://")).read_text()
    )
    trusted["keys"] += json.loads((keys / "jwks.json").read_text())["keys"]
    (tmp_path / "both.json").write_text(json.dumps(trusted))
    return environment | {"JWKS_URL": (tmp_path / "both.json").as_uri(), "CLIENTS": f"portal={'0' * 64}"}


DECLARED = tomllib.loads((Path(__file__).parent / "acts.toml").read_text(encoding="utf-8"))
NEVER = DECLARED["none"]
SIGN_IN = "/auth/login?"


class Acts:
    """Holds each success of a route that may change something against its line in acts.toml."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.faults: list[str] = []
        self.keys: set[str] = set()

    def before(self) -> None:
        g.rows = self._last() if request.method != "GET" else 0

    def after(self, response: Response) -> Response:
        # Sent to sign in first: nothing was done.
        led_away = response.headers.get("Location", "").startswith(SIGN_IN)
        if request.method == "GET" or response.status_code >= 400 or led_away:
            return response
        key = request.headers.get("Idempotency-Key") or request.form.get("_key", "")
        if not key or key not in self.keys:
            self._judge(f"{request.method} {request.url_rule}")
        self.keys.add(key)
        return response

    def _judge(self, route: str) -> None:
        with self.engine.connect() as connection:
            acts = set(connection.scalars(select(ROW.c.act).where(ROW.c.number > g.rows)))
        expected = DECLARED["always"].get(route)
        if expected and expected not in acts:
            self.faults.append(f"{route} succeeded without {expected}: {sorted(acts)}")
        if route in NEVER and acts:
            self.faults.append(f"{route} has an act after all: {sorted(acts)}")
        self.faults += [f"{act} has no words" for act in acts if act not in ACTS]

    def _last(self) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(select(func.max(ROW.c.number))) or 0


@pytest.fixture
def app(app: Flask, engine: Engine):
    acts = Acts(engine)
    # The application outlives a test: its lists are changed directly, and back, which Flask's decorators do not do.
    before, after = app.before_request_funcs[None], app.after_request_funcs[None]
    before.append(acts.before)
    after.append(acts.after)
    yield app
    before.remove(acts.before)
    after.remove(acts.after)
    assert acts.faults == []


@pytest.fixture
def make_person(engine):
    """Give a maker of people with accounts and a known password."""
    numbers = count(1)

    def make(*, password: str | None = PASSWORD, must_change: bool = False, **values):
        n = next(numbers)
        filled = {
            "number": f"A-{n:04}", "family_name": "Ахметов", "given_name": "Арман", "patronymic": "Болатұлы",
            "kind": "staff", "group_code": None, "department_code": None, "language": "ru", **values,
        }  # fmt: skip
        with unit_of_work(engine) as session:
            person = people.create(session, values=filled, actor="test")
            account = accounts.create(session, person=person, actor="test")
            if password:
                account.password_hash = passwords.hash_password(password)
                account.must_change = must_change
        return account

    return make


@pytest.fixture
def password() -> str:
    return PASSWORD


class Browser(Client):
    """A client that does with the cookie `at` what the gateway does: turns it into `Authorization`."""

    def open(self, path, *, headers=None, **options):
        token = self.cookie("at")
        given = {"Authorization": f"Bearer {token}"} if token else {}
        return super().open(path, headers={**given, **(headers or {})}, **options)

    def cookie(self, name: str) -> str | None:
        found = self.flask.get_cookie(name)
        return found.value if found else None

    def claims(self) -> dict:
        """Give what the token of this browser says."""
        part = self.cookie("at").split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))

    def sign_in(self, login: str, password: str = PASSWORD, next_: str = ""):
        return self.post(f"/auth/login?next={next_}", data={"login": login, "password": password})


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture
def give_role(engine):
    """Give a role to the owner of an account."""
    from auth.access import service as access

    def give(account, role: str, scope_type: str = "institution") -> None:
        with unit_of_work(engine) as session:
            access.give_template(
                session,
                person=people.get_or_raise(session, account.person_id),
                role=role,
                scope_type=scope_type,
                order_number="1",
                order_date=clock.today(),
                actor=None,
            )

    return give


@pytest.fixture
def units_made(engine):
    """Make an institution with a faculty and a department."""
    from auth.units import service as units

    with unit_of_work(engine) as session:
        title = {"kk": "Академия", "ru": "Академия", "en": "Academy"}
        top = units.create(
            session, code="AMVD", kind="institution", title=title, parent_id=None, actor="test"
        )
        faculty = units.create(
            session, code="F1", kind="faculty", title=title, parent_id=top.id, actor="test"
        )
        units.create(session, code="UGP", kind="department", title=title, parent_id=faculty.id, actor="test")


@pytest.fixture
def administrator(client):
    """Give a client with every permission of auth, signed in just now."""
    codes = yaml.safe_load((SERVICE.root / "permissions.yaml").read_text(encoding="utf-8"))
    return client(permissions={row["code"]: [("institution", None)] for row in codes})
