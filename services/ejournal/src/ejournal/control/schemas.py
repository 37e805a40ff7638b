"""What goes over the wire about rule sets, drafts, reports and letters."""

from marshmallow import Schema, fields, validate

from ejournal.control.rules_sets import TRADITIONAL
from ejournal.control.rules_values import KINDS
from ejournal.forms import PlainDate

TEXT = validate.Length(1, 200)


class Titles(Schema):
    """A text in the three languages; English may be missing."""

    kk = fields.String(required=True, validate=TEXT)
    ru = fields.String(required=True, validate=TEXT)
    en = fields.String(validate=TEXT)


class ParameterSchema(Schema):
    """The value of a parameter as text, and the clause behind it."""

    value = fields.String(required=True, validate=validate.Length(0, 60))
    clause = fields.String(required=True, validate=validate.Length(0, 300))


class BandSchema(Schema):
    """A step of the scale."""

    letter = fields.String(required=True, validate=validate.Length(1, 4))
    lowest = fields.Integer(required=True, strict=True, validate=validate.Range(0, 999))
    points = fields.String(required=True, validate=validate.Length(1, 10))
    traditional = fields.String(required=True, validate=validate.OneOf(TRADITIONAL))


class CopyIn(Schema):
    """A draft is begun as a copy of a rule set."""

    copy_of = fields.String(required=True, validate=validate.Length(1, 40))
    code = fields.String(required=True, validate=validate.Length(1, 40))
    valid_from = fields.Date(required=True)
    title = fields.Nested(Titles)


class CopyForm(Schema):
    """The form that begins a draft."""

    code = fields.String(required=True, validate=validate.Length(1, 40))
    valid_from = PlainDate(required=True)


class VersionIn(Schema):
    """The version of the draft that was seen."""

    version = fields.Integer(required=True, validate=validate.Range(1))


class DraftIn(VersionIn):
    """A draft as a whole."""

    title = fields.Nested(Titles, required=True)
    valid_from = fields.Date(required=True)
    parameters = fields.Dict(keys=fields.String(), values=fields.Nested(ParameterSchema), required=True)
    scale = fields.List(fields.Nested(BandSchema), required=True, validate=validate.Length(1, 20))


class HeadForm(VersionIn):
    """The head of a draft on its form."""

    kk = fields.String(required=True, validate=TEXT)
    ru = fields.String(required=True, validate=TEXT)
    en = fields.String(validate=TEXT)
    valid_from = PlainDate(required=True)


class AdoptIn(VersionIn):
    """The order a draft is adopted under."""

    order_number = fields.String(required=True, validate=validate.Length(1, 40))
    order_date = fields.Date(required=True)


class AdoptForm(AdoptIn):
    """The form of an adoption."""

    order_date = PlainDate(required=True)


class RuleSetOut(Schema):
    """A rule set."""

    code = fields.String()
    title = fields.Nested(Titles)
    valid_from = fields.Date()
    valid_to = fields.Date(
        allow_none=True, metadata={"description": "the first day it is no longer in force"}
    )
    parameters = fields.Dict(keys=fields.String(), values=fields.Nested(ParameterSchema))
    scale = fields.List(fields.Nested(BandSchema))
    order_number = fields.String(allow_none=True)
    order_date = fields.Date(allow_none=True)


class RuleSetsOut(Schema):
    """All rule sets."""

    items = fields.List(fields.Nested(RuleSetOut))


class DraftOut(Schema):
    """A draft."""

    id = fields.UUID()
    version = fields.Integer()
    code = fields.String()
    title = fields.Nested(Titles)
    valid_from = fields.Date()
    copied_from = fields.String()
    parameters = fields.Dict(keys=fields.String(), values=fields.Nested(ParameterSchema))
    scale = fields.List(fields.Nested(BandSchema))
    adopted_at = fields.DateTime(allow_none=True)
    discarded_at = fields.DateTime(allow_none=True)


class ReportIn(Schema):
    """The period a report is asked for."""

    period_id = fields.UUID(required=True)


class CountsSchema(Schema):
    """How many change."""

    place = fields.String(metadata={"description": "code of the group or department"})
    learners = fields.Integer()
    p = fields.Integer()
    rd = fields.Integer()
    letters = fields.Integer()
    gains = fields.Integer()
    losses = fields.Integer()


class PersonChangeOut(Schema):
    """Who would gain or lose admission; ratings are exact fractions."""

    kind = fields.String(metadata={"enum": ["gain", "lose"]})
    person_id = fields.String()
    name = fields.String()
    group = fields.String(allow_none=True)
    journal_id = fields.UUID()
    was = fields.String(allow_none=True)
    becomes = fields.String(allow_none=True)


class ReportOut(Schema):
    """A report: how far it is, and what changes."""

    id = fields.UUID()
    draft_id = fields.UUID()
    draft_version = fields.Integer()
    period_id = fields.UUID()
    total = fields.Integer(metadata={"description": "journals of the period"})
    done = fields.Integer(metadata={"description": "journals already computed"})
    finished_at = fields.DateTime(allow_none=True)
    counts = fields.Nested(CountsSchema)
    groups = fields.List(fields.Nested(CountsSchema))
    departments = fields.List(fields.Nested(CountsSchema))
    people = fields.List(fields.Nested(PersonChangeOut))


class LetterSchema(Schema):
    """How a letter is shown, typed and explained."""

    shown = fields.Nested(Titles, required=True)
    typed = fields.List(fields.String(validate=validate.Length(1, 40)), load_default=list)
    title = fields.Nested(Titles, required=True)
    position = fields.Integer(required=True, validate=validate.Range(1, 99))


class LetterIn(LetterSchema):
    """A new letter; code and kind stay as they are entered."""

    code = fields.String(required=True, validate=validate.Length(2, 16))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


class LetterOut(LetterIn):
    """A letter of the dictionary."""

    used = fields.Boolean()
    retired_at = fields.DateTime(allow_none=True)


class LettersOut(Schema):
    """The dictionary."""

    items = fields.List(fields.Nested(LetterOut))


class LetterForm(Schema):
    """The form of a letter."""

    code = fields.String(validate=validate.Length(2, 16))
    kind = fields.String(validate=validate.OneOf(KINDS))
    shown_kk = fields.String(required=True, validate=validate.Length(1, 6))
    shown_ru = fields.String(required=True, validate=validate.Length(1, 6))
    shown_en = fields.String(validate=validate.Length(1, 6))
    typed = fields.String(validate=validate.Length(0, 300))
    title_kk = fields.String(required=True, validate=TEXT)
    title_ru = fields.String(required=True, validate=TEXT)
    title_en = fields.String(validate=TEXT)
    position = fields.Integer(required=True, validate=validate.Range(1, 99))
