"""Fixtures of the library's tests: a small catalogue, readers, copies."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from chassis import clock
from chassis.service import Service
from library.acquisition.model import Copy
from library.acquisition.service import add_copies
from library.app import SERVICE
from library.cataloguing.service import apply_batch, check_file
from library.readers.service import enrol

MARC = Path(__file__).parents[4] / "shared" / "data" / "marc"
LIBRARIAN = UUID("00000000-0000-4000-8000-00000000000b")


@pytest.fixture(scope="session")
def service() -> Service:
    """Answer the service under test."""
    return SERVICE


def person(**changes: object) -> dict[str, object]:
    """Make the data of auth.person.recorded.v1."""
    base = {
        "person_id": str(uuid4()),
        "family_name": "Қасымова",
        "given_name": "Жансая",
        "patronymic": "Ержанқызы",
        "kind": "learner",
        "group_code": "ҚҚ-26-1",
        "department_code": None,
        "number": f"FLE{uuid4().hex[:6]}",
        "status": "active",
        "language": "kk",
    }
    return base | changes


@pytest.fixture
def catalogue(session: Session) -> None:
    """Take the real RUSMARC file over."""
    content = (MARC / "irbis-demo.iso").read_bytes()
    batch = check_file(session, filename="irbis-demo.iso", content=content, by=LIBRARIAN, now=clock.now())
    apply_batch(session, batch_id=batch.id, by=LIBRARIAN, now=clock.now())


@pytest.fixture
def reader(session: Session) -> Callable[..., UUID]:
    """Enrol readers."""

    def make(**changes: object) -> UUID:
        data = person(**changes)
        enrol(session, people=[data])
        return UUID(str(data["person_id"]))

    return make


@pytest.fixture
def copies(session: Session, catalogue: None) -> Callable[[int], list[Copy]]:
    """Add copies of the first record."""
    from sqlalchemy import select

    from library.cataloguing.model import Record

    record_id = session.scalars(select(Record.id).order_by(Record.sort_key)).first()

    def make(count: int) -> list[Copy]:
        assert record_id
        return add_copies(
            session, record_id=record_id, count=count, place="Негізгі қор", by=LIBRARIAN, now=clock.now()
        )

    return make
