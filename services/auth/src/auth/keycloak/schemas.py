"""What people send about Keycloak and the emergency door. The secrets are `load_only`."""

from marshmallow import Schema, fields, validate

from auth.forms import OrderForm


class EmergencyForm(Schema):
    """Login, password and the present code."""

    login = fields.String(required=True)
    password = fields.String(required=True, load_only=True)
    code = fields.String(required=True, load_only=True)


class NameForm(OrderForm):
    """Who becomes an emergency administrator, by which order."""

    login = fields.String(required=True, validate=validate.Length(1, 64))


class DropForm(Schema):
    """Why a push is given up."""

    reason = fields.String(required=True, validate=validate.Length(3, 300))
