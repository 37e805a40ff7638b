"""What groups take and say over the wire."""

from marshmallow import Schema, fields, validate

from portal.groups.rules import LANGUAGES, YEARS
from portal.schemas import CODE, LocalizedText


class GroupBody(Schema):
    """What may change in a group."""

    title = fields.Nested(LocalizedText, required=True)
    faculty_code = fields.String(required=True, validate=validate.Length(1, 64))
    programme = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 32))
    year_of_study = fields.Integer(required=True, strict=True, validate=validate.Range(*YEARS))
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class GroupIn(GroupBody):
    """A new group; learners are enrolled by its code."""

    code = fields.String(required=True, validate=CODE)


class GroupChange(GroupBody):
    """A group as it shall be, and the version the change is based on."""

    version = fields.Integer(required=True, strict=True)


class GroupOut(GroupIn):
    """A group."""

    id = fields.UUID()
    version = fields.Integer()


class GroupInList(GroupOut):
    """A group in a list, with the number of its learners."""

    learners = fields.Integer()


class GroupList(Schema):
    """Groups the signed-in person may see."""

    groups = fields.List(fields.Nested(GroupInList))


class LearnerOut(Schema):
    """A learner on a group's list."""

    id = fields.UUID()
    family_name = fields.String()
    given_name = fields.String()
    patronymic = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    status = fields.String()


class RosterOut(GroupOut):
    """A group and its list in order."""

    roster = fields.List(fields.Nested(LearnerOut))
