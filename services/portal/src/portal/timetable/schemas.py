"""What the timetable takes and says over the wire."""

from marshmallow import Schema, fields

from portal.schemas import LocalizedText


class WeekQuery(Schema):
    """Any day of the wanted week; without one, the present week."""

    day = fields.Date()


class LessonOut(Schema):
    """One lesson on one date."""

    id = fields.UUID()
    assignment_id = fields.UUID()
    group_id = fields.UUID()
    group_code = fields.String()
    teacher_id = fields.UUID(allow_none=True)
    discipline_title = fields.Nested(LocalizedText)
    day = fields.Date()
    pair = fields.Integer()
    starts = fields.AwareDateTime()
    ends = fields.AwareDateTime()
    kind = fields.String()
    room = fields.String(allow_none=True)
    half = fields.Integer()


class WeekOut(Schema):
    """A week from Monday to Sunday and its lessons."""

    first = fields.Date()
    last = fields.Date()
    lessons = fields.List(fields.Nested(LessonOut))
