"""What windows and reopenings take and say over the wire, and their forms."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.i18n import lazy_gettext as _l
from chassis.pages import PageQuery
from ejournal.forms import PlainDate
from ejournal.journal.windows_rules import day_off_faults

DAYS = validate.Range(0, 366)
BASIS = validate.Length(1, 200)
REASON = validate.Length(5, 500)
MOST_DAYS_OFF = 200


class DaysOff(fields.Field[list[str]]):
    """Days without lessons as people write them, one a line: 16.12 (every year) or 04.01.2027."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> list[str]:
        typed = [line.strip() for line in str(value).replace(",", "\n").splitlines() if line.strip()]
        days = ["-".join(reversed(text.split("."))) for text in typed]
        if wrong := [text for text, day in zip(typed, days, strict=True) if day_off_faults([day])]:
            raise ValidationError(str(_l("“%(text)s” is no day: write 16.12 or 04.01.2027.", text=wrong[0])))
        return sorted(set(days))

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> str:
        return "\n".join(".".join(reversed(day.split("-"))) for day in value)


class PolicyNumbers(Schema):
    """The figures of the windows."""

    lesson_days = fields.Integer(required=True, validate=DAYS)
    midterm_before = fields.Integer(required=True, validate=DAYS)
    midterm_after = fields.Integer(required=True, validate=DAYS)
    reopen_days = fields.Integer(required=True, validate=validate.Range(1, 366))
    version = fields.Integer(required=True)
    basis = fields.String(required=True, validate=BASIS, metadata={"description": "the order they rest on"})


class PolicyForm(PolicyNumbers):
    """The windows on their form."""

    days_off = DaysOff(load_default=list)


class PolicyIn(PolicyNumbers):
    """The windows as they shall be, the version the change is based on, and the order."""

    days_off = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(max=MOST_DAYS_OFF),
        metadata={"description": "MM-DD (every year) or YYYY-MM-DD"},
    )

    @validates_schema
    def are_days(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse what is no day."""
        if wrong := day_off_faults(data.get("days_off", ())):
            raise ValidationError(
                str(_l("“%(text)s” is no day: write 16.12 or 04.01.2027.", text=wrong[0])), "days_off"
            )


class PolicyOut(Schema):
    """The windows of the institution."""

    lesson_days = fields.Integer()
    midterm_before = fields.Integer()
    midterm_after = fields.Integer()
    reopen_days = fields.Integer()
    days_off = fields.List(fields.String())
    version = fields.Integer()


class ReopeningForm(Schema):
    """A request on its form: the column or the whole week of it, why, and until when."""

    column_id = fields.UUID(required=True)
    whole_week = fields.Boolean(load_default=False)
    reason = fields.String(required=True, validate=REASON)
    until = PlainDate(required=True)


class ReopeningIn(Schema):
    """A request to reopen a column, or every lesson of its week."""

    column_id = fields.UUID(required=True)
    whole_week = fields.Boolean(load_default=False)
    reason = fields.String(required=True, validate=REASON)
    until = fields.Date(required=True, metadata={"description": "the last day; it closes by itself after it"})


class GrantForm(Schema):
    """What a grant may say."""

    version = fields.Integer(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class RefusalForm(Schema):
    """Why a request is refused."""

    version = fields.Integer(required=True)
    note = fields.String(required=True, validate=REASON)


class VersionForm(Schema):
    """The version an act is based on."""

    version = fields.Integer(required=True)


class ReopeningQuery(PageQuery):
    """Which requests."""

    state = fields.String(validate=validate.OneOf(("asked", "granted", "refused", "withdrawn")))


class ReopeningOut(Schema):
    """A request to reopen, and what became of it."""

    id = fields.UUID()
    journal_id = fields.UUID()
    column_id = fields.UUID()
    whole_week = fields.Boolean()
    reason = fields.String()
    until = fields.Date()
    state = fields.String(metadata={"enum": ["asked", "granted", "refused", "withdrawn"]})
    asked_by = fields.UUID()
    asked_at = fields.DateTime()
    decided_by = fields.UUID(allow_none=True)
    decided_at = fields.DateTime(allow_none=True)
    note = fields.String()
    version = fields.Integer()


class ReopeningPage(Schema):
    """A page of requests."""

    items = fields.List(fields.Nested(ReopeningOut))
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()
