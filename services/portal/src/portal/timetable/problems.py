"""What the timetable refuses.

Conflict
  DoubleBooking      409   a teacher, a room or a group would be in two places at one moment
"""

from typing import Self

from sqlalchemy.exc import IntegrityError

from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict

RESOURCES = {
    "ex_lesson_teacher_id": "teacher",
    "ex_lesson_room": "room",
    "ex_lesson_group_id": "group",
}


class DoubleBooking(Conflict):
    """The database refused two bookings of one resource at one moment."""

    code = "portal.double-booking"
    title = _l("Two lessons at the same time")

    @classmethod
    def of(cls, error: IntegrityError) -> Self:
        """Word what the exclusion constraint saw.

        Raises:
            IntegrityError: the error itself, when another constraint spoke.
        """
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        resource = RESOURCES.get(name or "")
        if resource is None:
            raise error
        words = {
            "teacher": _("A teacher would have two lessons at the same time: check the sheet again"),
            "room": _("A room would hold two lessons at the same time: check the sheet again"),
            "group": _("A group would have two lessons at the same time: check the sheet again"),
        }
        return cls(words[resource], extra={"resource": resource})
