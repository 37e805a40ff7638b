"""What search takes and says over the wire."""

from marshmallow import Schema, fields, validate


class SearchQuery(Schema):
    """A question to the catalogue."""

    q = fields.String(load_default="", validate=validate.Length(max=200))
    language = fields.String(load_default="", validate=validate.Length(max=8))
    kind = fields.String(load_default="", validate=validate.Length(max=12))
    decade = fields.String(load_default="", validate=validate.Regexp(r"^(\d{4})?$"))
    on_shelf = fields.String(load_default="", validate=validate.OneOf(["", "1"]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class RecordOut(Schema):
    """A record in a list."""

    id = fields.UUID()
    title = fields.String()
    remainder = fields.String()
    responsibility = fields.String()
    authors = fields.List(fields.String())
    place = fields.String()
    publisher = fields.String()
    year = fields.Integer(allow_none=True)
    language = fields.String()
    kind = fields.String()
    isbns = fields.List(fields.String())
    held = fields.Integer(metadata={"description": "copies the library holds"})
    free = fields.Integer(metadata={"description": "copies on the shelf now"})


class FoundOut(Schema):
    """A page of results."""

    hits = fields.List(fields.Nested(RecordOut))
    total = fields.Integer()
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.List(fields.Raw())))
    on_shelf = fields.Integer(metadata={"description": "matching records with a free copy"})
    approximate = fields.Boolean(metadata={"description": "nothing matched; these are similar titles"})
