"""Input and output of catalogues, roles and grants."""

from marshmallow import Schema, fields, validate

from auth.access.rules import SCOPES
from auth.forms import OrderForm, OrderIn, TitleSchema
from chassis.permissions import RISKS


class PermissionIn(Schema):
    """A permission as a service declares it."""

    code = fields.String(required=True, validate=validate.Regexp(r"[a-z]+(\.[a-z_-]+){1,3}\Z"))
    title = fields.Nested(TitleSchema, required=True)
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), required=True)
    risk = fields.String(load_default="low", validate=validate.OneOf(sorted(RISKS)))
    needs_step_up = fields.Boolean(load_default=False)
    forbidden_with = fields.List(fields.String(), load_default=list)
    roles = fields.List(fields.String(), load_default=list)


class CatalogueIn(Schema):
    """All permissions of a service, and what programs can be granted there."""

    permissions = fields.List(fields.Nested(PermissionIn), required=True)
    feeds = fields.List(fields.String(validate=validate.Length(1, 100)), load_default=list)
    operations = fields.List(fields.String(validate=validate.Length(1, 100)), load_default=list)


class CatalogueOut(Schema):
    """What of it was new."""

    new = fields.List(fields.String())


class RoleOut(Schema):
    """A role with its permissions."""

    code = fields.String()
    title = fields.Nested(TitleSchema)
    permissions = fields.List(fields.String())


class RolesOut(Schema):
    """All roles."""

    items = fields.List(fields.Nested(RoleOut))


class GrantOut(Schema):
    """A grant."""

    id = fields.UUID()
    person_id = fields.UUID()
    role = fields.String()
    scope_type = fields.String()
    scope_id = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    order_number = fields.String()
    order_date = fields.Date()
    withdrawn_at = fields.DateTime(allow_none=True)


class GrantsOut(Schema):
    """All grants of a person."""

    items = fields.List(fields.Nested(GrantOut))


class GrantIn(OrderIn):
    """A role to be given."""

    role = fields.String(required=True)
    scope_type = fields.String(required=True, validate=validate.OneOf(SCOPES))
    scope_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 64))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)


class GrantForm(OrderForm):
    """The form of a role to be given."""

    role = fields.String(required=True)
    scope_type = fields.String(required=True, validate=validate.OneOf(SCOPES))
    scope_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 64))
    valid_from = fields.Date("%d.%m.%Y", required=True)
    valid_to = fields.Date("%d.%m.%Y", load_default=None, allow_none=True)
