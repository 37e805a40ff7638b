"""What a witness tells."""

from marshmallow import Schema, fields, validate

MOST = 10_000


class RootsQuery(Schema):
    """From which root on, and how many."""

    first = fields.Integer(load_default=1, validate=validate.Range(1, 2**31 - 1))
    limit = fields.Integer(load_default=MOST, validate=validate.Range(1, MOST))


class RootOut(Schema):
    """A root as it was signed; hashes, key and signature in hex."""

    number = fields.Integer()
    at = fields.String()
    previous = fields.String()
    root = fields.String()
    streams = fields.Integer()
    key_id = fields.String()
    public_key = fields.String()
    signature = fields.String()
    received_at = fields.DateTime()


class RootsOut(Schema):
    """What this service keeps; the file `verify_journal.py --roots` takes."""

    form = fields.String()
    service = fields.String()
    roots = fields.List(fields.Nested(RootOut))
