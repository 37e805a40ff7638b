"""What goes over the wire, and the forms of pages."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.i18n import gettext as _
from chassis.pages import PageQuery
from ejournal.statements.rules import KINDS, REASONS, STATES

DATE = "%d.%m.%Y"
HOUR = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
DIGEST = re.compile(r"\s*[0-9A-Fa-f]{64}\s*")
KIND = validate.OneOf(tuple(KINDS))
VERSION = validate.Range(1, 2**31 - 1)


def is_hour(text: str) -> None:
    """Refuse what is no time of a day."""
    if text and not HOUR.fullmatch(text):
        raise ValidationError(_("Enter the time as 09:00."))


def is_digest(text: str | None) -> None:
    """Refuse what is no SHA-256."""
    if text and not DIGEST.fullmatch(text):
        raise ValidationError(_("A digest has 64 signs: digits and letters from a to f."))


class ArchiveQuery(PageQuery):
    """What the archive is searched for."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"description": "a number, or part of a group's code or of a discipline's title"},
    )
    kind = fields.String(load_default="", validate=validate.OneOf(("", *KINDS)))
    state = fields.String(load_default="", validate=validate.OneOf(("", *STATES)))
    period = fields.UUID(load_default=None)


class IssueIn(Schema):
    """What is issued."""

    kind = fields.String(required=True, validate=KIND)
    after = fields.UUID(load_default=None, metadata={"description": "the sealed statement it is issued from"})
    date = fields.Date(load_default=None)
    time = fields.String(load_default="", validate=is_hour)
    room = fields.String(load_default="", validate=validate.Length(max=40))


class IssueForm(IssueIn):
    """The form of issuing."""

    date = fields.Date(DATE, load_default=None)


class VersionIn(Schema):
    """The version that was looked at."""

    version = fields.Integer(required=True, strict=True, validate=VERSION)


class VersionForm(Schema):
    """The form of an act: the version that was looked at."""

    version = fields.Integer(required=True, validate=VERSION)


class SignIn(VersionIn):
    """A signature."""

    key_id = fields.UUID(load_default=None, metadata={"description": "the key to sign with; the one in use when left out"})  # fmt: skip


class ReturnIn(VersionIn):
    """Why a statement is returned."""

    remark = fields.String(required=True, validate=validate.Length(3, 500))


class ReturnForm(ReturnIn):
    """The form of returning."""

    version = fields.Integer(required=True, validate=VERSION)


class AgreeForm(Schema):
    """What a third person agrees on: the learner, the mark, the version of the row, what was looked at."""

    k = fields.UUID(required=True)
    v = fields.String(required=True, validate=validate.Length(0, 40))
    b = fields.Integer(required=True, validate=validate.Range(0, 2**31 - 1))
    because = fields.String(required=True, validate=validate.Length(5, 500))


class AgreeIn(AgreeForm):
    """The same over the wire."""

    b = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))


class EntryOut(Schema):
    """My own blind entry."""

    place = fields.Integer(allow_none=True)
    handed_in_at = fields.AwareDateTime(allow_none=True)
    marks = fields.Raw()


class HandedInOut(Schema):
    """Whether both entries are handed in, and how many marks differ."""

    both = fields.Boolean()
    differing = fields.Integer()


class ComparisonOut(Schema):
    """Whose marks differ, with both."""

    both = fields.Boolean()
    differing = fields.Raw()


class RectifyIn(Schema):
    """Why and by which order a statement is rectified."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    order_number = fields.String(required=True, validate=validate.Length(1, 40))
    order_date = fields.Date(required=True)


class RectifyForm(RectifyIn):
    """The form of a rectification."""

    order_date = fields.Date(DATE, required=True)


class RevokeIn(Schema):
    """Why a key is revoked."""

    reason = fields.String(required=True, validate=validate.Length(3, 300))


class BatchIn(Schema):
    """What is issued for a whole session."""

    kind = fields.String(required=True, validate=validate.OneOf(("rating", "examination")))
    period_id = fields.UUID(required=True)


class CheckQuery(Schema):
    """What is checked."""

    number = fields.String(required=True, validate=validate.Length(1, 40))
    code = fields.String(required=True, validate=validate.Length(1, 40))
    digest = fields.String(load_default=None, validate=is_digest)


class CheckForm(CheckQuery):
    """The form of the check page."""


class CheckOut(Schema):
    """What the public may know of a statement."""

    known = fields.Boolean()
    valid = fields.Boolean()
    number = fields.String()
    date = fields.Date()
    matches = fields.Boolean(allow_none=True)


class MarkIn(Schema):
    """One changed mark."""

    k = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "the learner"})
    v = fields.String(required=True, metadata={"description": "a number, a letter of absence, or empty"})
    b = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 2))


class MarksIn(MarkIn):
    """A list of changed marks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "many": True})

    @validates_schema(pass_collection=True)
    def each_once(self, data: list[dict[str, Any]], **_options: Any) -> None:
        """Refuse an empty list, a very long one, and one that changes a mark twice."""
        if not 1 <= len(data) <= 500 or len({item.get("k") for item in data}) != len(data):
            raise ValidationError(_("Send at least one mark and at most 500, each learner once."))


class StatementLine(Schema):
    """A statement in a list."""

    id = fields.String()
    number = fields.String()
    kind = fields.String()
    state = fields.String(metadata={"enum": list(STATES)})
    version = fields.Integer()
    journal_id = fields.String()
    group = fields.String(allow_none=True)
    discipline = fields.Raw(allow_none=True)
    period = fields.Raw(allow_none=True)
    issued_at = fields.DateTime()
    accepted_at = fields.DateTime(allow_none=True)


class ArchivePage(Schema):
    """A page of the archive."""

    items = fields.List(fields.Nested(StatementLine))
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()


class StatementOut(StatementLine):
    """A whole statement."""

    head = fields.Raw()
    rows = fields.Raw(metadata={"description": "per learner; exact numbers are fractions as text"})
    signatures = fields.Raw()
    totals = fields.Raw()
    related = fields.Raw()
    code = fields.String(metadata={"description": "the code of the public check page"})
    digest = fields.String(allow_none=True)
    remark = fields.String(allow_none=True)


class KeyOut(Schema):
    """A signing key; its private half never leaves the service."""

    id = fields.String()
    public = fields.String(metadata={"description": "Ed25519, 64 hex digits"})
    created_at = fields.DateTime()
    revoked_at = fields.DateTime(allow_none=True)
    reason = fields.String(allow_none=True)


class KeysOut(Schema):
    """My keys, the latest first."""

    items = fields.List(fields.Nested(KeyOut))


class BatchOut(Schema):
    """How far a batch is."""

    id = fields.String()
    kind = fields.String()
    asked_at = fields.DateTime()
    finished_at = fields.DateTime(allow_none=True)
    waiting = fields.Integer()
    issued = fields.Integer()
    refused = fields.Integer()


class SavedOut(Schema):
    """What became of every mark."""

    version = fields.Integer(metadata={"description": "of the statement, to be signed"})
    marks = fields.Raw()
