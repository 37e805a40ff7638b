"""What lending takes and says over the wire, and the forms of the desk."""

from marshmallow import Schema, fields, validate

BARCODE = validate.Length(1, 40)


class IssueIn(Schema):
    """A reader and a copy, as scanned."""

    card = fields.String(required=True, validate=BARCODE, metadata={"description": "card or personal number"})
    barcode = fields.String(required=True, validate=BARCODE)


class ReturnIn(Schema):
    """A copy, as scanned."""

    barcode = fields.String(required=True, validate=BARCODE)


class LoanOut(Schema):
    """A loan."""

    id = fields.UUID()
    copy_id = fields.UUID()
    reader_id = fields.UUID()
    issued_at = fields.AwareDateTime()
    due_on = fields.Date()
    returned_at = fields.AwareDateTime(allow_none=True)


class OwnLoan(Schema):
    """A book a reader has."""

    id = fields.UUID()
    title = fields.String()
    authors = fields.List(fields.String())
    barcode = fields.String()
    due_on = fields.Date()


class OwnLoans(Schema):
    """The books the signed-in reader has."""

    loans = fields.List(fields.Nested(OwnLoan))
