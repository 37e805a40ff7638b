"""The academy's rules over HTTP."""

from typing import Any

from auth.access import catalogue
from auth.policy import rules, schemas, service
from chassis.context import Context
from chassis.routes import api


def get_policy(ctx: Context) -> Any:
    """Answer the rules in force and their version."""
    policy, version = service.get_versioned(ctx.session)
    return {**rules.as_json(policy), "version": version}


def change_policy(ctx: Context) -> Any:
    """Set the rules; the version is the one they were read in."""
    service.change(
        ctx.session,
        policy=schemas.as_policy(ctx.body),
        version=ctx.body["version"],
        known_roles={role.code for role in catalogue.list_roles(ctx.session)},
        actor=ctx.identity.subject,
    )
    return get_policy(ctx)


ROUTES = (
    api("GET", "/policy", get_policy, access="auth.policy.read", answer=schemas.PolicyDocument),
    api(
        "PUT",
        "/policy",
        change_policy,
        access="auth.policy.write",
        body=schemas.PolicyDocument,
        answer=schemas.PolicyDocument,
        step_up=True,
    ),
)
