"""A journal with all its marks, the registrar and the teachers with their keys, and short ways through the life of a statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from services.ejournal.tests.academy import WRITER, Academy

from chassis import clock

ANYWHERE, ASSIGNED = [("institution", None)], [("assigned", None)]
REGISTRAR = {
    "ejournal.statement.read": ANYWHERE,
    "ejournal.statement.issue": ANYWHERE,
    "ejournal.statement.accept": ANYWHERE,
    "ejournal.statement.rectify": ANYWHERE,
    "ejournal.key.own": ANYWHERE,
}
EXAMINER = WRITER | {
    "ejournal.statement.read": ASSIGNED,
    "ejournal.statement.fill": ASSIGNED,
    "ejournal.statement.submit": ASSIGNED,
    "ejournal.key.own": ASSIGNED,
}
# Two lessons, RK1, two lessons, RK2; the third learner stays below the threshold.
MARKS = (
    ("80", "76", "88", "85", "95", "84"),
    ("70", "70", "60", "70", "70", "60"),
    ("30", "40", "35", "40", "30", "45"),
)
KEYS = "/journal/api/v1/keys"
API = "/journal/api/v1/statements"


@dataclass
class Office:
    """The journal's people at work."""

    academy: Academy
    teacher: Any
    registrar: Any
    second: Any
    client: Any

    def issue(self, kind: str = "rating", after: str | None = None, **more: Any) -> Any:
        body = {"kind": kind, **({"after": after} if after else {}), **more}
        return self.registrar.post(f"/journal/api/v1/journals/{self.academy.journal}/statements", json=body)

    def get(self, id: str) -> Any:
        return self.registrar.get(f"{API}/{id}").get_json()

    def act(self, who: Any, act: str, id: str, **more: Any) -> Any:
        version = more.pop("version", None) or self.get(id)["version"]
        return who.post(f"{API}/{id}/{act}", json={"version": version, **more})

    def mark(self, id: str, *marks: str | None, base: int = 0) -> Any:
        rows = self.get(id)["rows"]
        body = [
            {"k": row["person_id"], "v": mark, "b": base}
            for row, mark in zip(rows, marks, strict=False)
            if mark is not None
        ]
        return self.teacher.patch(f"{API}/{id}/marks", json=body)

    def seal(self, id: str) -> Any:
        submitted = self.act(self.teacher, "submit", id)
        assert submitted.status_code == 200, submitted.get_json()
        accepted = self.act(self.registrar, "accept", id)
        assert accepted.status_code == 200, accepted.get_json()
        return accepted.get_json()

    def sealed_rating(self) -> Any:
        return self.seal(self.issue().get_json()["id"])

    def examination(self, **more: Any) -> Any:
        answer = self.issue("examination", self.sealed_rating()["id"], **more)
        assert answer.status_code == 201, answer.get_json()
        return answer.get_json()

    def sealed_examination(self, *marks: str) -> Any:
        found = self.examination()
        assert self.mark(found["id"], *marks).status_code == 200
        return self.seal(found["id"])


def with_key(person: Any) -> Any:
    assert person.post(KEYS, json={}).status_code == 201
    return person


@pytest.fixture
def office(academy, client) -> Office:
    academy.tell_all()
    teacher = with_key(client(EXAMINER, academy.teacher))
    marks = {(learner, column): mark for learner, row in enumerate(MARKS) for column, mark in enumerate(row)}
    assert academy.fill(teacher, marks).status_code == 200
    return Office(academy, teacher, with_key(client(REGISTRAR)), with_key(client(REGISTRAR)), client)


def stale() -> datetime:
    """A sign-in that is too old for a signature."""
    return clock.now() - timedelta(minutes=11)


def ids(rows: list[dict[str, Any]]) -> list[UUID]:
    return [UUID(row["person_id"]) for row in rows]
