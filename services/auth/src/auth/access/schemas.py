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


class PermissionQuery(Schema):
    """Which permissions to list."""

    q = fields.String(load_default="", validate=validate.Length(0, 100))
    service = fields.String(load_default="", validate=validate.Length(0, 40))
    risk = fields.String(load_default="", validate=validate.OneOf(("", *sorted(RISKS))))


class PermissionOut(Schema):
    """A permission, and the roles that have it."""

    code = fields.String()
    service = fields.String()
    title = fields.Nested(TitleSchema)
    scopes = fields.List(fields.String())
    risk = fields.String()
    needs_step_up = fields.Boolean()
    forbidden_with = fields.List(fields.String())
    roles = fields.List(fields.String())


class PermissionsOut(Schema):
    """Permissions of all services."""

    items = fields.List(fields.Nested(PermissionOut))


class RoleOut(Schema):
    """A role with its permissions."""

    code = fields.String()
    title = fields.Nested(TitleSchema)
    permissions = fields.List(fields.String())
    own = fields.Boolean()
    version = fields.Integer()


class RoleChangeIn(OrderIn):
    """A role as it is to be, by the version it was read in."""

    title = fields.Nested(TitleSchema, required=True)
    permissions = fields.List(fields.String(validate=validate.Length(1, 100)), required=True)
    version = fields.Integer(required=True)


class RoleIn(OrderIn):
    """A role of the academy's own."""

    code = fields.String(required=True, validate=validate.Length(1, 40))
    title = fields.Nested(TitleSchema, required=True)
    permissions = fields.List(fields.String(validate=validate.Length(1, 100)), required=True)


class RetireIn(OrderIn):
    """The order a role is retired by, and the version it was read in."""

    version = fields.Integer(required=True)


class RoleChangeForm(OrderForm):
    """The form of a role: titles, rights, the order."""

    title_kk = fields.String(required=True, validate=validate.Length(1, 200))
    title_ru = fields.String(required=True, validate=validate.Length(1, 200))
    title_en = fields.String(load_default="", validate=validate.Length(0, 200))
    permissions = fields.List(fields.String(validate=validate.Length(1, 100)), load_default=list)
    version = fields.Integer(load_default=0)


class RoleForm(RoleChangeForm):
    """The form of a role of the academy's own."""

    code = fields.String(required=True, validate=validate.Length(1, 40))


class RetireForm(OrderForm):
    """The form that retires a role."""

    version = fields.Integer(required=True)


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
    deputy_for = fields.UUID(allow_none=True)


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


class PreviewQuery(Schema):
    """A grant to be looked at before it is given."""

    role = fields.String(required=True, validate=validate.Length(1, 40))
    scope_type = fields.String(required=True, validate=validate.OneOf(SCOPES))
    scope_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 64))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)


class OpeningOut(Schema):
    """A permission a grant would open."""

    code = fields.String(attribute="permission.code")
    service = fields.String(attribute="permission.service")
    title = fields.Nested(TitleSchema, attribute="permission.title")
    risk = fields.String(attribute="permission.risk")
    needs_step_up = fields.Boolean(attribute="permission.needs_step_up")
    applies = fields.Boolean()
    fresh = fields.Boolean()


class FaultOut(Schema):
    """What speaks against it, at which field."""

    pointer = fields.String()
    detail = fields.Function(lambda fault: str(fault.text))


class PreviewOut(Schema):
    """What a grant would open, and what speaks against it."""

    openings = fields.List(fields.Nested(OpeningOut))
    faults = fields.List(fields.Nested(FaultOut))


class DeputyIn(OrderIn):
    """A deputy for grants of a person."""

    deputy_id = fields.UUID(required=True)
    grants = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 50))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)


class DeputyForm(OrderForm):
    """The form of a deputy."""

    deputy = fields.String(required=True, validate=validate.Length(1, 64))
    grants = fields.List(fields.UUID(), load_default=list)
    valid_from = fields.Date("%d.%m.%Y", required=True)
    valid_to = fields.Date("%d.%m.%Y", required=True)


class WhyQuery(Schema):
    """Can a person do something, perhaps at a place?"""

    permission = fields.String(required=True, validate=validate.Length(1, 100))
    place_type = fields.String(load_default="", validate=validate.OneOf(("", *SCOPES)))
    place_id = fields.String(load_default="", validate=validate.Length(0, 64))


class ChainOut(Schema):
    """One way that is open."""

    role = fields.String()
    grant_id = fields.UUID(attribute="grant.id")
    scope_type = fields.String(attribute="grant.scope_type")
    scope_id = fields.String(attribute="grant.scope_id", allow_none=True)
    valid_from = fields.Date(attribute="grant.valid_from")
    valid_to = fields.Date(attribute="grant.valid_to", allow_none=True)
    order = fields.String(attribute="grant.basis")
    given_by = fields.String()
    deputy_for = fields.String()


class ReasonOut(Schema):
    """One reason against."""

    code = fields.Function(lambda reason: reason[0])
    text = fields.Function(lambda reason: reason[1])


class WhyOut(Schema):
    """The answer: what opens the way, or what speaks against."""

    can = fields.Boolean()
    step_up = fields.Boolean(attribute="permission.needs_step_up")
    chains = fields.List(fields.Nested(ChainOut))
    reasons = fields.List(fields.Nested(ReasonOut))
    roles = fields.List(fields.String())


class Nothing(Schema):
    """A form of one button."""


class DecisionForm(Schema):
    """What a reviewer decides on chosen lines."""

    lines = fields.List(fields.UUID(), load_default=list)
    decision = fields.String(required=True, validate=validate.OneOf(("confirm", "withdraw")))
    reason = fields.String(load_default="", validate=validate.Length(0, 300))
