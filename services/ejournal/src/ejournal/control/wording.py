"""Rule sets and letters in words: what each parameter means, what is wrong with a draft, how values are shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.i18n import format_decimal_text
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from ejournal.control.rules_drafts import BOUNDS, OPTIONAL, Fault

SECTIONS = (
    (_l("Marks"), ("mark_min", "mark_max", "mark_places", "absent_counts_zero")),
    (_l("Current control"), ("min_marks", "current_mean")),
    (_l("Midterm control and rating"), ("tk_weight", "rk_weight", "p1_weight", "p2_weight", "rd_round")),
    (_l("Admission to the examination"), ("admit_on", "admit_min", "rk_floor", "attendance_floor", "duty_neutral", "coursework_min", "library_debt")),
    (
        _l("Examination and final mark"),
        (
            "rd_weight", "exam_weight", "exam_pass", "exam_retake_from", "exam_retakes", "exam_absence", "retake_letter",
            "failed_letter", "appeal_days", "current_part_min", "exam_part_min",
        ),
    ),
    (_l("Moderation of the journal"), ("late_teacher_days", "late_department_days", "late_faculty_days")),
    (_l("GPA and transfer"), ("gpa_places", "gpa_excluded", "transfer_score")),
)  # fmt: skip
MEANINGS = {
    "mark_min": _l("Lowest mark"),
    "mark_max": _l("Highest mark"),
    "mark_places": _l("Decimal places of a mark"),
    "absent_counts_zero": _l("Absence without reason counts as zero"),
    "min_marks": _l("Least number of marks a half is divided by"),
    "current_mean": _l("Mean of current control over the period"),
    "tk_weight": _l("Share of current control in the progress of a half"),
    "rk_weight": _l("Share of midterm control in the progress of a half"),
    "p1_weight": _l("Share of the first half in the admission rating"),
    "p2_weight": _l("Share of the second half in the admission rating"),
    "rd_round": _l("Rounding of the admission rating"),
    "admit_on": _l("Admission looks at the rating"),
    "admit_min": _l("Least rating for admission"),
    "rk_floor": _l("Least mark of each midterm control"),
    "attendance_floor": _l("Least attendance, per cent"),
    "duty_neutral": _l("Duty does not lower the attendance"),
    "coursework_min": _l("Least mark of the coursework"),
    "library_debt": _l("Books of the library stand against admission"),
    "appeal_days": _l("Term of an appeal, working days"),
    "late_teacher_days": _l("Late entries: told to the teacher after, days"),
    "late_department_days": _l("Late entries: told to the head of department after, days"),
    "late_faculty_days": _l("Late entries: told to the head of the faculty after, days"),
    "rd_weight": _l("Share of the rating in the final mark"),
    "exam_weight": _l("Share of the examination in the final mark"),
    "exam_pass": _l("Examination is passed from"),
    "exam_retake_from": _l("Examination may be retaken from"),
    "exam_retakes": _l("Number of retakes"),
    "exam_absence": _l("Absence from the examination without reason"),
    "retake_letter": _l("Letter before a retake"),
    "failed_letter": _l("Letter of a failed discipline"),
    "current_part_min": _l("Current part of the final mark is at least"),
    "exam_part_min": _l("Examination part of the final mark is at least"),
    "gpa_places": _l("Decimal places of the GPA"),
    "gpa_excluded": _l("Letters that do not enter the GPA"),
    "transfer_score": _l("Score for the transfer to the next year"),
}
CHOICES = {
    "true": _l("yes"),
    "false": _l("no"),
    "whole": _l("to a whole, half up"),
    "none": _l("not rounded"),
    "rounded": _l("as rounded"),
    "exact": _l("exact"),
    "per_half": _l("mean of the halves"),
    "pooled": _l("all marks together"),
    "failed": _l("failed, the discipline is repeated"),
    "zero": _l("mark 0"),
    "overdue": _l("overdue ones"),
    "any": _l("any that are kept"),
}
FAULTS = {
    "missing": _l("This parameter must be there."),
    "clause": _l("Name the clause: 3 to 300 characters."),
    "choice": _l("Choose one of the list."),
    "number": _l("A number is needed, for example 0.6 or 50."),
    "letter": _l("One letter of the scale: Latin capitals, for example FX."),
    "letters": _l("Latin capitals with spaces between them, for example P NP I."),
    "weights-midterm": _l("Current and midterm control must add up to 1."),
    "weights-rating": _l("The two halves must add up to 1."),
    "weights-final": _l("Rating and examination must add up to 1."),
    "current-part-too-small": _l("The share is below the least current part of this set."),
    "exam-part-too-small": _l("The share is below the least examination part of this set."),
    "negative-weight": _l("A share cannot be negative."),
    "thresholds": _l("Lowest mark, retake, pass and highest mark must stand in this order."),
    "late-terms": _l(
        "Each step must come later than the one before it: teacher, head of department, head of the faculty."
    ),
    "term": _l("The last day must be after the first."),
    "scale-length": _l("The scale needs 1 to 20 steps."),
    "scale-letter": _l("A letter is one or two Latin capitals with + or -, and stands once."),
    "scale-lowest": _l("The lowest mark of a step is a whole number."),
    "scale-points": _l("The points are a number, for example 3.67."),
    "scale-not-to-the-bottom": _l("The last step must begin with the lowest mark."),
    "scale-order": _l("Steps go from the highest mark down, and so do their points."),
    "scale-letters": _l("The letters of retake and failure must be in the scale."),
    "scale-traditional": _l("Each step needs its traditional mark."),
}
# The clauses of the sets that come with the product, as their rows hold them; what an officer names is shown as typed.
CLAUSES: Mapping[str, Any] = {
    text.message: text
    for text in (
        _l("Order No. 20 of 13.01.2016"),
        _l("Order No. 20 of 13.01.2016, admission"),
        _l("Order No. 20 of 13.01.2016, current control"),
        _l("Order No. 20 of 13.01.2016, examination session"),
        _l("Order No. 20 of 13.01.2016, midterm control"),
        _l("Order No. 20 of 13.01.2016, transfer to the next year"),
        _l("Order No. 21 of 13.01.2016, clause 11"),
        _l("Order No. 21 of 13.01.2016, clause 13"),
        _l("Rules in force before Order No. 20 of 13.01.2016"),
    )
}
KINDS = {
    "absent": _l("absence without reason"),
    "excused": _l("absence with reason"),
    "not_planned": _l("not planned"),
}
LETTER_FAULTS = {
    "code": _l("A code is 2 to 16 small Latin letters."),
    "code-taken": _l("This code is taken, perhaps by a retired letter."),
    "kind": _l("Choose what the letter means."),
    "retired": _l("A retired letter is not changed any more."),
    "forms": _l("At most %(n)s forms."),
    "form-length": _l("A form has 1 to 40 characters."),
    "form-number": _l("“%(text)s” reads as a mark."),
    "form-taken": _l("“%(text)s” is typed for the letter “%(other)s” already."),
}


def fault(found: Fault) -> str:
    """Say a fault of a draft."""
    if found.code == "whole":
        low, high = BOUNDS.get(found.field, (0, 999))
        return _("A whole number from %(low)s to %(high)s is needed.", low=low, high=high)
    kind = found.code.partition(":")[0]
    return str(FAULTS["choice" if kind == "unreadable" else kind])


def letter_fault(code: str, **values: Any) -> str:
    """Say what is wrong with a letter."""
    return _(LETTER_FAULTS[code].message, **values)


def value(name: str, stored: str) -> str:
    """Show the stored value of a parameter in the reader's language."""
    if stored == "none" and (name in OPTIONAL or name == "library_debt"):
        return _("none")
    if stored in CHOICES and name not in OPTIONAL:
        return str(CHOICES[stored])
    return typed(name, stored)


def typed(name: str, stored: str) -> str:
    """Show a stored value as a person types it: a decimal comma where the language has one, nothing for no floor."""
    if name in OPTIONAL and stored == "none":
        return ""
    return stored if name == "gpa_excluded" else format_decimal_text(stored)


def told(differences: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Say what differs between two sets: the meaning, before, after."""
    return [
        (str(MEANINGS.get(name, _l("Scale"))), value(name, old), value(name, new))
        for name, old, new in differences
    ]


def labels() -> Mapping[str, str]:
    """Give the words of every field of a draft, for the summary of faults."""
    clauses = {
        f"clause:{name}": _("%(what)s: clause", what=str(meaning)) for name, meaning in MEANINGS.items()
    }
    return {**{name: str(meaning) for name, meaning in MEANINGS.items()}, **clauses, "scale": _("Scale")}
