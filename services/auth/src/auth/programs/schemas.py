"""Forms of programs."""

from marshmallow import Schema, fields, validate

from auth.forms import DATE, OrderForm
from auth.programs.rules import SECRET_DAYS


class ChangeForm(OrderForm):
    """What a program is for, who answers for it, what it may ask for."""

    title = fields.String(required=True, validate=validate.Length(1, 100))
    purpose = fields.String(required=True, validate=validate.Length(1, 500))
    owner_number = fields.String(required=True, validate=validate.Length(1, 40))
    unit_code = fields.String(required=True, validate=validate.Length(1, 40))
    expires_on = fields.Date(DATE, required=True)
    scopes = fields.List(fields.String(validate=validate.Length(1, 120)), load_default=list)
    version = fields.Integer(load_default=0)


class ProgramForm(ChangeForm):
    """A new program."""

    client_id = fields.String(required=True, validate=validate.Length(1, 60))


class BlockForm(OrderForm):
    """Why a program is blocked."""

    reason = fields.String(required=True, validate=validate.Length(1, 300))


class SecretForm(Schema):
    """How long a secret is to live."""

    days = fields.Integer(required=True, validate=validate.OneOf(SECRET_DAYS))


class KeyForm(SecretForm):
    """A public key, or a set of them, pasted or as a file."""

    document = fields.String(load_default="", validate=validate.Length(max=20_000), metadata={"raw": True})


class ProgramOut(Schema):
    """A program, without anything it proves itself with."""

    id = fields.UUID()
    client_id = fields.String()
    title = fields.String()
    purpose = fields.String()
    owner_id = fields.UUID()
    unit_code = fields.String()
    expires_on = fields.Date()
    blocked_at = fields.DateTime(allow_none=True)


class ProgramsOut(Schema):
    """All programs."""

    items = fields.List(fields.Nested(ProgramOut))
