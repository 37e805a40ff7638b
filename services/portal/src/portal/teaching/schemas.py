"""What teaching assignments take and say over the wire."""

from marshmallow import Schema, fields, validate

from portal.schemas import LocalizedText

TEACHERS = validate.Length(1, 10)


class AssignmentIn(Schema):
    """A discipline given to teachers in a group and period."""

    discipline_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    period_id = fields.UUID(required=True)
    teachers = fields.List(fields.UUID(), required=True, validate=TEACHERS)


class TeachersIn(Schema):
    """Who shall teach, the responsible one first, and the version the change is based on."""

    teachers = fields.List(fields.UUID(), required=True, validate=TEACHERS)
    version = fields.Integer(required=True, strict=True)


class AssignmentOut(Schema):
    """An assignment."""

    id = fields.UUID()
    discipline_id = fields.UUID()
    group_id = fields.UUID()
    period_id = fields.UUID()
    credits = fields.Integer()
    control = fields.String()
    hours = fields.Integer()
    status = fields.String()
    version = fields.Integer()


class AssignmentInList(AssignmentOut):
    """An assignment in a list."""

    discipline_title = fields.Nested(LocalizedText)
    group_code = fields.String()
    teachers = fields.List(fields.UUID())


class AssignmentQuery(Schema):
    """Which period; without it all."""

    period_id = fields.UUID(load_default=None)


class AssignmentList(Schema):
    """Assignments within the person's scopes."""

    assignments = fields.List(fields.Nested(AssignmentInList))
