"""What movement takes and says over the wire, and its forms."""

from marshmallow import Schema, fields, validate

from chassis.pages import PageQuery
from portal.movement.rules import KINDS
from portal.schemas import VersionIn, Words, plain_date

NUMBER = validate.Length(1, 40)
TEXT = validate.Length(1, 400)


class OrderBody(Schema):
    """The order as a document."""

    number = Words(required=True, validate=NUMBER)
    order_date = fields.Date(required=True)
    basis = Words(required=True, validate=TEXT)


class OrderIn(OrderBody):
    """What an order does with one learner."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    person = Words(required=True, validate=NUMBER, metadata={"description": "personal number of the learner"})
    effective_on = fields.Date(required=True)
    group_code = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 32))


class CancellationIn(OrderBody):
    """The order that cancels another."""


class ApplyIn(VersionIn):
    """The version that was looked at; `acknowledged` where sealed statements stand after the day."""

    acknowledged = fields.Boolean(load_default=False)


class CancellationForm(Schema):
    """The order that cancels another, on its form."""

    number = Words(required=True, validate=NUMBER)
    order_date = plain_date()
    basis = Words(required=True, validate=TEXT)


class OrderForm(CancellationForm):
    """An order on its form."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    person = Words(required=True, validate=NUMBER)
    effective_on = plain_date()
    group_code = fields.String(load_default=None, allow_none=True)


class OrderQuery(PageQuery):
    """Which page of the list."""


class OrderOut(Schema):
    """An order, applied or still a draft."""

    id = fields.UUID()
    person_id = fields.UUID()
    kind = fields.String()
    number = fields.String()
    order_date = fields.Date()
    effective_on = fields.Date()
    group_code = fields.String(allow_none=True)
    from_group_code = fields.String(allow_none=True)
    basis = fields.String()
    state = fields.String(metadata={"enum": ["draft", "applied"]})
    cancelled = fields.Boolean()
    cancels_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class OrderPage(Schema):
    """A page of orders, the latest first."""

    items = fields.List(fields.Nested(OrderOut))
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()


class JournalLine(Schema):
    """A journal the learner leaves or enters."""

    discipline_title = fields.Dict()
    group_code = fields.String()
    period_title = fields.Dict()
    lessons = fields.Integer(metadata={"description": "lessons from the day on"})
    marks_before = fields.Integer(metadata={"description": "published marks that stay and count"})
    marks_after = fields.Integer(metadata={"description": "published marks that stay and no longer count"})
    carried = fields.Integer(metadata={"description": "published marks that count in the new journal"})


class StatementLine(Schema):
    """A sealed statement that stays as it is."""

    number = fields.String()
    kind = fields.String()
    discipline_title = fields.Dict()


class PreviewOut(Schema):
    """What an order changes."""

    leaves = fields.List(fields.Nested(JournalLine))
    enters = fields.List(fields.Nested(JournalLine))
    statements = fields.List(fields.Nested(StatementLine))


class OrderWithPreview(OrderOut):
    """An order with what it changes; `preview` is null for an applied one."""

    preview = fields.Nested(PreviewOut, allow_none=True)
