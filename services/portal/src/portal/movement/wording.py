"""How movement speaks: kinds of orders, states of learners, refusals."""

from collections.abc import Mapping
from typing import Any

from chassis.i18n import format_date, gettext
from chassis.i18n import lazy_gettext as _l
from portal.movement.rules import Refusal

KINDS = {
    "transfer": _l("Transfer to another group"),
    "leave": _l("Academic leave"),
    "expulsion": _l("Expulsion"),
    "reinstatement": _l("Reinstatement"),
}
ALL_KINDS = {**KINDS, "cancellation": _l("Cancellation of an order")}
STATEMENTS = {
    "rating": _l("rating statement"),
    "examination": _l("examination statement"),
    "individual": _l("individual statement"),
    "retake": _l("retake statement"),
    "summer": _l("summer term statement"),
    "coursework": _l("coursework statement"),
    "practice": _l("practice statement"),
    "state_exam": _l("state examination statement"),
}
REFUSALS = {
    "not-a-learner": _l("This person does not learn at the academy"),
    "dated-tomorrow": _l("The date of the order is still to come"),
    "too-far": _l("This day is more than a year away: check the date"),
    "same-day": _l("On this day another order of the learner already holds: No. %(number)s"),
    "later-order": _l("An order of a later day stands: No. %(number)s, from %(day)s. Cancel it first"),
    "same-group": _l("The learner is already in this group on that day"),
    "transfer-of-on_leave": _l("On that day the learner is on leave: reinstate first"),
    "transfer-of-expelled": _l("On that day the learner is expelled: reinstate first"),
    "transfer-of-outside": _l("On that day the learner is in no group: reinstate first"),
    "leave-of-on_leave": _l("On that day the learner is on leave already"),
    "leave-of-expelled": _l("On that day the learner is expelled"),
    "leave-of-outside": _l("On that day the learner is in no group"),
    "expulsion-of-expelled": _l("On that day the learner is expelled already"),
    "expulsion-of-outside": _l("On that day the learner is in no group"),
    "reinstatement-of-studying": _l("On that day the learner studies: there is nothing to reinstate"),
}


def refusal(found: Refusal) -> str:
    """Say why an order cannot be applied."""
    params: Mapping[str, Any] = found.params
    day = params.get("day")
    told = {**params, **({"day": format_date(day)} if day else {})}
    return gettext(REFUSALS[found.code].message, **told) + "."
