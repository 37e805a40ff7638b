"""What imports say over the wire."""

from marshmallow import Schema, fields


class FaultOut(Schema):
    """Why one row is not taken, in the language of the request."""

    row = fields.Integer()
    name = fields.String()
    column = fields.String()
    code = fields.String()
    reason = fields.String()


class RunBrief(Schema):
    """An import in a list."""

    id = fields.UUID()
    kind = fields.String()
    filename = fields.String()
    state = fields.String()
    created_at = fields.AwareDateTime()
    created_by = fields.UUID()
    applied_at = fields.AwareDateTime(allow_none=True)
    total = fields.Integer()
    bad = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    same = fields.Integer()


class RunOut(RunBrief):
    """An import with what was found in it."""

    faults = fields.List(fields.Nested(FaultOut))


class RunList(Schema):
    """The latest imports."""

    imports = fields.List(fields.Nested(RunBrief))
