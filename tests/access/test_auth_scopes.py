"""The scope matrix of auth: whatever is about a person answers for the own unit's people and knows nobody else's.

Made from the routes themselves. A route about something new has to say here what its address is about, else the first test fails.
"""

import base64
import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from marshmallow import Schema, fields, validate
from sqlalchemy import Engine

from auth.access import service as access
from auth.accounts import service as accounts
from auth.people import service as people
from auth.units import service as units
from chassis import clock, permissions
from chassis.db import unit_of_work
from chassis.service import Service
from chassis.testing.web import Client

pytestmark = pytest.mark.parametrize("service", ["auth"], indirect=True)
OWN, FOREIGN = "Ішкібаев", "Сыртқыбаев"
SCOPES = (("faculty", "FLE"), ("department", "CRL"))
SCOPED = {"faculty", "department"}
# Addresses that lead to a person, by an id of their own or of something that is theirs. What other addresses are about belongs to
# the whole academy: their permissions know no other scope, or the first test fails.
ABOUT_PEOPLE = ("/auth/people/<", "/auth/api/v1/people/<", "/auth/grants/<", "/auth/api/v1/grants/<")
# A list, and a sheet of passwords that whoever may reset in one unit does not get at all.
LISTS = ("/auth/people/export/", "/auth/intakes/")
# Own data is what every giver of roles may give; a wider scope is refused by itself.
SAID = {"scope_type": "self"}


def sample(schema: Schema) -> dict[str, Any]:
    """Fill in what a schema demands, so that the view itself is reached."""
    wanted = {
        (part.data_key or name): value_of(part) for name, part in schema.load_fields.items() if part.required
    }
    return wanted | {name: said for name, said in SAID.items() if name in wanted}


def value_of(part: Any) -> Any:
    choices = [check.choices for check in part.validators if isinstance(check, validate.OneOf)]
    if choices:
        return next(iter(choices[0]))
    if isinstance(part, fields.Nested):
        return [sample(part.schema)] if part.many else sample(part.schema)
    if isinstance(part, fields.List):
        return [value_of(part.inner)]
    plain = {fields.Date: "2026-09-01", fields.Integer: 1, fields.Boolean: True, fields.UUID: str(uuid4())}
    return next((value for kind, value in plain.items() if isinstance(part, kind)), "Мысал")


@pytest.fixture
def academy(engine: Engine) -> Callable[[], dict[str, UUID]]:
    """Two faculties; every call gives one of each a fresh person with an account and a role, and the ids of both."""
    title = {"kk": "Бөлініс", "ru": "Подразделение"}
    with unit_of_work(engine) as session:
        root = units.create(
            session, code="ACADEMY", kind="institution", title=title, parent_id=None, actor="test"
        )
        for faculty, department in (("FLE", "CRL"), ("FCS", "CYB")):
            above = units.create(
                session, code=faculty, kind="faculty", title=title, parent_id=root.id, actor="test"
            )
            units.create(
                session, code=department, kind="department", title=title, parent_id=above.id, actor="test"
            )

    def enter() -> dict[str, UUID]:
        made = {}
        with unit_of_work(engine) as session:
            for family, department in ((OWN, "CRL"), (FOREIGN, "CYB")):
                values = {"number": uuid4().hex[:12], "family_name": family, "given_name": "Айбек", "kind": "teacher",
                          "department_code": department, "language": "kk"}  # fmt: skip
                person = people.create(session, values=values, actor="test")
                accounts.create(session, person=person, actor="test")
                grant = access.give_template(
                    session, person=person, role="teacher", scope_type="assigned", order_number="1",
                    order_date=date(2026, 9, 1), actor=None,
                )  # fmt: skip
                made |= {family: person.id, f"grant of {family}": grant.id}
        return made

    return enter


def locked(places: Any, service: Service) -> Iterator[tuple[Any, permissions.Permission]]:
    catalogue = permissions.catalogue(service.name, service.root, service.permissions)
    for place in places["auth"]:
        if isinstance(place.route.access, str):
            yield place, catalogue[place.route.access]


def ask(app: Any, client: Client, place: Any, id: UUID) -> int:
    """Send a request of the route's shape about one thing, with the guards of a form in order."""
    address = place.rule.replace("<uuid:id>", str(id))
    address = address if "<" not in address else place.address
    options: dict[str, Any] = {}
    if place.route.unsafe and place.route.is_api:
        options = {"json": sample(place.route.body()) if place.route.body else {}}
    elif place.route.unsafe:
        options = {"data": {"_csrf": csrf(app, client), "_key": uuid4().hex}}
    elif place.route.query:
        options = {"query_string": sample(place.route.query())}
    return int(client.open(address, method=place.route.method, **options).status_code)


def csrf(app: Any, client: Client) -> str:
    """Make the token a page of this session would have carried."""
    payload = str(client.token).split(".")[1]
    sid = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sid"]
    key = f"{app.extensions['chassis'].settings.secret_key}:csrf:{sid}".encode()
    salt = "0" * 16
    return salt + hmac.new(key, salt.encode(), hashlib.sha256).hexdigest()


def about(place: Any) -> str:
    """Say whose id the address takes: a person's own or a grant's."""
    return "grant of " if "/grants/<" in place.rule else ""


def test_every_address_says_what_it_is_about(service: Service, places: Any) -> None:
    unknown = [
        str(place)
        for place, permission in locked(places, service)
        if "<" in place.rule
        and not place.rule.startswith((*ABOUT_PEOPLE, *LISTS))
        and SCOPED & set(permission.scopes)
    ]
    assert unknown == []


def test_clause_9_own_people_open_and_others_are_not_there(
    service: Service,
    app: Any,
    client: Callable[..., Client],
    places: Any,
    academy: Any,
    tell: Callable[[str], None],
) -> None:
    """Own unit passes; a foreign person is a person that does not exist; without the permission nothing opens."""
    wrong, asked = [], 0
    for place, permission in locked(places, service):
        if "<" not in place.rule or place.rule.startswith(LISTS):
            continue
        for scope in SCOPES:
            made = academy()
            clerk = client({permission.code: [scope]}, auth_time=clock.now())
            nobody = client({}, auth_time=clock.now())
            own, foreign, never = (
                ask(app, clerk, place, whose)
                for whose in (made[about(place) + OWN], made[about(place) + FOREIGN], uuid4())
            )
            asked += 4
            if SCOPED & set(permission.scopes):
                good = own not in {401, 403, 404} and own < 500 and foreign == never == 404
            else:  # a right over the whole academy is not had for a part of it
                good = own == foreign == never == 403
            if not good or ask(app, nobody, place, made[about(place) + OWN]) != 403:
                wrong.append(f"{place} within {scope}: own {own}, foreign {foreign}, nobody's {never}")
    tell(f"scope matrix of auth: {asked} answers about own, foreign, nobody's people and without the right")
    assert wrong == []
    assert asked > 80


def test_clause_9_lists_and_exports_name_own_people_alone(
    service: Service, client: Callable[..., Client], places: Any, academy: Any
) -> None:
    academy()
    named = []
    for place, permission in locked(places, service):
        if place.route.method != "GET" or (
            place.rule.startswith(ABOUT_PEOPLE) and "/export" not in place.rule
        ):
            continue
        if not SCOPED & set(permission.scopes):
            continue
        for scope in SCOPES:
            answer = client({permission.code: [scope]}, auth_time=clock.now()).get(place.address)
            words = text_of(answer.get_data())
            assert answer.status_code == 200, place
            assert FOREIGN not in words, place
            named += [place.rule] if OWN in words else []
    assert {"/auth/people", "/auth/api/v1/people"} <= set(named)


def text_of(data: bytes) -> str:
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
