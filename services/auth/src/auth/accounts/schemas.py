"""Input of account acts."""

from marshmallow import fields, validate

from auth.forms import OrderForm, OrderIn


class BlockForm(OrderForm):
    """Why an account is blocked, and by which order."""

    reason = fields.String(required=True, validate=validate.Length(3, 500))


class BlockIn(OrderIn):
    """Why an account is blocked, and by which order."""

    reason = fields.String(required=True, validate=validate.Length(3, 500))
