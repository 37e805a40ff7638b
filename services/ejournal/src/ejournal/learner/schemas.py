"""What a learner's own marks look like over the wire."""

from marshmallow import Schema, fields


class OwnMark(Schema):
    """A published mark."""

    column_id = fields.String()
    kind = fields.String()
    date = fields.String(allow_none=True)
    half = fields.Integer()
    value = fields.String(allow_none=True)


class OwnStep(Schema):
    """A step of the explanation; numbers are exact fractions as text."""

    what = fields.String(metadata={"enum": ["tk", "p", "rd", "rounded"]})
    half = fields.Integer()
    inputs = fields.List(fields.String())
    result = fields.String(allow_none=True)


class OwnLesson(Schema):
    """A lesson with a topic or homework."""

    column_id = fields.String()
    date = fields.String()
    lesson_kind = fields.String()
    topic = fields.String()
    homework = fields.String()


class OwnChance(Schema):
    """The least examination mark for a letter; null when out of reach."""

    letter = fields.String()
    exam = fields.Integer(allow_none=True)


class OwnLine(Schema):
    """One of my journals."""

    id = fields.String()
    discipline = fields.Raw()
    period = fields.Raw()
    results = fields.Raw()


class OwnList(Schema):
    """My journals."""

    items = fields.List(fields.Nested(OwnLine))


class OwnJournal(Schema):
    """One of my journals with everything that follows from what is published."""

    id = fields.String()
    discipline = fields.Raw()
    period = fields.Raw()
    marks = fields.List(fields.Nested(OwnMark))
    steps = fields.List(fields.Nested(OwnStep))
    admitted = fields.Boolean(allow_none=True)
    refusals = fields.List(fields.String())
    chances = fields.List(fields.Nested(OwnChance))
    lessons = fields.List(fields.Nested(OwnLesson), metadata={"description": "the latest first"})
