"""Catalogues, roles and grants over HTTP."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from auth.access import catalogue, deputies, preview, roles, schemas, service
from auth.access.asking import grant_of, holder
from auth.access.model import Grant, Role
from auth.access.why import ask
from auth.forms import OrderIn
from auth.people import service as people
from auth.programs import offers
from chassis.context import Context
from chassis.problems import FieldError, Forbidden
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


def list_permissions(ctx: Context) -> Any:
    """List the permissions of all services, each with the roles that have it."""
    having = catalogue.roles_of(ctx.session)
    rows = catalogue.search(ctx.session, **ctx.query)
    names = ("code", "service", "title", "scopes", "risk", "needs_step_up", "forbidden_with")
    return {
        "items": [
            {name: getattr(row, name) for name in names} | {"roles": having.get(row.code, [])} for row in rows
        ]
    }


def list_roles(ctx: Context) -> Any:
    """List the roles that can be given, with the permissions of each."""
    found = catalogue.list_roles(ctx.session)
    permissions = catalogue.permissions_of(ctx.session, [role.code for role in found])
    return {"items": [_role(role, permissions[role.code]) for role in found]}


def create_role(ctx: Context) -> Any:
    """Create a role of the academy's own, by an order."""
    return _present(ctx, roles.create(ctx.session, actor=ctx.identity.person_id, **ctx.body))


def change_role(ctx: Context, code: str) -> Any:
    """Change what a role may do, by an order; 409 carries what is stored and what was sent."""
    return _present(ctx, roles.change(ctx.session, code=code, actor=ctx.identity.person_id, **ctx.body))


def retire_role(ctx: Context, code: str) -> None:
    """Retire a role of the academy's own that nobody holds."""
    roles.retire(ctx.session, code=code, actor=ctx.identity.person_id, **ctx.body)


def _present(ctx: Context, role: Role) -> dict[str, Any]:
    return _role(role, catalogue.permissions_of(ctx.session, [role.code])[role.code])


def _role(role: Role, permissions: Iterable[str]) -> dict[str, Any]:
    names = ("code", "title", "own", "version")
    return {name: getattr(role, name) for name in names} | {"permissions": sorted(permissions)}


def list_grants(ctx: Context, id: UUID) -> Any:
    """List every grant a person ever had, living ones first."""
    return {"items": service.list_(ctx.session, person_id=holder(ctx, id).id)}


def preview_grant(ctx: Context, id: UUID) -> Any:
    """Tell what a role would open to a person, what of it is new to them, and what speaks against."""
    grant = Grant(person_id=holder(ctx, id).id, given_by=ctx.identity.person_id, **ctx.query)
    service.check_reach(ctx.session, grant, ctx.scopes)
    return preview.look_ahead(ctx.session, grant)


def give_role(ctx: Context, id: UUID) -> Any:
    """Give a role to a person by an order; it holds everywhere within a second."""
    person = holder(ctx, id)
    return service.give(
        ctx.session, person=person, actor=ctx.identity.person_id, reach=ctx.scopes, **ctx.body
    )


def withdraw_role(ctx: Context, id: UUID) -> None:
    """Withdraw a role by an order, from deputies who exercise it as well."""
    grant = grant_of(ctx, id)
    service.withdraw(ctx.session, grant=grant, actor=ctx.identity.person_id, **ctx.body)


def appoint_deputy(ctx: Context, id: UUID) -> Any:
    """Let a deputy exercise grants of a person for a term, by an order; all of them or none."""
    person, body = holder(ctx, id), dict(ctx.body)
    where = people.within(ctx.scopes, me=ctx.identity.person_id)
    deputy = people.get(ctx.session, body.pop("deputy_id"), where=where)
    if deputy is None:
        raise deputies.DeputyRefused(errors=[FieldError("/deputy_id", deputies.FAULTS["nobody"](""))])
    chosen = set(body.pop("grants"))
    grants = [grant for grant in service.list_(ctx.session, person_id=person.id) if grant.id in chosen]
    made = deputies.appoint(
        ctx.session,
        person=person,
        deputy=deputy,
        grants=grants,
        actor=ctx.identity.person_id,
        reach=ctx.scopes,
        **body,
    )
    return {"items": made}


def why(ctx: Context, id: UUID) -> Any:
    """Answer why a person can or cannot do something today: the chain permission, role, grant, or the reasons against."""
    return ask(ctx.session, person=holder(ctx, id), **ctx.query)


ROUTES = (
    api(
        "PUT",
        "/catalogues/<name>",
        register_catalogue,
        access=Program("permissions.register"),
        body=schemas.CatalogueIn,
        answer=schemas.CatalogueOut,
    ),
    api(
        "GET",
        "/permissions",
        list_permissions,
        access="auth.role.read",
        query=schemas.PermissionQuery,
        answer=schemas.PermissionsOut,
    ),
    api("GET", "/roles", list_roles, access="auth.role.read", answer=schemas.RolesOut),
    api(
        "POST",
        "/roles",
        create_role,
        access="auth.role.write",
        body=schemas.RoleIn,
        answer=schemas.RoleOut,
        status=201,
        step_up=True,
    ),
    api(
        "PUT",
        "/roles/<code>",
        change_role,
        access="auth.role.write",
        body=schemas.RoleChangeIn,
        answer=schemas.RoleOut,
        step_up=True,
    ),
    api(
        "POST",
        "/roles/<code>/retire",
        retire_role,
        access="auth.role.write",
        body=schemas.RetireIn,
        step_up=True,
    ),
    api(
        "GET",
        "/people/<uuid:id>/grants/preview",
        preview_grant,
        access="auth.grant.write",
        query=schemas.PreviewQuery,
        answer=schemas.PreviewOut,
    ),
    api(
        "POST",
        "/people/<uuid:id>/deputies",
        appoint_deputy,
        access="auth.grant.write",
        body=schemas.DeputyIn,
        answer=schemas.GrantsOut,
        status=201,
        step_up=True,
    ),
    api(
        "GET",
        "/people/<uuid:id>/why",
        why,
        access="auth.grant.read",
        query=schemas.WhyQuery,
        answer=schemas.WhyOut,
    ),
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
