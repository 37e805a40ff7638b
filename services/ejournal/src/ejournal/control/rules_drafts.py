"""A rule set while it is being written: what was typed becomes its stored form, and every fault is named at its field.

Bounds are those of the cells (three digits, two decimals) and of common sense; what the parts of a set must add up to is said by
`rules_sets.check`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any

from ejournal.control.rules_sets import CHOICES, Parameters, RuleSet, RuleSetError, load

NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
WHOLE = re.compile(r"[0-9]{1,4}")
LETTERS = re.compile(r"[A-Z]{1,4}(?: [A-Z]{1,4}){0,11}")
LETTER = re.compile(r"[A-Z]{1,2}[+-]?")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
BOUNDS = {
    "mark_max": (1, 999),
    "mark_places": (0, 2),
    "min_marks": (1, 100),
    "exam_retakes": (0, 5),
    "gpa_places": (0, 4),
    "appeal_days": (1, 60),
    "late_teacher_days": (1, 366),
    "late_department_days": (1, 366),
    "late_faculty_days": (1, 366),
}
OPTIONAL = ("rk_floor", "attendance_floor")
MOST_BANDS = 20
LATER = "Order No. 20 of 13.01.2016"
MODERATION = "Order No. 21 of 13.01.2016, clause 13"
AT = {
    "weights-midterm": ("tk_weight", "rk_weight"),
    "weights-rating": ("p1_weight", "p2_weight"),
    "weights-final": ("rd_weight", "exam_weight"),
    "current-part-too-small": ("rd_weight",),
    "exam-part-too-small": ("exam_weight",),
    "negative-weight": ("tk_weight",),
    "thresholds": ("exam_retake_from", "exam_pass"),
    "term": ("valid_from",),
    "late-terms": ("late_department_days", "late_faculty_days"),
}
"""Where a fault of `rules_sets.check` is shown; faults of the scale stand at the scale."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the field it stands at (a parameter, `clause:<parameter>`, `scale` or `scale:<row>`) and its code."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft holds in stored form, as `rules_sets.load` reads it."""

    parameters: Mapping[str, Mapping[str, str]]
    scale: Sequence[Mapping[str, Any]]


def normal(name: str, text: str) -> str:
    """Bring a typed value to its stored form: a decimal point, `none` for an empty floor."""
    value = " ".join(text.split())
    if name in OPTIONAL and value == "":
        return "none"
    if name == "gpa_excluded":
        return " ".join(value.replace(",", " ").split()).upper()
    return value.replace(",", ".") if name not in CHOICES else value


def complete(parameters: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Give the parameters of a stored set with those that came later, at the values it is computed by."""
    later = {
        item.name: {
            "value": _stored(item.default),
            "clause": MODERATION if item.name.startswith("late_") else LATER,
        }
        for item in fields(Parameters)
        if item.default is not MISSING and item.name not in parameters
    }
    return {**{name: dict(entry) for name, entry in parameters.items()}, **later}


def _stored(default: object) -> str:
    """Write a default as parameters are stored: truth in small letters."""
    return str(default).lower() if isinstance(default, bool) else str(default)


def faults(content: Content, *, code: str, valid_from: date) -> list[Fault]:
    """Name every fault of a draft at its field; none: the set could be in force."""
    found = [*_parameter_faults(content.parameters), *_scale_faults(content.scale)]
    if found:
        return found
    try:
        rule_set(content, code=code, valid_from=valid_from)
    except RuleSetError as refused:
        return [Fault(field, fault) for fault in refused.faults for field in _places(fault)]
    return []


def rule_set(content: Content, *, code: str, valid_from: date) -> RuleSet:
    """Make the rule set of a draft.

    Raises:
        RuleSetError: it cannot be used.
    """
    data = {"parameters": content.parameters, "scale": content.scale}
    return load({"code": code, "valid_from": valid_from.isoformat(), "valid_to": None, **data})


def _places(fault: str) -> Sequence[str]:
    kind, _, name = fault.partition(":")
    return (name,) if name else AT.get(kind, ("scale",))


def _parameter_faults(given: Mapping[str, Mapping[str, str]]) -> Iterator[Fault]:
    for item in fields(Parameters):
        entry = given.get(item.name)
        if entry is None:
            if item.default is MISSING:
                yield Fault(item.name, "missing")
            continue
        if not 3 <= len(entry["clause"]) <= 300:
            yield Fault(f"clause:{item.name}", "clause")
        if code := _value_fault(item.name, item.type, entry["value"]):
            yield Fault(item.name, code)


def _value_fault(name: str, kind: Any, value: str) -> str | None:
    if name in CHOICES:
        return None if value in CHOICES[name] else "choice"
    if kind is bool:
        return None if value in ("true", "false") else "choice"
    if kind is str:
        return None if LETTER.fullmatch(value) else "letter"
    if name == "gpa_excluded":
        return None if value == "" or LETTERS.fullmatch(value) else "letters"
    if kind is int:
        low, high = BOUNDS.get(name, (0, 999))
        return None if WHOLE.fullmatch(value) and low <= int(value) <= high else "whole"
    return None if NUMBER.fullmatch(value) or (name in OPTIONAL and value == "none") else "number"


def _scale_faults(scale: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    if not 1 <= len(scale) <= MOST_BANDS:
        yield Fault("scale", "scale-length")
    letters = [band["letter"] for band in scale]
    for row, band in enumerate(scale):
        if not LETTER.fullmatch(band["letter"]) or letters.count(band["letter"]) > 1:
            yield Fault(f"scale:{row}", "scale-letter")
        if not WHOLE.fullmatch(str(band["lowest"])):
            yield Fault(f"scale:{row}", "scale-lowest")
        if not NUMBER.fullmatch(band["points"]):
            yield Fault(f"scale:{row}", "scale-points")


def differences(old: Content, new: Content) -> list[tuple[str, str, str]]:
    """List the parameters whose value differs, and `scale` when it does: name, before, after."""
    before = complete(old.parameters)
    changed = [
        (name, before[name]["value"], entry["value"])
        for name, entry in new.parameters.items()
        if name in before and before[name]["value"] != entry["value"]
    ]
    if list(map(dict, old.scale)) != list(map(dict, new.scale)):
        changed.append(("scale", _bands(old.scale), _bands(new.scale)))
    return changed


def _bands(scale: Sequence[Mapping[str, Any]]) -> str:
    return " · ".join(f"{band['letter']} {band['lowest']}" for band in scale)
