"""What goes over the wire."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.i18n import lazy_gettext as _l
from chassis.pages import PageQuery
from ejournal.journal.rules import MOST_CELLS


class JournalQuery(PageQuery):
    """Which page of the list."""


class CellIn(Schema):
    """One changed cell."""

    k = fields.String(
        required=True, validate=validate.Length(1, 100), metadata={"description": "learner:column"}
    )
    v = fields.String(
        required=True, metadata={"description": "what was typed: 0-100, a letter, or empty to clear the cell"}
    )
    b = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, 2**31 - 2),
        metadata={"description": "version of the cell it was typed over; 0 for a cell never written"},
    )


class CellsIn(CellIn):
    """A list of changed cells."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "many": True})

    @validates_schema(pass_collection=True)
    def each_once(self, data: list[dict[str, Any]], **_options: Any) -> None:
        """Refuse an empty list, a very long one, and one that changes a cell twice."""
        if not 1 <= len(data) <= MOST_CELLS:
            raise ValidationError(str(_l("Send at least one cell and at most %(most)s.", most=MOST_CELLS)))
        if len({item.get("k") for item in data}) != len(data):
            raise ValidationError(str(_l("A cell may stand in the list only once.")))


class CellOut(Schema):
    """What became of one cell."""

    k = fields.String()
    state = fields.String(metadata={"enum": ["ok", "conflict", "invalid", "locked", "missing"]})
    v = fields.String(allow_none=True, metadata={"description": "the stored value now; null when empty"})
    shown = fields.String(metadata={"description": "the same as the reader's language shows it"})
    version = fields.Integer()
    asked = fields.String(metadata={"description": "what was sent; in refusals"})
    by = fields.String(metadata={"description": "who wrote the value that stands; in conflicts"})
    at = fields.String(metadata={"description": "when; in conflicts"})
    detail = fields.String(metadata={"description": "why not, in the reader's language"})


class SavedOut(Schema):
    """What became of all cells, and the new results of their learners."""

    cells = fields.List(fields.Nested(CellOut))
    results = fields.Dict(keys=fields.String(), values=fields.Raw())


class ColumnOut(Schema):
    """A column of a journal."""

    id = fields.String()
    kind = fields.String(metadata={"enum": ["lesson", "rk1", "rk2"]})
    lesson_kind = fields.String(allow_none=True)
    date = fields.String(allow_none=True)
    pair = fields.Integer(allow_none=True)
    half = fields.Integer()
    in_timetable = fields.Boolean()
    published = fields.Boolean()


class JournalLine(Schema):
    """A journal in a list."""

    id = fields.String()
    discipline = fields.Raw()
    group = fields.String()
    period = fields.Raw()
    status = fields.String()
    credits = fields.String()
    control = fields.String()


class JournalPage(Schema):
    """A page of the list."""

    items = fields.List(fields.Nested(JournalLine))
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()


class JournalOut(JournalLine):
    """A whole journal: columns in order, learners in the order of the roster."""

    revision = fields.Integer()
    columns = fields.Raw(metadata={"description": "list of columns, see ColumnOut"})
    rows = fields.Raw(
        metadata={
            "description": "per learner: person_id, name, cells {column id: [value, version]}, results "
            "{tk1, tk2, p1, p2, mean, rd, rounded: exact fractions as text; admitted; refusals}, listed, and the days "
            "[{from, to, came, went}] in the journal of a learner whom an order moved"
        }
    )


class ChangeOut(Schema):
    """One change of a cell."""

    version = fields.Integer()
    old = fields.String(allow_none=True)
    new = fields.String(allow_none=True)
    at = fields.DateTime()
    by = fields.String()


class ChangesOut(Schema):
    """All changes of a cell, the latest first."""

    items = fields.List(fields.Nested(ChangeOut))


class PublishIn(Schema):
    """Publishing needs nothing but the address."""


class ColumnForm(Schema):
    """The form of one lesson; the cells are read by their names, `v:<learner>` and `b:<learner>`."""
