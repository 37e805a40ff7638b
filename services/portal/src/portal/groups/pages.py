"""Pages of groups: the list, and a group with its roster."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.routes import page
from portal.groups import access, rules, service

LANGUAGE_NAMES = {"kk": _l("Kazakh"), "ru": _l("Russian"), "en": _l("English")}


def groups_page(ctx: Context) -> Any:
    """Show the groups within the person's scopes."""
    text = ctx.request.args.get("q", "").strip()[:60]
    return ctx.render(
        "portal/groups/groups.html",
        groups=service.list_groups(session=ctx.session, where=access.groups(ctx), text=text),
        faculties=service.unit_titles(session=ctx.session, kind="faculty"),
        languages=LANGUAGE_NAMES,
        text=text,
    )


def group_page(ctx: Context, id: UUID) -> Any:
    """Show a group and its list."""
    group = service.get_group(session=ctx.session, id=id, where=access.groups(ctx))
    return ctx.render(
        "portal/groups/group.html",
        group=group,
        roster=service.list_roster(session=ctx.session, code=group.code),
        faculties=service.unit_titles(session=ctx.session, kind="faculty"),
        languages=LANGUAGE_NAMES,
        full_name=rules.full_name,
        crumbs=[(_("Portal"), "/portal/"), (_("Groups"), "/portal/groups"), (group.code, None)],
    )


ROUTES = (
    page("GET", "/groups", groups_page, access="portal.group.read"),
    page("GET", "/groups/<uuid:id>", group_page, access="portal.group.read"),
)
