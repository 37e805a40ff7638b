"""What a person's record may hold, and what an intake file looks like."""

import re

NUMBER = re.compile(r"[0-9A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі][0-9A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі/-]{1,31}")
BETWEEN = re.compile(r"[ '’-]")
GROUP = re.compile(r"[0-9A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі][0-9A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі.-]{0,31}")

KINDS = ("learner", "teacher", "staff")
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


def short_name(family_name: str, given_name: str, patronymic: str | None) -> str:
    """Shorten a name for the bar and for lists: `Ахметов А. Б.`."""
    initials = "".join(f" {part[0]}." for part in (given_name, patronymic) if part)
    return family_name + initials
