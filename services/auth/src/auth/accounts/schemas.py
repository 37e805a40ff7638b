"""Input and output of accounts. Secrets are `load_only`: taken as typed, never shown again."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from auth.forms import DATE, OrderForm, OrderIn
from chassis.i18n import gettext as _
from chassis.pages import PageQuery

REASON = validate.Length(3, 500)


class BlockForm(OrderForm):
    """Why an account is blocked, and by which order."""

    reason = fields.String(required=True, validate=REASON)


class BlockIn(OrderIn):
    """Why an account is blocked, and by which order."""

    reason = fields.String(required=True, validate=REASON)


class CodeForm(Schema):
    """A one-time code and the new password, typed twice."""

    login = fields.String(required=True)
    code = fields.String(required=True, load_only=True, validate=validate.Length(max=64))
    new = fields.String(required=True, load_only=True)
    again = fields.String(required=True, load_only=True)


class TermForm(OrderForm):
    """The last day of one account, or none, with the version of the account it was read in."""

    expires_on = fields.Date(DATE, load_default=None, allow_none=True)
    version = fields.Integer(required=True)


class TermsForm(OrderForm):
    """The last day of a study group's or an intake's accounts, or none."""

    expires_on = fields.Date(DATE, load_default=None, allow_none=True)


class TermIn(OrderIn):
    """The last day of one account, or null, with the version of the account it was read in."""

    expires_on = fields.Date(required=True, allow_none=True)
    version = fields.Integer(required=True)


class TermsIn(OrderIn):
    """The last day of the accounts of a study group or of an intake, or null."""

    expires_on = fields.Date(required=True, allow_none=True)
    group_code = fields.String(load_default="", validate=validate.Length(max=32))
    intake_id = fields.UUID(load_default=None)

    @validates_schema
    def one_of_two(self, data: Mapping[str, Any], **_more: Any) -> None:
        """Refuse both and neither."""
        if bool(data.get("group_code")) == (data.get("intake_id") is not None):
            raise ValidationError(_("Name either a study group or an intake."), "group_code")


class TermsOut(Schema):
    """How many accounts changed."""

    changed = fields.Integer()


class DeletionForm(OrderForm):
    """Why an account is deleted, by which order; at the second step the login as well, typed by hand."""

    reason = fields.String(required=True, validate=REASON)
    login = fields.String(load_default=None)


class DeletionIn(OrderIn):
    """Why an account is deleted, by which order, and its login, so that no wrong one is."""

    reason = fields.String(required=True, validate=REASON)
    login = fields.String(required=True)


class CodeOut(Schema):
    """A one-time code, shown this once."""

    login = fields.String()
    code = fields.String()
    expires_at = fields.DateTime()


class AccountOut(Schema):
    """An account as the unit sees it."""

    person_id = fields.UUID()
    login = fields.String()
    standing = fields.String(metadata={"description": "open, blocked, expired or deleted"})
    must_change = fields.Boolean()
    slip_at = fields.DateTime(allow_none=True)
    slip_expires_at = fields.DateTime(allow_none=True)
    last_sign_in_at = fields.DateTime(allow_none=True)
    blocked_reason = fields.String(allow_none=True)
    expires_on = fields.Date(allow_none=True)
    expires_order = fields.String(allow_none=True)
    deleted_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class EndingQuery(PageQuery):
    """How many days ahead to look."""

    days = fields.Integer(load_default=30, validate=validate.Range(1, 366))


class EndingOut(Schema):
    """Accounts whose last day is near."""

    items = fields.List(fields.Nested(AccountOut))
    total = fields.Integer()
