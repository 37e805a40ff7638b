"""Intake files as somebody at a desk would make them."""

import io
from uuid import UUID

import pytest

from auth.people.layout import INTAKE
from chassis.db import unit_of_work
from dev.demo.workbooks import fill_in

ROW = {
    "number": "К-0001", "family_name": "Ахметов", "given_name": "Арман", "patronymic": "Болатұлы", "kind": "learner",
    "group_code": "ПД-21", "department_code": "F1", "language": "kk",
}  # fmt: skip


@pytest.fixture
def row():
    """Give a row of an intake with some fields of its own."""
    return lambda number="К-0001", **fields: ROW | {"number": number} | fields


@pytest.fixture
def send(administrator, units_made):
    """Send rows as a file and answer the address of the intake."""

    def send_(*rows) -> str:
        file = (io.BytesIO(fill_in(INTAKE, list(rows), language="ru")), "приём.xlsx")
        form = {"order_number": "12-к", "order_date": "01.09.2026", "file": file}
        answer = administrator.submit("/auth/intakes/upload", form)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return str(answer.location)

    return send_


@pytest.fixture
def apply(administrator):
    """Apply an intake by its page."""
    return lambda place: administrator.submit(place, {}, action=f"{place}/apply")


@pytest.fixture
def undo(administrator):
    """Undo an intake by its page, if the page offers it."""
    return lambda place, reason="қате файл": administrator.submit(f"{place}/undo", {"reason": reason})


@pytest.fixture
def stored(engine):
    """Read rows of a mapped class by the personal number of their person, or an intake by its address."""
    from sqlalchemy import select

    from auth.accounts.model import Account
    from auth.people.model import Intake, Person

    def read(kind, key):
        with unit_of_work(engine) as session:
            if kind is Intake:
                return session.get(Intake, UUID(key.rsplit("/", 1)[1]))
            query = select(kind).where(Person.number == key)
            return session.scalar(query.join(Person) if kind is Account else query)

    return read
