"""Rules of teaching assignments as pure functions: what may become of one, and who may teach."""

from collections.abc import Mapping
from typing import Any

# state -> act -> next state
TRANSITIONS: dict[str, dict[str, str]] = {
    "active": {"assign": "active", "withdraw": "withdrawn"},
    "withdrawn": {"assign": "active"},
}


def next_state(state: str, act: str) -> str | None:
    """Return the state an act leads to, or None when it is not allowed."""
    return TRANSITIONS[state].get(act)


def teacher_fault(person: Mapping[str, Any]) -> str | None:
    """Return why a person cannot be given a discipline to teach: only teachers who have not left can."""
    if person["kind"] != "teacher":
        return "not-a-teacher"
    return "person-left" if person["status"] == "left" else None
