"""After how many days a late entry is told to whom (clause 13); the terms are parameters of the journal's rule set."""

from ejournal.control.rules_sets import Parameters

TEACHER, DEPARTMENT, FACULTY = STEPS = ("teacher", "department", "faculty")


def terms(parameters: Parameters) -> dict[str, int]:
    """Give for each step after how many days past the end of a column's window it is told."""
    days = (
        parameters.late_teacher_days,
        parameters.late_department_days,
        parameters.late_faculty_days,
    )
    return dict(zip(STEPS, days, strict=True))
