"""The page of the academy's rules."""

from typing import Any

from auth.access import catalogue
from auth.forms import refuse
from auth.policy import rules, schemas, service
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page


def policy_page(ctx: Context) -> Any:
    """Show the rules in force, as a form."""
    policy, version = service.get_versioned(ctx.session)
    values: dict[str, Any] = {**rules.as_json(policy), "version": version}
    for name, general in rules.BY_ROLE.items():
        values |= {f"{general}-{role}": number for role, number in values[name].items()}
    return _form_page(ctx, Form.of(values))


def change_policy(ctx: Context) -> Any:
    """Set the rules from the form."""
    roles = tuple(role.code for role in catalogue.list_roles(ctx.session))
    form = ctx.form(schemas.form_for(roles))
    if not form.valid:
        return _form_page(ctx, form), 422
    try:
        service.change(
            ctx.session,
            policy=schemas.as_policy(form.data),
            version=form.data["version"],
            known_roles=roles,
            actor=ctx.identity.subject,
        )
    except Invalid as refused:
        return _form_page(ctx, refuse(form, refused)), 422
    ctx.flash(_("The rules are saved; they hold at once."))
    return ctx.redirect("policy.policy_page")


def _form_page(ctx: Context, form: Form) -> str:
    return ctx.render(
        "auth/policy/policy.html", form=form, roles=catalogue.list_roles(ctx.session), bounds=rules.BOUNDS
    )


ROUTES = (
    page("GET", "/policy", policy_page, access="auth.policy.write", step_up=True),
    page("POST", "/policy", change_policy, access="auth.policy.write", step_up=True),
)
