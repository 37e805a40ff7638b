"""How refusals and outcomes of appeals are told."""

from collections.abc import Sequence
from typing import Any

from chassis.i18n import lazy_gettext as _l

REFUSALS = {
    "superseded": _l("The mark has been rectified meanwhile."),
    "no-mark": _l("There is no examination mark to appeal against."),
    "already-filed": _l("An appeal against this mark has been filed already."),
    "too-late": _l("The term for an appeal is over."),
    "commission-size": _l("The commission has three different members."),
    "examiner-in-commission": _l("A teacher of the journal cannot be in the commission."),
    "mark-missing": _l("Enter the examination mark the commission gives."),
    "mark-not-needed": _l("A mark that stays is not entered again."),
    "order-missing": _l("Enter number and date of the order by which the statement is rectified."),
    "order-not-needed": _l("A mark that stays needs no order."),
}
OUTCOMES = {"upheld": _l("the mark stays"), "changed": _l("the mark is changed")}
FIELDS = {
    "commission-size": "third",
    "examiner-in-commission": "third",
    "mark-missing": "exam",
    "mark-not-needed": "exam",
    "order-missing": "order_number",
    "order-not-needed": "order_number",
}


def refused(codes: Sequence[str]) -> dict[str, Any]:
    """Give the arguments of a refusal: its words and its codes."""
    return {"detail": " ".join(str(REFUSALS[code]) for code in codes), "extra": {"refusals": list(codes)}}
