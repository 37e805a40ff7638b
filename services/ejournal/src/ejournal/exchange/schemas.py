"""What goes over the wire about files of marks."""

from marshmallow import Schema, fields, validate

from ejournal.journal.rules import MOST_CELLS
from ejournal.journal.schemas import CellIn

NAME = validate.Length(1, 200)


class VersionIn(Schema):
    """The version of the import that was seen."""

    version = fields.Integer(required=True, validate=validate.Range(1))


class JournalImportIn(Schema):
    """Cells of one journal, to be judged before they are saved."""

    name = fields.String(required=True, validate=NAME)
    cells = fields.List(fields.Nested(CellIn), required=True, validate=validate.Length(1, MOST_CELLS))


class MidtermRow(Schema):
    """Midterm controls of one learner: by number or name, discipline by code or title, period by code."""

    number = fields.String(load_default="", validate=validate.Length(0, 64))
    name = fields.String(load_default="", validate=validate.Length(0, 200))
    discipline = fields.String(required=True, validate=NAME)
    group = fields.String(required=True, validate=NAME)
    period = fields.String(required=True, validate=NAME)
    rk1 = fields.String(load_default="", validate=validate.Length(0, 40))
    rk2 = fields.String(load_default="", validate=validate.Length(0, 40))


class MidtermImportIn(Schema):
    """Rows of midterm controls, to be judged before they are saved."""

    name = fields.String(required=True, validate=NAME)
    rows = fields.List(fields.Nested(MidtermRow), required=True, validate=validate.Length(1, 5000))


class FaultOut(Schema):
    """A row that was not understood."""

    row = fields.Integer()
    name = fields.String()
    column = fields.String()
    why = fields.String()


class ChangeOut(Schema):
    """A cell of an import: what becomes of it, or why not."""

    row = fields.Integer()
    name = fields.String()
    journal_id = fields.String()
    journal = fields.String()
    column = fields.String()
    old = fields.String()
    new = fields.String()
    state = fields.String(
        metadata={
            "enum": [
                "planned",
                "saved",
                "same",
                "conflict",
                "invalid",
                "locked",
                "missing",
                "restored",
                "kept",
            ]
        }
    )
    why = fields.String()


class ImportOut(Schema):
    """An import: how far it is, its differences and what cannot be."""

    id = fields.UUID()
    version = fields.Integer()
    state = fields.String(metadata={"enum": ["checked", "applying", "applied", "undoing", "undone"]})
    rows = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    faults = fields.List(fields.Nested(FaultOut))
    problems = fields.List(fields.Nested(ChangeOut))
    changes = fields.List(fields.Nested(ChangeOut), metadata={"description": "the first 500"})
