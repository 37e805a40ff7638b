"""What cataloguing says over the wire."""

from marshmallow import Schema, fields, validate


class BadRecord(Schema):
    """A record that cannot be taken over."""

    position = fields.Integer(metadata={"description": "number of the record in the file, from 1"})
    offset = fields.Integer(metadata={"description": "byte offset of its leader"})
    reason = fields.String(metadata={"description": "stable code of the reason"})


class Report(Schema):
    """What a check found and what an import did."""

    good = fields.Integer()
    bad = fields.List(fields.Nested(BadRecord))
    formats = fields.Dict(keys=fields.String(), values=fields.Integer())
    encodings = fields.Dict(keys=fields.String(), values=fields.Integer())
    new = fields.Integer()
    changed = fields.Integer()
    same = fields.Integer()


class BatchOut(Schema):
    """An exchange file, checked or applied."""

    id = fields.UUID()
    filename = fields.String()
    sha256 = fields.String()
    state = fields.String(validate=validate.OneOf(["checked", "applied"]))
    report = fields.Nested(Report)
    checked_at = fields.AwareDateTime()
    applied_at = fields.AwareDateTime(allow_none=True)


class BatchIn(Schema):
    """An exchange file to check."""

    filename = fields.String(required=True, validate=validate.Length(1, 200))
    content = fields.String(
        required=True,
        validate=validate.Length(1, 30_000_000),
        metadata={"description": "the file in base64"},
    )
