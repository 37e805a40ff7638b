"""Pages of units: the tree, a new unit, a new title."""

from typing import Any
from uuid import UUID

from auth.forms import refuse
from auth.units import schemas, service
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page


def units_page(ctx: Context) -> Any:
    """Show the tree of units."""
    units = service.list_(ctx.session)
    depth = {None: -1} | dict.fromkeys((unit.id for unit in units), 0)
    for unit in units:
        depth[unit.id] = depth[unit.parent_id] + 1
    return ctx.render("auth/units/units.html", units=units, depth=depth)


def new_unit_page(ctx: Context) -> Any:
    """Show the form of a new unit."""
    return _new_form(ctx, Form.of({"kind": "department"}))


def create_unit(ctx: Context) -> Any:
    """Create a unit from the form."""
    form = ctx.form(schemas.UnitForm)
    if form.valid:
        try:
            unit = service.create(
                ctx.session,
                code=form.data["code"].upper(),
                kind=form.data["kind"],
                title=_title(form),
                parent_id=form.data["parent_id"],
                actor=ctx.identity.subject,
            )
        except Invalid as refused:
            return _new_form(ctx, refuse(form, refused)), 422
        ctx.flash(_("The unit %(code)s is there.", code=unit.code))
        return ctx.redirect("units.units_page")
    return _new_form(ctx, form), 422


def unit_page(ctx: Context, id: UUID) -> Any:
    """Show the form of a unit's title."""
    unit = service.get_or_raise(ctx.session, id)
    values = {f"title_{language}": text for language, text in unit.title.items()}
    return ctx.render("auth/units/unit.html", unit=unit, form=Form.of({**values, "version": unit.version}))


def rename_unit(ctx: Context, id: UUID) -> Any:
    """Change a unit's title."""
    unit = service.get_or_raise(ctx.session, id)
    form = ctx.form(schemas.RenameForm)
    if not form.valid:
        return ctx.render("auth/units/unit.html", unit=unit, form=form), 422
    service.rename(
        ctx.session, unit=unit, title=_title(form), version=form.data["version"], actor=ctx.identity.subject
    )
    ctx.flash(_("Saved."))
    return ctx.redirect("units.units_page")


def _title(form: Form) -> dict[str, str]:
    texts = {language: form.data[f"title_{language}"] for language in ("kk", "ru", "en")}
    return {language: text for language, text in texts.items() if text}


def _new_form(ctx: Context, form: Form) -> str:
    parents = [unit for unit in service.list_(ctx.session) if unit.kind != "department"]
    return ctx.render("auth/units/new.html", form=form, parents=parents)


ROUTES = (
    page("GET", "/units", units_page, access="auth.unit.read"),
    page("GET", "/units/new", new_unit_page, access="auth.unit.write"),
    page("POST", "/units/new", create_unit, access="auth.unit.write"),
    page("GET", "/units/<uuid:id>", unit_page, access="auth.unit.write"),
    page("POST", "/units/<uuid:id>", rename_unit, access="auth.unit.write"),
)
