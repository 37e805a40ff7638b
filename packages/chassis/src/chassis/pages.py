"""Forms and lists of pages: a posted form read with a marshmallow schema, a list cut into pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import Any, Generic, TypeVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from chassis.i18n import normalise, translate_filled
from chassis.problems import FieldError

T = TypeVar("T")
MAX_PAGE = 10_000


@dataclass(frozen=True)
class Form:
    """A posted form: what was typed, what it means, and what is wrong with it."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    def refuse(self, name: str, text: str) -> "Form":
        """Add what a rule found wrong with a field; `_schema` is the form as a whole."""
        self.errors.setdefault(name, []).append(str(text))
        return self

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Form":
        """Make the form a page shows first, filled with what is stored."""
        return cls(values=dict(values))


def bind(schema: type[Schema], posted: MultiDict[str, str]) -> Form:
    """Read a posted form with a schema.

    Typed texts are normalised (but secrets, `load_only`, are taken as they are); an empty field counts as not sent, or as
    None where the schema allows it.
    """
    reader = _reader(schema)
    raw: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, part in reader.load_fields.items():
        key = part.data_key or name
        value = _typed(part, posted, key)
        values[key] = value if value is not None else ""
        if value not in (None, "") and value != []:
            raw[key] = value
        elif key in posted and part.allow_none:
            raw[key] = None
    try:
        return Form(data=reader.load(raw), values=values)
    except ValidationError as error:
        return Form(errors=by_field(error), values=values)


@lru_cache(512)
def _reader(schema: type[Schema]) -> Schema:
    return schema(unknown=EXCLUDE)


def _typed(part: fields.Field[Any], posted: MultiDict[str, str], key: str) -> Any:
    if isinstance(part, fields.List):
        return [_clean(part, text) for text in posted.getlist(key) if text]
    if isinstance(part, fields.Boolean) and key not in posted:
        return "false"
    text = posted.get(key)
    return None if text is None else _clean(part, text)


def _clean(part: fields.Field[Any], text: str) -> str:
    if part.load_only or part.metadata.get("raw"):
        return text
    return "\n".join(normalise(line) for line in text.replace("\r\n", "\n").split("\n")).strip()


def by_field(error: ValidationError) -> dict[str, list[str]]:
    """Give the translated messages of a validation by the first part of their field's name."""
    found: dict[str, list[str]] = {}
    for fault in pointers(error.messages):
        name = fault.pointer.split("/")[1] if "/" in fault.pointer else "_schema"
        found.setdefault(name, []).append(fault.text)
    return found


def pointers(messages: Any, at: str = "") -> list[FieldError]:
    """Give the translated messages of a validation with JSON pointers to their fields."""
    if isinstance(messages, Mapping):
        found = []
        for key, inner in messages.items():
            found += pointers(inner, at if key == "_schema" else f"{at}/{key}")
        return found
    if isinstance(messages, list):
        return [error for inner in messages for error in pointers(inner, at)]
    return [FieldError(at, translate_filled(str(messages)))]


class PageQuery(Schema):
    """The part of a query string that chooses a page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, MAX_PAGE))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, ceil(self.total / self.size))


def paginate(
    session: Session, query: Select[Any], *, page: int, size: int = 50, scalars: bool = True
) -> Paged[Any]:
    """Run a query for one page of its rows.

    Args:
        session: of the request.
        query: ordered, without limit.
        page: counted from 1.
        size: rows on a page.
        scalars: give the first column (an entity) of each row instead of rows.
    """
    before = (page - 1) * size
    cut = query.limit(size).offset(before)
    items = session.scalars(cut).all() if scalars else session.execute(cut).all()
    if len(items) < size and (items or not before):  # the last page: whoever sees its end need not count
        return Paged(items, page, size, before + len(items))
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return Paged(items, page, size, total)
