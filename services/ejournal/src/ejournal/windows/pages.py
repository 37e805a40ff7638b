"""The page of the institution's windows."""

from typing import Any

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Conflict
from chassis.routes import page
from ejournal.journal import windows
from ejournal.windows.schemas import DaysOff, PolicyForm

CHANGE = "ejournal.windows.change"


def windows_page(ctx: Context) -> Any:
    """Show the windows on their form."""
    told = windows.as_json(windows.read_policy(ctx.session))
    days = DaysOff().serialize("days_off", told)
    return _form(ctx, Form.of({**told, "days_off": days}))


def change_windows(ctx: Context) -> Any:
    """Change the windows."""
    form = ctx.form(PolicyForm)
    if form.valid:
        data = dict(form.data)
        version, basis = data.pop("version"), data.pop("basis")
        try:
            windows.change_policy(
                ctx.session, data=data, version=version, actor=ctx.identity.subject, basis=basis
            )
        except Conflict:
            form.refuse("_schema", _("Somebody has changed the windows meanwhile. Open the page again."))
            return _form(ctx, form), 409
        ctx.flash(_("The windows are changed; the journals follow within a minute."))
        return ctx.redirect("windows.windows_page")
    return _form(ctx, form), 422


def _form(ctx: Context, form: Form) -> Any:
    crumbs = [(_("Journals"), "/journal/"), (_("Windows of the journals"), None)]
    return ctx.render("ejournal/windows/windows.html", form=form, crumbs=crumbs)


ROUTES = (
    page("GET", "/windows", windows_page, access=CHANGE),
    page("POST", "/windows", change_windows, access=CHANGE),
)
