"""Pages of roles: the list, one role, its editor; and the catalogue of permissions of all services (clause 9)."""

from typing import Any

from auth.access import catalogue, roles, schemas, service
from auth.access.model import Role
from auth.access.words import RISKS, SCOPES, SERVICES, scope
from auth.forms import refuse
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page

TITLES = ("kk", "ru", "en")


def access_page(ctx: Context) -> Any:
    """Show the roles with how many permissions and holders each has."""
    found = catalogue.list_roles(ctx.session, retired=True)
    return ctx.render(
        "auth/access/roles.html",
        roles=found,
        permissions=catalogue.permissions_of(ctx.session, [role.code for role in found]),
        holders=service.count_holders(ctx.session),
    )


def role_page(ctx: Context, code: str) -> Any:
    """Show a role: its permissions, by service, and who has it."""
    role = roles.get_or_raise(ctx.session, code)
    codes = catalogue.permissions_of(ctx.session, [code])[code]
    return ctx.render(
        "auth/access/role.html",
        role=role,
        permissions=catalogue.list_permissions(ctx.session, codes),
        holders=service.list_holders(ctx.session, role=code, limit=200),
        scopes=SCOPES,
        scope=scope,
        risks=RISKS,
    )


def permissions_page(ctx: Context) -> Any:
    """Show the catalogue: every permission of every service, and the roles that have it."""
    asked = {name: ctx.request.args.get(name, "")[:100] for name in ("q", "service", "risk")}
    return ctx.render(
        "auth/access/permissions.html",
        rows=catalogue.search(ctx.session, **asked),
        roles=catalogue.roles_of(ctx.session),
        titles=catalogue.titles(ctx.session),
        asked=asked,
        **_words(),
    )


def new_role_page(ctx: Context) -> Any:
    """Show the form of a role of the academy's own."""
    return _form_page(ctx, Form.of({"permissions": []}), None)


def create_role(ctx: Context) -> Any:
    """Create a role of the academy's own from the form."""
    form = ctx.form(schemas.RoleForm)
    if form.valid:
        try:
            role = roles.create(ctx.session, actor=ctx.identity.person_id, **_values(form, "code"))
        except Invalid as refused:
            return _form_page(ctx, refuse(form, refused), None), 422
        ctx.flash(_("The role is there; now it can be given."))
        return ctx.redirect("access.role_page", code=role.code)
    return _form_page(ctx, form, None), 422


def edit_role_page(ctx: Context, code: str) -> Any:
    """Show the editor of a role."""
    role = roles.get_or_raise(ctx.session, code)
    state = roles.state(ctx.session, role)
    values = {f"title_{language}": role.title.get(language, "") for language in TITLES}
    return _form_page(
        ctx, Form.of({**values, "permissions": state["permissions"], "version": role.version}), role
    )


def change_role(ctx: Context, code: str) -> Any:
    """Change a role from the editor; who was overtaken sees both states and decides."""
    role, form = roles.get_or_raise(ctx.session, code), ctx.form(schemas.RoleChangeForm)
    if not form.valid:
        return _form_page(ctx, form, role), 422
    try:
        roles.change(ctx.session, code=code, actor=ctx.identity.person_id, **_values(form, "version"))
    except roles.RoleChanged as conflict:
        form.values["version"] = conflict.extra["current_version"]
        return _form_page(ctx, form, role, conflict=conflict), 409
    except Invalid as refused:
        return _form_page(ctx, refuse(form, refused), role), 422
    ctx.flash(_("The role is changed; it holds in every service within a second."))
    return ctx.redirect("access.role_page", code=code)


def retire_page(ctx: Context, code: str) -> Any:
    """Ask for the order a role is retired by."""
    role = roles.get_or_raise(ctx.session, code)
    return ctx.render("auth/access/retire.html", role=role, form=Form.of({"version": role.version}))


def retire_role(ctx: Context, code: str) -> Any:
    """Retire a role of the academy's own that nobody holds."""
    role, form = roles.get_or_raise(ctx.session, code), ctx.form(schemas.RetireForm)
    if form.valid:
        try:
            roles.retire(ctx.session, code=code, actor=ctx.identity.person_id, **form.data)
        except Invalid as refused:
            refuse(form, refused)
        else:
            ctx.flash(_("The role is retired."), "warn")
            return ctx.redirect("access.access_page")
    return ctx.render("auth/access/retire.html", role=role, form=form), 422


def _values(form: Form, beside: str) -> dict[str, Any]:
    """Take the titles together, and one more field that the form has for this act alone."""
    title = {
        language: form.data[f"title_{language}"] for language in TITLES if form.data[f"title_{language}"]
    }
    names = ("permissions", "order_number", "order_date", beside)
    return {"title": title, **{name: form.data[name] for name in names}}


def _words() -> dict[str, Any]:
    return {"scopes": SCOPES, "risks": RISKS, "services": SERVICES}


def _form_page(ctx: Context, form: Form, role: Role | None, conflict: roles.RoleChanged | None = None) -> str:
    rows = catalogue.search(ctx.session)
    return ctx.render(
        "auth/access/role_form.html",
        form=form,
        role=role,
        conflict=conflict and conflict.extra,
        by_service={name: [row for row in rows if row.service == name] for name in SERVICES},
        known={row.code: row for row in rows},
        chosen=set(form.values["permissions"]),
        **_words(),
    )


ROUTES = (
    page("GET", "/access", access_page, access="auth.role.read"),
    page("GET", "/access/<code>", role_page, access="auth.role.read"),
    page("GET", "/permissions", permissions_page, access="auth.role.read"),
    page("GET", "/roles/new", new_role_page, access="auth.role.write", step_up=True),
    page("POST", "/roles/new", create_role, access="auth.role.write", step_up=True),
    page("GET", "/roles/<code>/edit", edit_role_page, access="auth.role.write", step_up=True),
    page("POST", "/roles/<code>/edit", change_role, access="auth.role.write", step_up=True),
    page("GET", "/roles/<code>/retire", retire_page, access="auth.role.write", step_up=True),
    page("POST", "/roles/<code>/retire", retire_role, access="auth.role.write", step_up=True),
)
