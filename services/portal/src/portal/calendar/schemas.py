"""What the calendar takes and says over the wire, and its forms."""

from marshmallow import Schema, fields, validate

from portal.schemas import LocalizedText, TitleForm, plain_date

PERIOD_CODE = validate.Regexp(r"^[0-9]{4}-[1-9]$")
MOMENT = validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


class PeriodBody(Schema):
    """The dates and bells of a period."""

    title = fields.Nested(LocalizedText, required=True)
    starts = fields.Date(required=True)
    half_ends = fields.Date(required=True)
    ends = fields.Date(required=True)
    bells = fields.List(fields.List(fields.String(validate=MOMENT), validate=validate.Length(equal=2)))


class PeriodIn(PeriodBody):
    """A new period; without bells it gets the usual six pairs."""

    code = fields.String(required=True, validate=PERIOD_CODE)


class PeriodChange(PeriodBody):
    """A period as it shall be, and the version the change is based on."""

    version = fields.Integer(required=True, strict=True)


class PeriodOut(PeriodIn):
    """A period."""

    id = fields.UUID()
    version = fields.Integer()


class DayOffIn(Schema):
    """Why a day is a day off."""

    title = fields.Nested(LocalizedText, required=True)


class DayOffOut(DayOffIn):
    """A day off beyond the fixed holidays."""

    day = fields.Date()


class CalendarOut(Schema):
    """The academic calendar."""

    periods = fields.List(fields.Nested(PeriodOut))
    days_off = fields.List(fields.Nested(DayOffOut))


class PeriodForm(TitleForm):
    """A period on its form."""

    code = fields.String(required=True, validate=PERIOD_CODE)
    starts = plain_date()
    half_ends = plain_date()
    ends = plain_date()


class DayOffForm(TitleForm):
    """A day off on its form."""

    day = plain_date()
