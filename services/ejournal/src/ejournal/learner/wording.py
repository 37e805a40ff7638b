"""How the computing of a rating is told to a learner: one line per step, with the numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chassis.i18n import format_number
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from design.charts import Chart, bar
from ejournal.admission.rules import Admission
from ejournal.attestation.rules import Chance
from ejournal.control.rules import Step
from ejournal.control.rules_sets import Parameters
from ejournal.fractions import decimal_text
from ejournal.journal.wording import REFUSALS

TRADITIONAL = {
    "excellent": _l("excellent"),
    "good": _l("good"),
    "satisfactory": _l("satisfactory"),
    "unsatisfactory": _l("unsatisfactory"),
}


@dataclass(frozen=True)
class Line:
    """One step: what is computed, how, and what it gives; an empty result says what is missing."""

    title: str
    formula: str
    result: str


def number(value: Fraction) -> str:
    """Write a number with all its decimals, at most four."""
    return format_number(Decimal(decimal_text(value)))


def lines(steps: Iterable[Step], parameters: Parameters) -> list[Line]:
    """Tell every step of the explanation."""
    return [_line(step, parameters) for step in steps]


def _line(step: Step, parameters: Parameters) -> Line:
    title = _title(step)
    if step.result is None:
        missing = {
            "tk": _("no marks published yet"),
            "p": _("waits for the midterm control or the marks of the half"),
            "rd": _("waits for both halves"),
        }
        return Line(title, missing[step.what], "")
    return Line(title, _formula(step, parameters), number(step.result))


def _title(step: Step) -> str:
    titles = {
        "tk": _("Current progress, half %(half)s (CP%(half)s)", half=step.half),
        "p": _("Progress of half %(half)s (P%(half)s)", half=step.half),
        "rd": _("Admission rating (AR)"),
        "rounded": _("Rounded half up, as in the rating statement"),
    }
    return titles[step.what]


def _formula(step: Step, parameters: Parameters) -> str:
    if step.what == "tk":
        *marks, divisor = step.inputs
        return f"({' + '.join(number(mark) for mark in marks)}) : {number(divisor)}"
    if step.what == "rounded":
        return f"{number(step.inputs[0])} ≈"
    weights = {
        "p": (parameters.tk_weight, parameters.rk_weight),
        "rd": (parameters.p1_weight, parameters.p2_weight),
    }[step.what]
    return " + ".join(
        f"{number(weight)} × {number(value)}" for weight, value in zip(weights, step.inputs, strict=True)
    )


def admission(found: Admission, parameters: Parameters) -> tuple[str, str, Sequence[str]]:
    """Say whether the learner is admitted: kind of notice, sentence, reasons."""
    if found.admitted is None:
        return "info", _("Admission is decided when both midterm controls are published."), ()
    if found.admitted:
        need = number(parameters.admit_min)
        return "ok", _("You are admitted: the admission rating is at least %(need)s.", need=need), ()
    return "warn", _("You are not admitted yet:"), [str(REFUSALS[refusal.code]) for refusal in found.refusals]


def chance_chart(chances: Sequence[Chance]) -> Chart | None:
    """Draw the least examination mark for every letter within reach; None when nothing is."""
    reachable = {
        f"{chance.band.letter} · {TRADITIONAL[chance.band.traditional]}": chance.exam
        for chance in chances
        if chance.exam is not None
    }
    return bar(_("Least examination mark for each letter"), reachable) if reachable else None


def out_of_reach(chances: Sequence[Chance]) -> list[str]:
    """List the letters no examination mark can bring any more."""
    return [chance.band.letter for chance in chances if chance.exam is None]
