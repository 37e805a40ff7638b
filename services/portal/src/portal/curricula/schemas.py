"""What working curricula take and say over the wire."""

from marshmallow import Schema, fields, validate

from portal.curricula.rules import CONTROLS
from portal.schemas import CODE, LocalizedText

CREDITS = validate.Range(1, 60)
HOURS = validate.Range(0, 1800)
CONTROL = validate.OneOf(list(CONTROLS))


class DisciplineBody(Schema):
    """What may change in a discipline."""

    title = fields.Nested(LocalizedText, required=True)
    department_code = fields.String(required=True, validate=validate.Length(1, 64))


class DisciplineIn(DisciplineBody):
    """A new discipline."""

    code = fields.String(required=True, validate=CODE)


class DisciplineChange(DisciplineBody):
    """A discipline as it shall be, and the version the change is based on."""

    version = fields.Integer(required=True, strict=True)


class DisciplineOut(DisciplineIn):
    """A discipline."""

    id = fields.UUID()
    version = fields.Integer()


class DisciplineList(Schema):
    """Disciplines in alphabetic order."""

    disciplines = fields.List(fields.Nested(DisciplineOut))


class RowFigures(Schema):
    """The figures of a row."""

    credits = fields.Integer(required=True, strict=True, validate=CREDITS)
    control = fields.String(required=True, validate=CONTROL)
    hours = fields.Integer(required=True, strict=True, validate=HOURS)


class RowIn(RowFigures):
    """A row of a working curriculum: for a group, or for a programme and year of study."""

    discipline_id = fields.UUID(required=True)
    period_id = fields.UUID(required=True)
    group_id = fields.UUID(load_default=None, allow_none=True)
    programme = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 32))
    year_of_study = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 6)
    )


class RowChange(RowFigures):
    """The figures of a row as they shall be, and the version the change is based on."""

    version = fields.Integer(required=True, strict=True)


class RowOut(RowIn):
    """A row of a working curriculum."""

    id = fields.UUID()
    version = fields.Integer()


class RowQuery(Schema):
    """Which period."""

    period_id = fields.UUID(required=True)


class RowList(Schema):
    """Rows of a period."""

    rows = fields.List(fields.Nested(RowOut))
