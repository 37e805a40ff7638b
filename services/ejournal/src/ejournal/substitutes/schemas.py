"""What appointments take and say over the wire, and their forms."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates

from chassis.i18n import lazy_gettext as _l
from chassis.pages import PageQuery
from ejournal.forms import PlainDate
from ejournal.journal.substitutes import REASONS

MOST_LESSONS = 100


class _Appointment(Schema):
    person_id = fields.UUID(required=True)
    order_number = fields.String(required=True, validate=validate.Length(1, 60))
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    columns = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(1, MOST_LESSONS),
        metadata={"description": "the lessons, by their columns"},
    )

    @validates("columns")
    def each_once(self, value: list[Any], **_options: Any) -> None:
        """Refuse a lesson that is named twice."""
        if len(set(value)) != len(value):
            raise ValidationError(str(_l("A lesson may stand in the list only once.")))


class AppointmentForm(_Appointment):
    """An appointment on its form."""

    order_date = PlainDate(required=True)
    until = PlainDate(load_default=None)


class AppointmentIn(_Appointment):
    """An appointment: who, for which lessons, by which order, why, until when."""

    order_date = fields.Date(required=True)
    until = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "the last day; without it the end of each lesson's window"},
    )


class VersionForm(Schema):
    """The version a withdrawal is based on."""

    version = fields.Integer(required=True)


class SubstitutionOut(Schema):
    """An appointment for one lesson."""

    id = fields.UUID()
    journal_id = fields.UUID()
    column_id = fields.UUID()
    person_id = fields.UUID()
    until = fields.Date()
    order_number = fields.String()
    order_date = fields.Date()
    reason = fields.String(metadata={"enum": list(REASONS)})
    appointed_by = fields.UUID()
    appointed_at = fields.DateTime()
    withdrawn_by = fields.UUID(allow_none=True)
    withdrawn_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class SubstitutionList(Schema):
    """Appointments of one act."""

    items = fields.List(fields.Nested(SubstitutionOut))


class SubstitutionQuery(PageQuery):
    """Which page of the list."""


class SubstitutionPage(SubstitutionList):
    """A page of appointments."""

    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()


class OwnSubstitution(Schema):
    """A lesson I am appointed for."""

    id = fields.UUID()
    journal_id = fields.UUID()
    column_id = fields.UUID()
    discipline = fields.Raw()
    group = fields.String(allow_none=True)
    date = fields.Date()
    pair = fields.Integer(allow_none=True)
    lesson_kind = fields.String()
    until = fields.Date()
    order_number = fields.String()
    order_date = fields.Date()


class OwnSubstitutions(Schema):
    """The lessons I am appointed for, by date."""

    items = fields.List(fields.Nested(OwnSubstitution))
