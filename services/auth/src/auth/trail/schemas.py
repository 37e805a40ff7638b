"""What the audit is asked, on its page and over HTTP."""

from marshmallow import Schema, fields, validate

from auth.forms import DATE

SHORT = validate.Length(max=100)


class SearchForm(Schema):
    """The filters of the page; the dates as people write them."""

    person = fields.String(load_default="", validate=SHORT)
    actor = fields.String(load_default="", validate=SHORT)
    act = fields.String(load_default="", validate=SHORT)
    subject = fields.String(load_default="", validate=SHORT)
    since = fields.Date(DATE, load_default=None)
    until = fields.Date(DATE, load_default=None)
    order = fields.String(load_default="", validate=SHORT)
    text = fields.String(load_default="", validate=SHORT)
    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**62))


class SearchQuery(SearchForm):
    """The same filters over HTTP; dates as ISO 8601 writes them."""

    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class RowOut(Schema):
    """One row of the audit."""

    number = fields.Integer()
    at = fields.DateTime()
    actor = fields.String()
    act = fields.String()
    subject = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    basis = fields.String(allow_none=True)
    request_id = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    seal_number = fields.Integer(allow_none=True)


class RowsOut(Schema):
    """Rows, newest first; `next` is the `before` to go on with, null at the end."""

    items = fields.List(fields.Nested(RowOut))
    next = fields.Integer(allow_none=True)


class PartQuery(Schema):
    """Which seals to take away."""

    first = fields.Integer(load_default=1, validate=validate.Range(1, 2**62))
    last = fields.Integer(load_default=None, validate=validate.Range(1, 2**62))
