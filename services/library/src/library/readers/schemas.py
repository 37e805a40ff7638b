"""What readers say over the wire."""

from marshmallow import Schema, fields, validate


class ReaderQuery(Schema):
    """Words of a name, a card or a personal number."""

    q = fields.String(load_default="", validate=validate.Length(max=100))


class ReaderOut(Schema):
    """A reader's card."""

    person_id = fields.UUID()
    card = fields.Integer()
    name = fields.String()
    number = fields.String()
    category = fields.String()
    group_code = fields.String(allow_none=True)
    status = fields.String()


class ReaderList(Schema):
    """Readers found."""

    readers = fields.List(fields.Nested(ReaderOut))
