"""Forms of the sign-in pages. Secrets are `load_only`: taken as typed, never shown again."""

from marshmallow import Schema, fields


class LoginForm(Schema):
    """Login and password."""

    login = fields.String(required=True)
    password = fields.String(required=True, load_only=True)


class StepUpForm(Schema):
    """The password once more."""

    password = fields.String(required=True, load_only=True)


class PasswordForm(Schema):
    """A new password, typed twice; the present one where it was not just typed."""

    present = fields.String(load_only=True, load_default="")
    new = fields.String(required=True, load_only=True)
    again = fields.String(required=True, load_only=True)
