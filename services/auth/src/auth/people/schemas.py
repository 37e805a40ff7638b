"""Input and output of people and intakes."""

from marshmallow import Schema, fields, validate

from auth.forms import OrderForm
from auth.people.rules import KINDS
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
    """Which people to list."""

    q = fields.String(load_default="", validate=validate.Length(0, 100))
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
