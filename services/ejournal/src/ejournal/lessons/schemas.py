"""What lessons and hours take and say over the wire, and their forms."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.i18n import lazy_gettext as _l
from ejournal.forms import PlainDate

TOPIC = validate.Length(max=300)
HOMEWORK = validate.Length(max=1000)
KINDS = ("lecture", "seminar", "practice", "lab")
STATES = ("held", "missing", "today", "ahead", "day-off", "removed")


class LessonIn(Schema):
    """Topic and homework of a lesson, and the version they were typed over."""

    topic = fields.String(load_default="", validate=TOPIC)
    homework = fields.String(load_default="", validate=HOMEWORK)
    version = fields.Integer(
        required=True,
        validate=validate.Range(0, 2**31 - 2),
        metadata={"description": "of what was typed over; 0 for a lesson never written"},
    )


class _Term(Schema):
    @validates_schema
    def in_order(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a term that ends before it begins."""
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            raise ValidationError(str(_l("The term ends before it begins.")), "until")


class TermForm(_Term):
    """From which day to which, as people write days."""

    since = PlainDate()
    until = PlainDate()


class TermQuery(_Term):
    """From which day to which, both included."""

    since = fields.Date(metadata={"description": "the first day"})
    until = fields.Date(metadata={"description": "the last day"})


class LessonOut(Schema):
    """A lesson of a journal."""

    column_id = fields.String()
    date = fields.String()
    pair = fields.Integer(allow_none=True)
    kind = fields.String(metadata={"enum": list(KINDS)})
    half = fields.Integer()
    topic = fields.String()
    homework = fields.String()
    version = fields.Integer()
    state = fields.String(metadata={"enum": list(STATES)})
    held_by = fields.UUID(allow_none=True)
    substituted = fields.Boolean(metadata={"description": "whether a substitute holds it"})
    open = fields.Boolean(metadata={"description": "whether topic and homework may be written today"})


class HoursOut(Schema):
    """Academic hours: planned by the timetable, held, past without an entry."""

    kind = fields.String(metadata={"enum": list(KINDS)})
    planned = fields.Integer()
    held = fields.Integer()
    missing = fields.Integer()


class LessonsOut(Schema):
    """The lessons of a term and the hours of the whole journal."""

    items = fields.List(fields.Nested(LessonOut))
    hours = fields.List(fields.Nested(HoursOut))
    curriculum_hours = fields.Integer(
        metadata={"description": "of the working curriculum, all kinds together"}
    )


class HoursQuery(Schema):
    """Of which period and department."""

    period_id = fields.UUID(metadata={"description": "the latest that has begun, when left out"})
    department = fields.String(metadata={"description": "code of a department"})


class JournalHours(Schema):
    """The hours of one journal."""

    journal_id = fields.String()
    discipline = fields.Raw()
    group = fields.String()
    department = fields.String()
    curriculum_hours = fields.Integer()
    planned = fields.Integer()
    held = fields.Integer()
    missing = fields.Integer()
    percent = fields.Integer(
        allow_none=True, metadata={"description": "held, of what had to be held until today"}
    )


class JournalsHours(Schema):
    """The hours of the journals of a period, those with most hours missing first."""

    period_id = fields.String(allow_none=True)
    items = fields.List(fields.Nested(JournalHours))
