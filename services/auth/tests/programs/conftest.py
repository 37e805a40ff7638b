"""A program of another department, entered by an order; and the endpoint as its programmer meets it."""

from types import SimpleNamespace

import pytest

from auth.programs import credentials, offers
from auth.programs import service as programs
from chassis.db import unit_of_work
from chassis.testing.web import Client


@pytest.fixture
def offered(engine):
    with unit_of_work(engine) as session:
        offers.register(
            session, service="auth", feeds=["auth/people", "auth/access"],
            operations=["auth.person.read", "auth.person.write"],
        )  # fmt: skip
        offers.register(session, service="ejournal", feeds=["ejournal/marks"], operations=[])


@pytest.fixture
def owner(make_person, units_made):
    return make_person()


@pytest.fixture
def values(owner, engine, offered):
    from datetime import timedelta

    from auth.people import service as people
    from chassis import clock

    with unit_of_work(engine) as session:
        number = people.get_or_raise(session, owner.person_id).number
    return {
        "title": "Кадры АИС", "purpose": "Қызметкерлердің есебі", "owner_number": number, "unit_code": "UGP",
        "expires_on": clock.today() + timedelta(days=100), "scopes": ["feed:auth/people", "do:auth.person.read"],
        "order_number": "77-к", "order_date": clock.today(),
    }  # fmt: skip


@pytest.fixture
def program_made(engine, values):
    """Enter the program `staff-register` with one secret."""
    with unit_of_work(engine) as session:
        made = programs.create(
            session, client_id="staff-register", values=values, reserved=["portal"], actor="test"
        )
        _row, secret = credentials.make_secret(session, program=made, days=90, actor="test")
        return SimpleNamespace(id=made.id, client_id=made.client_id, secret=secret)


@pytest.fixture
def ask(anonymous):
    def asking(*, auth=None, address="10.0.0.1", **form):
        return anonymous.post(
            "/auth/token",
            data={"grant_type": "client_credentials", **form},
            auth=auth,
            environ_base={"REMOTE_ADDR": address},
        )

    return asking


@pytest.fixture
def caller(app):
    """Give a client with the token of an answer."""

    def make(answer) -> Client:
        assert answer.status_code == 200, answer.json
        return Client(app, answer.json["access_token"])

    return make
