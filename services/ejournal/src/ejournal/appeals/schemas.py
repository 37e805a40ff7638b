"""What appeals take and say over the wire, and their forms."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from ejournal.appeals.rules import OUTCOMES
from ejournal.forms import PlainDate

REASON = validate.Length(10, 2000)
PROTOCOL = validate.Length(5, 2000)
EXAM = validate.Range(0, 100)
ORDER = validate.Length(1, 40)


class AppealIn(Schema):
    """An appeal with its reason."""

    reason = fields.String(required=True, validate=REASON)


class DecisionIn(Schema):
    """What the commission decided."""

    version = fields.Integer(required=True)
    commission = fields.List(fields.UUID(), required=True, validate=validate.Length(max=9))
    protocol = fields.String(required=True, validate=PROTOCOL)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    exam = fields.Integer(load_default=None, allow_none=True, validate=EXAM)
    order_number = fields.String(load_default=None, allow_none=True, validate=ORDER)
    order_date = fields.Date(load_default=None, allow_none=True)


class DecisionForm(Schema):
    """The decision on its form: a field for each member."""

    version = fields.Integer(required=True)
    first = fields.UUID(required=True)
    second = fields.UUID(required=True)
    third = fields.UUID(required=True)
    protocol = fields.String(required=True, validate=PROTOCOL)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    exam = fields.Integer(load_default=None, validate=EXAM)
    order_number = fields.String(load_default=None, validate=ORDER)
    order_date = PlainDate(load_default=None)

    @post_load
    def gather(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Make one list of the members."""
        members = [data.pop(name) for name in ("first", "second", "third")]
        return {**data, "commission": members}


class AppealOut(Schema):
    """An appeal with the attempt it is against; `rectification_id` is what the statement was rectified to, when it was."""

    id = fields.UUID()
    attempt_id = fields.UUID()
    person_id = fields.UUID()
    journal_id = fields.UUID()
    statement_id = fields.UUID()
    rectification_id = fields.UUID(allow_none=True)
    discipline = fields.Raw()
    mark = fields.String(allow_none=True)
    final = fields.Integer(allow_none=True)
    letter = fields.String(allow_none=True)
    reason = fields.String()
    filed_at = fields.AwareDateTime()
    version = fields.Integer()
    commission = fields.List(fields.UUID(), allow_none=True)
    protocol = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    exam = fields.Integer(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


class AppealPage(Schema):
    """Appeals."""

    items = fields.List(fields.Nested(AppealOut))
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()


class OwnAttemptOut(AppealOut):
    """One of my attempts: until when an appeal may be filed, and what stands against it."""

    until = fields.Date()
    refusals = fields.List(fields.String())


class OwnAttempts(Schema):
    """My attempts with their appeals."""

    items = fields.List(fields.Nested(OwnAttemptOut))
