"""Fields several capabilities share over the wire and in forms."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from chassis.i18n import lazy_gettext as _l
from chassis.i18n import normalise

NOT_BLANK = validate.Length(min=1, max=400)
CODE = validate.Regexp(
    r"^\w[\w ./-]{0,31}$",
    error=_l("A code has letters, digits and . / - only"),  # type: ignore[arg-type]
)


class Words(fields.String):
    """A text as a person types it, brought to one form."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        return normalise(text) if text else ""


class PlainDate(fields.Date):
    """A date as people write it: 23.11.2026."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(str(value).strip(), *args, **kwargs)
        except ValidationError:
            raise ValidationError([_l("Write the date as day.month.year")]) from None


def plain_date() -> PlainDate:
    """Make a required date of a form."""
    return PlainDate(required=True, format="%d.%m.%Y")


class LocalizedText(Schema):
    """A text in languages; Kazakh and Russian are obligatory (clause 25 of Order No. 21)."""

    kk = Words(required=True, validate=NOT_BLANK)
    ru = Words(required=True, validate=NOT_BLANK)
    en = Words(validate=NOT_BLANK)


class TitleForm(Schema):
    """The title of something, on a page's form."""

    title_kk = Words(required=True, validate=NOT_BLANK)
    title_ru = Words(required=True, validate=NOT_BLANK)
    title_en = Words(load_default="")


class VersionIn(Schema):
    """The version a change is based on."""

    version = fields.Integer(required=True, strict=True)


def title_of(data: dict[str, Any], name: str = "title") -> dict[str, str]:
    """Take the texts of a form's fields `<name>_kk`, `<name>_ru`, `<name>_en` out of its data, as one localized text."""
    texts = {language: data.pop(f"{name}_{language}", "") for language in ("kk", "ru", "en")}
    return {language: text for language, text in texts.items() if text}
