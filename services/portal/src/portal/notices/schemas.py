"""What notices take and say over the wire, and their form."""

from marshmallow import Schema, fields, validate

from portal.notices.rules import AUDIENCES
from portal.schemas import LocalizedText, TitleForm, Words, plain_date

AUDIENCE = validate.OneOf(AUDIENCES)
LONG = validate.Length(1, 2000)


class NoticeText(Schema):
    """The text of a notice in languages."""

    kk = fields.String(required=True, validate=LONG)
    ru = fields.String(required=True, validate=LONG)
    en = fields.String(validate=LONG)


class NoticeIn(Schema):
    """A notice to publish."""

    title = fields.Nested(LocalizedText, required=True)
    text = fields.Nested(NoticeText, required=True)
    audience = fields.String(required=True, validate=AUDIENCE)
    last_day = fields.Date(required=True)


class NoticeChange(NoticeIn):
    """A notice as it shall be, and the version the change is based on."""

    version = fields.Integer(required=True, strict=True)


class NoticeOut(NoticeIn):
    """A notice."""

    id = fields.UUID()
    published_at = fields.AwareDateTime()
    version = fields.Integer()
    read_at = fields.AwareDateTime(allow_none=True)


class NoticeList(Schema):
    """Notices that reach the signed-in person."""

    notices = fields.List(fields.Nested(NoticeOut))


class NoticeForm(TitleForm):
    """A notice on its form."""

    text_kk = fields.String(required=True, validate=LONG)
    text_ru = fields.String(required=True, validate=LONG)
    text_en = Words(load_default="")
    audience = fields.String(required=True, validate=AUDIENCE)
    last_day = plain_date()
    version = fields.Integer(load_default=0)
