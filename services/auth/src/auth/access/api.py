"""Catalogues, roles and grants over HTTP."""

from typing import Any
from uuid import UUID

from auth.access import catalogue, schemas, service
from auth.forms import OrderIn
from auth.people import service as people
from auth.programs import offers
from chassis.context import Context
from chassis.problems import Forbidden
from chassis.routes import Program, api


def register_catalogue(ctx: Context, name: str) -> Any:
    """Register the permissions of a service; a service registers its own only, as often as it likes."""
    if ctx.identity.client_id != name:
        raise Forbidden
    new = catalogue.register(
        ctx.session, service=name, permissions=ctx.body["permissions"], actor=ctx.identity.subject
    )
    offers.register(ctx.session, service=name, feeds=ctx.body["feeds"], operations=ctx.body["operations"])
    return {"new": new}


def list_roles(ctx: Context) -> Any:
    """List the roles with the permissions of each."""
    roles = catalogue.list_roles(ctx.session)
    permissions = catalogue.permissions_of(ctx.session, [role.code for role in roles])
    return {
        "items": [
            {"code": role.code, "title": role.title, "permissions": sorted(permissions[role.code])}
            for role in roles
        ]
    }


def list_grants(ctx: Context, id: UUID) -> Any:
    """List every grant a person ever had, living ones first."""
    person = people.get_or_raise(ctx.session, id)
    return {"items": service.list_(ctx.session, person_id=person.id)}


def give_role(ctx: Context, id: UUID) -> Any:
    """Give a role to a person by an order; it holds everywhere within a second."""
    person = people.get_or_raise(ctx.session, id)
    return service.give(ctx.session, person=person, actor=ctx.identity.person_id, **ctx.body)


def withdraw_role(ctx: Context, id: UUID) -> None:
    """Withdraw a role by an order."""
    grant = service.get_or_raise(ctx.session, id)
    service.withdraw(ctx.session, grant=grant, actor=ctx.identity.person_id, **ctx.body)


ROUTES = (
    api(
        "PUT",
        "/catalogues/<name>",
        register_catalogue,
        access=Program("permissions.register"),
        body=schemas.CatalogueIn,
        answer=schemas.CatalogueOut,
    ),
    api("GET", "/roles", list_roles, access="auth.role.read", answer=schemas.RolesOut),
    api("GET", "/people/<uuid:id>/grants", list_grants, access="auth.grant.read", answer=schemas.GrantsOut),
    api(
        "POST",
        "/people/<uuid:id>/grants",
        give_role,
        access="auth.grant.write",
        body=schemas.GrantIn,
        answer=schemas.GrantOut,
        status=201,
        step_up=True,
    ),
    api(
        "POST",
        "/grants/<uuid:id>/withdraw",
        withdraw_role,
        access="auth.grant.write",
        body=OrderIn,
        step_up=True,
    ),
)
