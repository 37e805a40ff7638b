"""How entries and keys are told to people."""

from chassis.i18n import lazy_gettext as _l
from witness.rules import fingerprint

KINDS = {
    "journal.opened": _l("Journal opened"),
    "journal.taken_over": _l("Journal taken over with its marks"),
    "cells.saved": _l("Marks saved"),
    "column.published": _l("Column published"),
    "statement.issued": _l("Statement issued"),
    "statement.filled": _l("Marks entered in a statement"),
    "statement.made_blind": _l("Double entry of a statement required"),
    "statement.entered": _l("Marks entered blind"),
    "statement.handed_in": _l("Blind entry handed in"),
    "statement.agreed": _l("A differing mark agreed on"),
    "statement.submitted": _l("Statement signed by the examiner"),
    "statement.returned": _l("Statement returned"),
    "statement.accepted": _l("Statement accepted and sealed"),
    "statement.printed": _l("Papers of a statement printed"),
    "statement.superseded": _l("Statement superseded"),
    "appeal.filed": _l("Appeal filed"),
    "appeal.decided": _l("Appeal decided"),
    "reopening.asked": _l("Reopening asked for"),
    "reopening.granted": _l("Reopening granted"),
    "reopening.refused": _l("Reopening refused"),
    "reopening.withdrawn": _l("Request for reopening withdrawn"),
    "remark.made": _l("Remark made"),
    "remark.answered": _l("Remark answered"),
    "lesson.written": _l("Topic and homework written"),
    "substitute.appointed": _l("Substitute appointed"),
    "substitute.withdrawn": _l("Appointment of a substitute withdrawn"),
}

__all__ = ("KINDS", "fingerprint", "kind")


def kind(code: str) -> str:
    """Name what an entry records; an act of another capability without words by its code."""
    return str(KINDS.get(code, code))
