"""How attempts, debts and ranks are told: words of kinds and states, numbers in the reader's language."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from chassis.i18n import format_number, localized
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from ejournal.attestation.rules_transcript import Summary
from ejournal.attestation.transcript import Line
from ejournal.control.service import RuleBook
from ejournal.fractions import decimal_text
from ejournal.learner.wording import TRADITIONAL
from ejournal.teaching.rules import full_name

KINDS = {
    "exam": _l("examination"),
    "retake": _l("retake (FX)"),
    "individual": _l("individual statement"),
    "summer": _l("summer semester"),
    "coursework": _l("coursework"),
    "practice": _l("practice"),
    "state_exam": _l("state examination"),
}
STATES = {
    "passed": _l("passed"),
    "retake": _l("retake is open"),
    "failed": _l("not passed"),
    "not_admitted": _l("not admitted"),
    "individual": _l("absent with reason"),
}
REASONS = {
    "failed": _l("not passed: the course is repeated"),
    "not_admitted": _l("not admitted to the examination"),
    "retake": _l("FX: a retake is open"),
}
TAGS = {"passed": "ok", "retake": "warn", "failed": "err", "not_admitted": "err", "individual": "info"}


def number(value: Fraction | None, places: int = 4) -> str:
    """Write a number in the reader's language; a dash while there is none."""
    return "—" if value is None else format_number(Decimal(decimal_text(value, places)))


def gpa(value: Fraction | None) -> str:
    """Write GPA always with two places, as documents do."""
    return "—" if value is None else format_number(Decimal(decimal_text(value)), 2)


def person(row: Any) -> str:
    """Name a learner; an unknown one has a dash."""
    return full_name(row.family_name, row.given_name) if row.family_name else "—"


def line(one: Line, book: RuleBook, language: str) -> dict[str, str]:
    """Say one attempt: a text for each column."""
    kept = one.kept
    return {
        "code": one.code,
        "title": localized(one.title) or _("Discipline"),
        "credits": number(kept.credits),
        "attempt": str(kept.number),
        "kind": str(KINDS[kept.kind]),
        "exam": book.letters.show(kept.exam, language) or "—",
        "final": number(kept.final),
        "letter": kept.letter or "—",
        "points": number(kept.points),
        "traditional": str(TRADITIONAL[kept.traditional]) if kept.traditional else "—",
        "state": str(STATES[kept.state]),
        "tag": TAGS[kept.state],
    }


def figures(whole: Summary) -> list[tuple[str, str]]:
    """Say what follows from attempts as pairs of a word and its value."""
    return [
        (_("GPA"), gpa(whole.gpa)),
        (_("Credits earned"), number(whole.credits_earned)),
        (_("Mean final mark"), number(whole.mean_final, 2)),
        (_("Academic debts"), str(whole.debts)),
    ]
