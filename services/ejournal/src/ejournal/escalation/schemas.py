"""What escalations say over the wire."""

from marshmallow import Schema, fields, validate

from chassis.pages import PageQuery

STATES = ("open", "closed")


class EscalationQuery(PageQuery):
    """Which escalations; both open and closed ones when no state is named."""

    state = fields.String(load_default="", validate=validate.OneOf(STATES))


class EscalationOut(Schema):
    """Late entries of a journal as told at one step: to whom, when, how many, and since when they are all there."""

    id = fields.UUID()
    journal_id = fields.UUID()
    step = fields.String(metadata={"enum": ["teacher", "department", "faculty"]})
    people = fields.List(fields.UUID())
    columns = fields.Integer()
    missing = fields.Integer()
    since = fields.Date()
    raised_at = fields.DateTime()
    closed_at = fields.DateTime(allow_none=True)


class EscalationList(Schema):
    """A page of escalations."""

    items = fields.List(fields.Nested(EscalationOut))
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()
