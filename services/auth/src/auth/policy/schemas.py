"""Input and output of the academy's rules."""

from functools import lru_cache
from typing import Any

from marshmallow import Schema, fields, validate

from auth.policy.rules import BOUNDS, BY_ROLE, LOGIN_RULES, Policy


class PolicyFields(Schema):
    """What page and API have in common."""

    login_rule = fields.String(required=True, validate=validate.OneOf(LOGIN_RULES))
    password_length = fields.Integer(required=True)
    password_history = fields.Integer(required=True)
    slip_days = fields.Integer(required=True)
    code_minutes = fields.Integer(required=True)
    second_factor_roles = fields.List(fields.String(), load_default=list)
    idle_minutes = fields.Integer(required=True)
    session_hours = fields.Integer(required=True)
    version = fields.Integer(required=True)


class PolicyDocument(PolicyFields):
    """The rules as a document; a role that is not named has the general limit."""

    idle_minutes_by_role = fields.Dict(fields.String(), fields.Integer(), load_default=dict)
    session_hours_by_role = fields.Dict(fields.String(), fields.Integer(), load_default=dict)


@lru_cache(16)
def form_for(roles: tuple[str, ...]) -> type[Schema]:
    """Make the schema of the form: two numbers for each role, empty for the general limit."""
    numbers: dict[str, Any] = {
        f"{general}-{role}": fields.Integer(load_default=None, validate=validate.Range(*BOUNDS[general]))
        for general in BY_ROLE.values()
        for role in roles
    }
    return type("PolicyForm", (PolicyFields,), numbers)


def as_policy(data: dict[str, Any]) -> Policy:
    """Make rules of what a form or a document says."""
    values: dict[str, Any] = {name: data[name] for name in (*BOUNDS, "login_rule")}
    values |= {name: dict(data.get(name) or _numbers(data, general)) for name, general in BY_ROLE.items()}
    return Policy(**values, second_factor_roles=tuple(data["second_factor_roles"]))


def _numbers(data: dict[str, Any], general: str) -> dict[str, int]:
    start = f"{general}-"
    return {key.removeprefix(start): n for key, n in data.items() if key.startswith(start) and n is not None}
