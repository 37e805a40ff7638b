"""Forms of the sign-in pages. Secrets are `load_only`: taken as typed, never shown again."""

from marshmallow import Schema, fields, validate

from auth.forms import OrderForm, OrderIn


class LoginForm(Schema):
    """Login and password."""

    login = fields.String(required=True)
    password = fields.String(required=True, load_only=True)


class StepUpForm(Schema):
    """The password once more, and the code of who has a second factor."""

    password = fields.String(required=True, load_only=True)
    code = fields.String(load_only=True, load_default="")


class CodeForm(Schema):
    """A code of the authenticator, or a recovery code."""

    code = fields.String(required=True, load_only=True)


class PasswordForm(Schema):
    """A new password, typed twice; the present one where it was not just typed."""

    present = fields.String(load_only=True, load_default="")
    new = fields.String(required=True, load_only=True)
    again = fields.String(required=True, load_only=True)


class EndForm(OrderForm):
    """Whose sign-ins are ended, and by which order."""

    whose = fields.String(required=True, validate=validate.OneOf(("unit", "everybody")))
    unit_code = fields.String(load_default=None)


class EndIn(OrderIn):
    """Whose sign-ins are ended, and by which order."""

    whose = fields.String(required=True, validate=validate.OneOf(("unit", "everybody")))
    unit_code = fields.String(load_default=None, allow_none=True)


class EndedOut(Schema):
    """How many sign-ins were ended."""

    ended = fields.Integer()


class AttemptOut(Schema):
    """One try to sign in."""

    at = fields.DateTime()
    outcome = fields.String()
    address = fields.String()
    device = fields.String()


class AttemptsOut(Schema):
    """One page of tries."""

    items = fields.List(fields.Nested(AttemptOut))
    total = fields.Integer()


class RotateForm(OrderForm):
    """Why keys are rotated at once, and whether the present ones are still to be trusted."""

    distrust = fields.Boolean(load_default=False)
