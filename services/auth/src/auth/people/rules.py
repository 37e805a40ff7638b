"""What a person's record may hold, and what an intake file looks like."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

NUMBER = re.compile(r"[0-9A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі][0-9A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі/-]{1,31}")
BETWEEN = re.compile(r"[ '’-]")
GROUP = re.compile(r"[0-9A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі][0-9A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі.-]{0,31}")

KINDS = ("learner", "teacher", "staff")
EXPIRIES = ("over", "soon", "set", "none")
"""What lists tell apart: the account has expired, does so within 30 days, has a last day at all, has none."""
ROLE_OF_KIND = {"learner": ("learner", "self"), "teacher": ("teacher", "assigned")}
"""The role and scope that come with the kind at intake; staff get theirs by hand, each by its own order."""


def name_fault(text: str) -> str | None:
    """Answer the fault code of a name part: letters, single hyphens, apostrophes and spaces between them only."""
    return None if all(part.isalpha() for part in BETWEEN.split(text)) else "bad-name"


def number_fault(text: str) -> str | None:
    """Answer the fault code of a personal number: letters, digits, hyphen and slash, 2 to 32 characters."""
    return None if NUMBER.fullmatch(text) else "bad-number"


def group_fault(text: str) -> str | None:
    """Answer the fault code of a group's code."""
    return None if GROUP.fullmatch(text) else "bad-group"


def place_fault(kind: str, group_code: str, department_code: str) -> tuple[str, str] | None:
    """Answer (field, code) when a learner has no group or a teacher has no department."""
    if kind == "learner" and not group_code:
        return "group_code", "learner-without-group"
    if kind == "teacher" and not department_code:
        return "department_code", "teacher-without-department"
    return None


NEW, CHANGE, RETURN, SAME = "new", "change", "return", "same"
ACTS = (NEW, CHANGE, RETURN, SAME)
"""What a good row of an intake does: enter somebody, change a record, take back somebody an undone intake had entered, nothing."""
CHANGED_BY_FILE = ("family_name", "given_name", "patronymic", "group_code", "department_code", "language")
UNDO_WITHIN = timedelta(days=7)


def difference(present: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    """Answer what a row makes of a record: field to its new value; an empty cell takes nothing away."""
    return {name: row[name] for name in CHANGED_BY_FILE if row[name] and row[name] != (present[name] or "")}


def is_another_name(fields: Mapping[str, Any]) -> bool:
    """Tell whether family and given name both become others: a mistyped number more likely than a marriage."""
    return "family_name" in fields and "given_name" in fields


def may_undo_until(applied_at: datetime) -> datetime:
    """Answer until when an applied intake can be taken back."""
    return applied_at + UNDO_WITHIN


def short_name(family_name: str, given_name: str, patronymic: str | None) -> str:
    """Shorten a name for the bar and for lists: `Ахметов А. Б.`."""
    initials = "".join(f" {part[0]}." for part in (given_name, patronymic) if part)
    return family_name + initials
