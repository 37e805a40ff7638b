"""What may become of an assignment, and who may teach."""

import pytest

from portal.teaching import rules

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("state", "act", "after"),
    [
        ("active", "assign", "active"),
        ("active", "withdraw", "withdrawn"),
        ("withdrawn", "assign", "active"),
        ("withdrawn", "withdraw", None),
    ],
)
def test_transitions(state: str, act: str, after: str | None) -> None:
    assert rules.next_state(state, act) == after


@pytest.mark.parametrize(
    ("kind", "status", "fault"),
    [
        ("teacher", "active", None),
        ("teacher", "blocked", None),
        ("teacher", "left", "person-left"),
        ("learner", "active", "not-a-teacher"),
        ("staff", "active", "not-a-teacher"),
    ],
)
def test_who_may_teach(kind: str, status: str, fault: str | None) -> None:
    assert rules.teacher_fault({"kind": kind, "status": status}) == fault
