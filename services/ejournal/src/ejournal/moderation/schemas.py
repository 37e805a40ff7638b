"""What moderation takes and says over the wire, and its forms."""

from marshmallow import Schema, fields, validate

from ejournal.forms import PlainDate

WORDS = validate.Length(5, 1000)


class RemarkForm(Schema):
    """A remark on its form; with a day a column is returned to the teacher for correction."""

    column_id = fields.UUID(load_default=None)
    words = fields.String(required=True, validate=WORDS)
    until = PlainDate(load_default=None)


class RemarkIn(Schema):
    """A remark; with a day a column is returned to the teacher for correction until then."""

    column_id = fields.UUID(load_default=None)
    words = fields.String(required=True, validate=WORDS)
    until = fields.Date(load_default=None)


class AnswerForm(Schema):
    """What the teacher answers."""

    version = fields.Integer(required=True)
    answer = fields.String(required=True, validate=validate.Length(2, 500))


class ExplainForm(Schema):
    """Why something found is not unusual."""

    key = fields.String(required=True, validate=validate.Length(1, 200))
    words = fields.String(required=True, validate=WORDS)


class RemarkOut(Schema):
    """A remark and its answer."""

    id = fields.UUID()
    journal_id = fields.UUID()
    column_id = fields.UUID(allow_none=True)
    words = fields.String()
    returned_until = fields.Date(allow_none=True)
    made_at = fields.DateTime()
    answer = fields.String(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class DepartmentOut(Schema):
    """The figures of a department."""

    code = fields.String()
    title = fields.Raw()
    journals = fields.Integer()
    late = fields.Integer()
    missing = fields.Integer()
    reopened = fields.Integer()
    remarks = fields.Integer()


class BoardQuery(Schema):
    """Which day; today's live figures when none is named."""

    day = fields.Date()


class BoardOut(Schema):
    """The board: departments with their figures."""

    day = fields.Date()
    live = fields.Boolean()
    items = fields.List(fields.Nested(DepartmentOut))


class FindingOut(Schema):
    """Something unusual in a journal, with its explanation and what was answered."""

    code = fields.String()
    key = fields.String()
    sentence = fields.String()
    explained = fields.String(allow_none=True)


class FindingsOut(Schema):
    """Everything unusual in a journal."""

    items = fields.List(fields.Nested(FindingOut))
