"""What the home page says over the wire."""

from marshmallow import Schema, fields

from portal.schemas import LocalizedText


class MarkOut(Schema):
    """A published mark of the signed-in person."""

    journal_id = fields.UUID()
    discipline_title = fields.Nested(LocalizedText)
    kind = fields.String()
    day = fields.Date()
    value = fields.String()
    changed_at = fields.AwareDateTime()


class StudiesOut(Schema):
    """How the signed-in learner stands; numbers are decimal text."""

    gpa = fields.String(allow_none=True)
    credits_earned = fields.String()
    computed_at = fields.AwareDateTime()


class DebtOut(Schema):
    """An open academic debt of the signed-in person."""

    id = fields.UUID()
    discipline_title = fields.Nested(LocalizedText)
    reason = fields.String(metadata={"enum": ["failed", "not_admitted", "retake"]})
    opened_at = fields.AwareDateTime()


class EscalationOut(Schema):
    """Late entries of a journal that are told to the signed-in person."""

    id = fields.UUID()
    journal_id = fields.UUID()
    step = fields.String(metadata={"enum": ["teacher", "department", "faculty"]})
    discipline_title = fields.Nested(LocalizedText)
    group_code = fields.String()
    columns = fields.Integer()
    missing = fields.Integer()
    since = fields.Date()
    raised_at = fields.AwareDateTime()


class LoanOut(Schema):
    """A book the signed-in person has on loan."""

    id = fields.UUID()
    title = fields.String()
    authors = fields.List(fields.String())
    barcode = fields.String()
    due_on = fields.Date(allow_none=True)


class NewsOut(Schema):
    """A piece of news on the public site."""

    id = fields.UUID()
    title = fields.Nested(LocalizedText)
    path = fields.Nested(LocalizedText)
    published_at = fields.AwareDateTime()


class StaleOut(Schema):
    """A feed that may have fallen behind, and since when; null when nothing of it has ever arrived."""

    feed = fields.String()
    since = fields.AwareDateTime(allow_none=True)


class HomeOut(Schema):
    """What all services published about the signed-in person."""

    marks = fields.List(fields.Nested(MarkOut))
    studies = fields.Nested(StudiesOut, allow_none=True)
    debts = fields.List(fields.Nested(DebtOut))
    escalations = fields.List(fields.Nested(EscalationOut))
    loans = fields.List(fields.Nested(LoanOut))
    news = fields.List(fields.Nested(NewsOut))
    stale = fields.List(fields.Nested(StaleOut))
