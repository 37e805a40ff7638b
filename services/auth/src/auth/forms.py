"""What forms of several capabilities share."""

from marshmallow import Schema, fields, validate

from chassis.pages import Form
from chassis.problems import Invalid

DATE = "%d.%m.%Y"


class OrderForm(Schema):
    """The order an act rests on: its number and date."""

    order_number = fields.String(required=True, validate=validate.Length(1, 40))
    order_date = fields.Date(DATE, required=True)


class OrderIn(Schema):
    """The order an act rests on."""

    order_number = fields.String(required=True, validate=validate.Length(1, 40))
    order_date = fields.Date(required=True)


class TitleSchema(Schema):
    """A title in the three languages; English may be missing."""

    kk = fields.String(required=True, validate=validate.Length(1, 200))
    ru = fields.String(required=True, validate=validate.Length(1, 200))
    en = fields.String(validate=validate.Length(1, 200))


def refuse(form: Form, refused: Invalid) -> Form:
    """Put the words of a refusal at the fields they are about."""
    for error in refused.errors:
        form.refuse(error.pointer.removeprefix("/"), error.text)
    if not refused.errors:
        form.refuse("_schema", str(refused.detail))
    return form
