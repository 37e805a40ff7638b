"""What content takes and says over the wire; the editor's form is read with the same schemas."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from website.content.rules import LANGUAGES, SECTIONS

TITLE, SUMMARY, TEXT = 300, 600, 20_000
KINDS = sorted({kind for rule in SECTIONS.values() for kind in rule.kinds})


def texts(longest: int) -> fields.Dict:
    """Make a field of one text per language."""
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(LANGUAGES)),
        values=fields.String(validate=validate.Length(max=longest)),
        load_default=dict,
    )


class BlockIn(Schema):
    """A paragraph, a heading or a list (one entry per line) in its languages."""

    id = fields.UUID(load_default=None, allow_none=True)
    kind = fields.String(load_default="paragraph", validate=validate.OneOf(("paragraph", "heading", "list")))
    text = texts(TEXT)
    keep = fields.List(
        fields.String(validate=validate.OneOf(LANGUAGES)),
        load_default=list,
        metadata={"description": "languages whose translation needs no change"},
    )


class ContentIn(Schema):
    """What an editor writes."""

    title = texts(TITLE)
    summary = texts(SUMMARY)
    blocks = fields.List(fields.Nested(BlockIn), load_default=list, validate=validate.Length(max=200))
    starts_on = fields.Date(load_default=None, allow_none=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    international = fields.Boolean(load_default=False)
    place = texts(TITLE)

    @validates_schema
    def _order(self, data: dict[str, Any], **_options: Any) -> None:
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if ends and (not starts or ends < starts):
            raise ValidationError(_("The last day cannot come before the first."), "ends_on")
        if not any(text.strip() for text in data["title"].values()):
            raise ValidationError(_("Give a title in at least one language."), "title")

    @post_load
    def _strip(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        for name in ("title", "summary", "place"):
            data[name] = {key: text.strip() for key, text in data[name].items() if text.strip()}
        return data


class ItemNew(ContentIn):
    """A new item of a section."""

    section = fields.String(required=True, validate=validate.OneOf(list(SECTIONS)))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))

    @validates_schema
    def _fits(self, data: dict[str, Any], **_options: Any) -> None:
        if data["kind"] not in SECTIONS[data["section"]].kinds:
            raise ValidationError(_("This section holds no items of this kind."), "kind")


class ItemChange(ContentIn):
    """A change of an item, made on the ground of a version."""

    version = fields.Integer(required=True)


class PublishIn(Schema):
    """When an item is public; at once and for good when nothing is said."""

    version = fields.Integer(required=True)
    publish_at = fields.AwareDateTime(load_default=None, allow_none=True)
    expire_at = fields.AwareDateTime(load_default=None, allow_none=True)
    late_reason = fields.String(load_default="", validate=validate.Length(max=1000))


class UnpublishIn(Schema):
    """A withdrawal, made on the ground of a version."""

    version = fields.Integer(required=True)


class ItemOut(Schema):
    """An item of the site."""

    id = fields.UUID()
    number = fields.Integer()
    section = fields.String()
    kind = fields.String()
    state = fields.String()
    languages = fields.List(fields.String())
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    international = fields.Boolean()
    publish_at = fields.AwareDateTime(allow_none=True)
    expire_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


class ItemQuery(Schema):
    """Which items an editor asks for."""

    section = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(SECTIONS)))
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("draft", "published")))


class ItemList(Schema):
    """Items, the last changed first."""

    items = fields.List(fields.Nested(ItemOut))


STATE_WORDS = {"draft": _l("Draft"), "published": _l("Published")}
