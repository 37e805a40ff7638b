"""Input and output of units."""

from marshmallow import Schema, fields, validate

from auth.forms import TitleSchema
from auth.units.rules import PARENTS


class UnitIn(Schema):
    """A new unit."""

    code = fields.String(required=True, validate=validate.Length(1, 32))
    kind = fields.String(required=True, validate=validate.OneOf(list(PARENTS)))
    title = fields.Nested(TitleSchema, required=True)
    parent_id = fields.UUID(load_default=None, allow_none=True)


class UnitOut(Schema):
    """A unit."""

    id = fields.UUID()
    code = fields.String()
    kind = fields.String()
    title = fields.Nested(TitleSchema)
    parent_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class UnitsOut(Schema):
    """All units, each parent before its children."""

    items = fields.List(fields.Nested(UnitOut))


class UnitForm(Schema):
    """The form of a new unit."""

    code = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(PARENTS)))
    parent_id = fields.UUID(load_default=None, allow_none=True)
    title_kk = fields.String(required=True, validate=validate.Length(1, 200))
    title_ru = fields.String(required=True, validate=validate.Length(1, 200))
    title_en = fields.String(load_default="", validate=validate.Length(0, 200))


class RenameForm(Schema):
    """The form of a unit's title."""

    title_kk = fields.String(required=True, validate=validate.Length(1, 200))
    title_ru = fields.String(required=True, validate=validate.Length(1, 200))
    title_en = fields.String(load_default="", validate=validate.Length(0, 200))
    version = fields.Integer(required=True)
