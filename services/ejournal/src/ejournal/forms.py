"""What the forms of several capabilities share."""

from typing import Any

from marshmallow import ValidationError, fields

from chassis.i18n import lazy_gettext as _l
from chassis.pages import Form
from chassis.problems import Invalid

DATE = "%d.%m.%Y"


class PlainDate(fields.Date):
    """A date as people write it: 23.11.2026."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format=DATE, **options)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(str(value).strip(), *args, **kwargs)
        except ValidationError:
            raise ValidationError([_l("Write the date as day.month.year")]) from None


def refuse(form: Form, refused: Invalid) -> Form:
    """Put the words of a refusal at the fields they are about."""
    for error in refused.errors:
        form.refuse(error.pointer.removeprefix("/"), error.text)
    if not refused.errors:
        form.refuse("_schema", str(refused.detail or refused.title))
    return form
