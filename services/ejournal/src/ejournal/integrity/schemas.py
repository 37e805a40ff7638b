"""What streams, roots and keys look like over the wire and in forms."""

from marshmallow import Schema, fields, validate

from witness.schemas import RootOut

BASIS = validate.Length(3, 200)
WITNESSES = validate.Length(3, 300)


class RootsOut(Schema):
    """The latest roots the journal signed, the newest first."""

    roots = fields.List(fields.Nested(RootOut(exclude=("received_at",))))


class SignedOut(Schema):
    """The root that was signed, and the journals whose streams do not continue what an earlier root holds."""

    number = fields.Integer()
    broken = fields.List(fields.UUID())


class CeremonyForm(Schema):
    """The protocol of a ceremony: who was present, and the order it rests on."""

    witnesses = fields.String(required=True, validate=WITNESSES)
    basis = fields.String(required=True, validate=BASIS)


class RevokeForm(Schema):
    """The order a revocation rests on."""

    basis = fields.String(required=True, validate=BASIS)


class KeyOut(Schema):
    """A signing key; the public half in hex."""

    key_id = fields.String()
    public_key = fields.Function(lambda row: bytes(row.public_key).hex())
    made_at = fields.DateTime()
    witnesses = fields.String()
    basis = fields.String()
    ended_at = fields.DateTime(allow_none=True)
    reason = fields.String(allow_none=True)


class KeysOut(Schema):
    """All signing keys there ever were."""

    items = fields.List(fields.Nested(KeyOut))


class KeyMade(Schema):
    """The id of the key that was made."""

    key_id = fields.String()


class ExportOut(Schema):
    """A journal as `verify_journal.py` reads it."""

    form = fields.String()
    made_at = fields.String()
    journals = fields.List(fields.Raw())
    roots = fields.List(fields.Raw())
    audit = fields.Raw()


class ReceiptOut(Schema):
    """A receipt as `verify_journal.py` reads it; `proof` and `root` are null until the next root is signed."""

    form = fields.String()
    entry = fields.Raw()
    cell = fields.Raw()
    commitments = fields.List(fields.String())
    later = fields.List(fields.String())
    proof = fields.Raw(allow_none=True)
    root = fields.Raw(allow_none=True)


class ReceiptIn(Schema):
    """A receipt as it was downloaded."""

    receipt = fields.Dict(required=True)


class ReceiptChecked(Schema):
    """What became of the check; faults in words."""

    valid = fields.Boolean()
    under_root = fields.Boolean()
    faults = fields.List(fields.String())
