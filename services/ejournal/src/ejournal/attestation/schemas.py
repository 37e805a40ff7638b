"""What debts, transcripts and ranks look like over the wire; numbers are exact decimal text."""

from marshmallow import Schema, fields

from chassis.pages import PageQuery


class DebtQuery(PageQuery):
    """Which debts."""

    group = fields.String(metadata={"description": "Code of a group."})


class DebtOut(Schema):
    """An open academic debt."""

    id = fields.UUID()
    person_id = fields.UUID()
    name = fields.String()
    discipline_id = fields.UUID()
    discipline = fields.Raw()
    journal_id = fields.UUID()
    group = fields.String(allow_none=True)
    period = fields.Raw()
    reason = fields.String(metadata={"enum": ["failed", "not_admitted", "retake"]})
    letter = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime()


class DebtPage(Schema):
    """Open debts."""

    items = fields.List(fields.Nested(DebtOut))
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()


class DebtList(Schema):
    """All own debts."""

    items = fields.List(fields.Nested(DebtOut))


class AttemptOut(Schema):
    """One attempt at one discipline."""

    discipline_id = fields.String()
    code = fields.String()
    title = fields.Raw()
    credits = fields.String()
    number = fields.Integer()
    kind = fields.String()
    exam = fields.String(allow_none=True)
    final = fields.String(allow_none=True)
    letter = fields.String(allow_none=True)
    points = fields.String(allow_none=True)
    traditional = fields.String(allow_none=True)
    state = fields.String()
    rule_set = fields.String()


class SummaryOut(Schema):
    """What follows from attempts."""

    gpa = fields.String(allow_none=True)
    credits_earned = fields.String()
    mean_final = fields.String(allow_none=True)
    debts = fields.Integer()


class PartOut(SummaryOut):
    """One period of a transcript."""

    title = fields.Raw()
    attempts = fields.List(fields.Nested(AttemptOut))


class TranscriptOut(SummaryOut):
    """A transcript: every attempt by period."""

    person_id = fields.UUID()
    name = fields.String()
    group = fields.String(allow_none=True)
    day = fields.Date()
    transfers = fields.Boolean(
        allow_none=True, metadata={"description": "Whether GPA reaches the transfer score."}
    )
    transfer_score = fields.String()
    digest = fields.String()
    periods = fields.List(fields.Nested(PartOut))


class OwnTranscriptOut(TranscriptOut):
    """My transcript with my place in the group."""

    place = fields.Integer(allow_none=True)
    ranked = fields.Integer()


class RankQuery(Schema):
    """Whose ranks."""

    group_id = fields.UUID(required=True)
    course = fields.Boolean(
        load_default=False, metadata={"description": "Rank the whole year of study of the faculty."}
    )
    period_id = fields.UUID()


class RankOut(SummaryOut):
    """A learner with the place; null while nothing counts."""

    place = fields.Integer(allow_none=True)
    person_id = fields.UUID()
    name = fields.String()
    group = fields.String()


class RankList(Schema):
    """Learners, the best first."""

    items = fields.List(fields.Nested(RankOut))


class SealQuery(Schema):
    """The seal of a transcript, from its QR code."""

    seal = fields.String(required=True)


class SealOut(Schema):
    """What the sealed transcript says; all but `valid` is null when this service did not seal it."""

    valid = fields.Boolean()
    day = fields.Date(allow_none=True)
    gpa = fields.String(allow_none=True)
    credits_earned = fields.String(allow_none=True)
    lines = fields.Integer(allow_none=True)
    current = fields.Boolean(allow_none=True, metadata={"description": "Whether nothing has changed since."})
