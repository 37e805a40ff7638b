"""Input and output of people and intakes."""

from marshmallow import Schema, fields, validate

from auth.forms import OrderForm, OrderIn
from auth.people.layout import INTAKE
from auth.people.rules import EXPIRIES, KINDS
from chassis.pages import PageQuery

LANGUAGES = ("kk", "ru", "en")


class PersonForm(Schema):
    """The fields of a person's record."""

    number = fields.String(required=True)
    family_name = fields.String(required=True, validate=validate.Length(1, 60))
    given_name = fields.String(required=True, validate=validate.Length(1, 60))
    patronymic = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    group_code = fields.String(load_default=None, allow_none=True)
    department_code = fields.String(load_default=None, allow_none=True)
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class PersonChangeForm(PersonForm):
    """A changed record, with the version it was read in."""

    version = fields.Integer(required=True)


class PersonOut(PersonForm):
    """A person."""

    id = fields.UUID()
    status = fields.String()
    version = fields.Integer()


class PeopleQuery(PageQuery):
    """Which people to list; a unit takes in what stands below it."""

    q = fields.String(load_default="", validate=validate.Length(0, 100))
    unit = fields.String(load_default="", validate=validate.Length(0, 32))
    group = fields.String(load_default="", validate=validate.Length(0, 32))
    expiry = fields.String(load_default="", validate=validate.OneOf(("", *EXPIRIES)))
    kind = fields.String(load_default="", validate=validate.OneOf(("", *KINDS)))
    status = fields.String(load_default="", validate=validate.OneOf(("", "active", "blocked", "left")))


class PeopleOut(Schema):
    """One page of people."""

    items = fields.List(fields.Nested(PersonOut))
    total = fields.Integer()


class IntakeForm(OrderForm):
    """The order an intake rests on; the file comes beside it."""


class ApplyForm(Schema):
    """The version of the dry run that was seen."""

    version = fields.Integer(required=True)


class UndoForm(ApplyForm):
    """Why an applied intake is taken back."""

    reason = fields.String(required=True, validate=validate.Length(3, 500))


class RowIn(Schema):
    """A row as a file would have it; words of choices as in the file, or their codes."""

    number = fields.String(required=True, validate=validate.Length(0, 200))
    family_name = fields.String(required=True, validate=validate.Length(0, 200))
    given_name = fields.String(required=True, validate=validate.Length(0, 200))
    patronymic = fields.String(load_default="", validate=validate.Length(0, 200))
    kind = fields.String(required=True, validate=validate.Length(0, 200))
    group_code = fields.String(load_default="", validate=validate.Length(0, 200))
    department_code = fields.String(load_default="", validate=validate.Length(0, 200))
    language = fields.String(required=True, validate=validate.Length(0, 200))


class IntakeIn(OrderIn):
    """People a program brings, and the order they rest on; they are judged like a file."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    rows = fields.List(fields.Nested(RowIn), required=True, validate=validate.Length(1, INTAKE.max_rows))


class JudgedOut(Schema):
    """A good row and what it does; `before` has the old values of the fields that change."""

    row = fields.Integer()
    act = fields.String()
    number = fields.String()
    person_id = fields.String(allow_none=True)
    before = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), allow_none=True)
    after = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True))


class RowFaultOut(Schema):
    """Why a row is not taken."""

    row = fields.Integer()
    name = fields.String()
    column = fields.String()
    why = fields.String()


class IntakeOut(Schema):
    """An intake: what each row does, what is wrong with the others, and what has become of it."""

    id = fields.UUID()
    version = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    rows = fields.List(fields.Nested(JudgedOut))
    faults = fields.List(fields.Nested(RowFaultOut))
    applied_at = fields.DateTime(allow_none=True)
    undo_until = fields.DateTime(allow_none=True)
    undone_at = fields.DateTime(allow_none=True)
