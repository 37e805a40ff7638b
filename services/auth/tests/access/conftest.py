"""A catalogue with duties that do not go together, and givers of roles."""

import pytest

from auth.access import catalogue
from auth.access import service as access
from auth.people.model import Person
from chassis import clock
from chassis.db import unit_of_work

ORDER = {"order_number": "77-к", "order_date": "20.11.2026"}


def declared(code, roles, forbidden_with=(), scopes=("institution", "department", "assigned"), **more):
    title = {"kk": f"{code} құқығы", "ru": f"право {code}", "en": f"right {code}"}
    return {
        "code": code,
        "title": title,
        "scopes": list(scopes),
        "roles": list(roles),
        "forbidden_with": list(forbidden_with),
        **more,
    }


@pytest.fixture
def registered(engine):
    rows = [
        declared("ejournal.cell.write", ["teacher"], ["ejournal.journal.moderate"], risk="high"),
        declared("ejournal.journal.moderate", ["quality_officer"]),
        declared("ejournal.journal.read", ["auditor", "department_head"], needs_step_up=True),
    ]
    with unit_of_work(engine) as session:
        catalogue.register(session, service="ejournal", permissions=rows, actor="program:ejournal")


@pytest.fixture
def give(engine):
    """Give a role straight away, as the installation."""

    def give_(
        person_id,
        role,
        scope_type="institution",
        scope_id=None,
        *,
        valid_from=None,
        valid_to=None,
        actor=None,
    ):
        with unit_of_work(engine) as session:
            return access.give(
                session, person=session.get_one(Person, person_id), role=role, scope_type=scope_type, scope_id=scope_id,
                valid_from=valid_from or clock.today(), valid_to=valid_to, order_number="1-к", order_date=clock.today(), actor=actor,
            )  # fmt: skip

    return give_


@pytest.fixture
def declare():
    return declared


@pytest.fixture
def order():
    return ORDER
