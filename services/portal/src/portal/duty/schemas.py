"""What the duty roster takes and says over the wire, and its forms."""

from marshmallow import Schema, fields, validate

from portal.duty.rules import KINDS, MOST_PEOPLE
from portal.schemas import VersionIn, Words, plain_date

TEXT = validate.Length(1, 400)


class DutyQuery(Schema):
    """Which day; today when it is left out."""

    day = fields.Date(load_default=None)


class DutiesIn(Schema):
    """Learners on duty for some days."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    people = fields.List(
        Words(validate=validate.Length(1, 40)),
        load_default=list,
        validate=validate.Length(max=MOST_PEOPLE),
        metadata={"description": "personal numbers"},
    )
    group_code = fields.String(load_default=None, allow_none=True, metadata={"description": "a whole group"})
    basis = Words(required=True, validate=TEXT)


class DutiesOut(Schema):
    """How many duties were entered."""

    entered = fields.Integer()


class WithdrawIn(VersionIn):
    """Why a duty is withdrawn."""

    reason = Words(required=True, validate=TEXT)


class DutyOut(Schema):
    """A learner on duty."""

    id = fields.UUID()
    person_id = fields.UUID()
    number = fields.String(allow_none=True)
    group_code = fields.String(allow_none=True)
    day = fields.Date()
    kind = fields.String(metadata={"enum": list(KINDS)})
    basis = fields.String()
    version = fields.Integer()


class DutyList(Schema):
    """The roster of a day, as far as the person may see it."""

    day = fields.Date()
    duties = fields.List(fields.Nested(DutyOut))


class DutyForm(Schema):
    """Learners on duty, on the form."""

    first_day = plain_date()
    last_day = plain_date()
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    people = Words(load_default="", validate=validate.Length(max=12000))
    group_code = fields.String(load_default=None, allow_none=True)
    basis = Words(required=True, validate=TEXT)
