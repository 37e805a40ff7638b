"""Forms of the second factor. Codes are `load_only`: taken as typed, never shown again."""

from marshmallow import Schema, fields


class CodeForm(Schema):
    """A code of the authenticator."""

    code = fields.String(required=True, load_only=True)


class RemoveForm(CodeForm):
    """What removing asks for: the password and a code."""

    password = fields.String(required=True, load_only=True)


class FactorOut(Schema):
    """Whether a person signs in with a second factor."""

    enrolled = fields.Boolean()
    since = fields.DateTime(allow_none=True)
    recovery_codes_left = fields.Integer()
