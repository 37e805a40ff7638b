"""Rules of the blog: how long an answer took."""

from collections.abc import Mapping
from datetime import date
from typing import Any


def days_to_answer(facts: Mapping[str, Any]) -> int | None:
    """Count the days between a question and its answer; None while there is no answer."""
    asked, answered = facts.get("asked_on"), facts.get("answered_on")
    if not asked or not answered:
        return None
    return (date.fromisoformat(answered) - date.fromisoformat(asked)).days
