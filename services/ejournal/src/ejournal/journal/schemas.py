"""What goes over the wire."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.i18n import lazy_gettext as _l
from chassis.pages import PageQuery
from ejournal.journal.rules import MOST_CELLS

LONGEST_KEY = 100
LAST_VERSION = 2**31 - 2


class JournalQuery(PageQuery):
    """Which page of the list."""


class CellIn(Schema):
    """One changed cell."""

    k = fields.String(
        required=True, validate=validate.Length(1, LONGEST_KEY), metadata={"description": "learner:column"}
    )
    v = fields.String(
        required=True, metadata={"description": "what was typed: 0-100, a letter, or empty to clear the cell"}
    )
    b = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, LAST_VERSION),
        metadata={"description": "version of the cell it was typed over; 0 for a cell never written"},
    )


class CellsIn(CellIn):
    """A list of changed cells."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "many": True})

    def load(self, data: Any, **options: Any) -> Any:
        """Take sound cells as they are; only a list with something wrong goes through the fields, which say what it is."""
        return data if _are_sound(data) else super().load(data, **options)

    @validates_schema(pass_collection=True)
    def each_once(self, data: list[dict[str, Any]], **_options: Any) -> None:
        """Refuse an empty list, a very long one, and one that changes a cell twice."""
        if not 1 <= len(data) <= MOST_CELLS:
            raise ValidationError(str(_l("Send at least one cell and at most %(most)s.", most=MOST_CELLS)))
        if len({item.get("k") for item in data}) != len(data):
            raise ValidationError(str(_l("A cell may stand in the list only once.")))


def _are_sound(data: Any) -> bool:
    """Tell whether the fields would find nothing to say."""
    if type(data) is not list or not 1 <= len(data) <= MOST_CELLS:
        return False
    return all(map(_is_sound, data)) and len({item["k"] for item in data}) == len(data)


def _is_sound(item: Any) -> bool:
    if type(item) is not dict or item.keys() != CellIn._declared_fields.keys():
        return False
    key, typed, base = item["k"], item["v"], item["b"]
    whole = type(key) is str and type(typed) is str and type(base) is int
    return whole and 1 <= len(key) <= LONGEST_KEY and 0 <= base <= LAST_VERSION


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

    def dump(self, obj: Any, **_options: Any) -> Any:
        """Give it as it is: `wording` writes it the way it goes over the wire, fields would only copy it cell by cell."""
        return obj


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
