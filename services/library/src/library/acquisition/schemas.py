"""What acquisition says over the wire, and its form."""

from marshmallow import Schema, fields, validate


class CopiesIn(Schema):
    """How many copies come where."""

    count = fields.Integer(required=True, validate=validate.Range(1, 500))
    place = fields.String(required=True, validate=validate.Length(1, 100))


class CopyOut(Schema):
    """A copy."""

    id = fields.UUID()
    inventory_number = fields.String()
    barcode = fields.String()
    place = fields.String()
    state = fields.String()
