"""Pages of programs: the list, one program, a new one, a changed one; block, unblock, remove."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from auth.forms import OrderForm, refuse
from auth.programs import credentials, offers, rules, schemas, service
from auth.programs.model import Program
from auth.programs.words import scope_rows
from auth.sessions import cookies, tokens
from auth.units import service as units
from chassis import clock
from chassis.context import Context
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page


def programs_page(ctx: Context) -> Any:
    """Show the programs: those that were entered, and our own services."""
    own = sorted(cookies.settings(ctx).clients)
    return ctx.render(
        "auth/programs/programs.html", programs=service.list_(ctx.session), own=own, today=clock.today()
    )


def program_page(ctx: Context, id: UUID) -> Any:
    """Show one program: what it is for, what it may, what it proves itself with and when it last did."""
    program = service.get_or_raise(ctx.session, id)
    scopes = service.scopes_of(ctx.session, program)
    return ctx.render(
        "auth/programs/program.html",
        program=program,
        scopes=scope_rows(ctx.session, scopes),
        offered=set(offers.list_(ctx.session)),
        credentials=credentials.list_(ctx.session, program),
        today=clock.today(),
        endpoint=f"{ctx.settings.public_url}/auth/token",
    )


def new_program_page(ctx: Context) -> Any:
    """Show the form of a new program."""
    return _form_page(ctx, Form.of({"scopes": []}), None)


def create_program(ctx: Context) -> Any:
    """Enter a program from the form."""
    form = ctx.form(schemas.ProgramForm)
    if form.valid:
        values = dict(form.data)
        try:
            program = service.create(
                ctx.session,
                client_id=values.pop("client_id"),
                values=values,
                reserved=tokens.own_clients(cookies.settings(ctx)),
                actor=ctx.identity.subject,
            )
        except Invalid as refused:
            return _form_page(ctx, refuse(form, refused), None), 422
        ctx.flash(_("The program is entered. Now give it a secret or register its key."))
        return ctx.redirect("programs.program_page", id=program.id)
    return _form_page(ctx, form, None), 422


def edit_program_page(ctx: Context, id: UUID) -> Any:
    """Show the form of a program."""
    program = service.get_or_raise(ctx.session, id)
    names = ("title", "purpose", "unit_code", "version")
    values: dict[str, Any] = {name: getattr(program, name) for name in names}
    values |= {
        "owner_number": program.owner.number,
        "expires_on": format_date(program.expires_on),
        "scopes": service.scopes_of(ctx.session, program),
    }
    return _form_page(ctx, Form.of(values), program)


def change_program(ctx: Context, id: UUID) -> Any:
    """Change a program from the form."""
    program = service.get_or_raise(ctx.session, id)
    form = ctx.form(schemas.ChangeForm)
    if form.valid:
        values = dict(form.data)
        version = values.pop("version")
        try:
            service.change(
                ctx.session, program=program, values=values, version=version, actor=ctx.identity.subject
            )
        except Invalid as refused:
            return _form_page(ctx, refuse(form, refused), program), 422
        ctx.flash(_("Saved; tokens given before no longer hold."))
        return ctx.redirect("programs.program_page", id=id)
    return _form_page(ctx, form, program), 422


def block_page(ctx: Context, id: UUID) -> Any:
    """Ask for the reason and the order of a blocking."""
    return _act_page(ctx, id, "block", Form())


def block(ctx: Context, id: UUID) -> Any:
    """Block a program: its next request anywhere is refused."""
    return _act(ctx, id, "block", service.block, _("The program is blocked; its next request is refused."))


def unblock_page(ctx: Context, id: UUID) -> Any:
    """Ask for the order of an unblocking."""
    return _act_page(ctx, id, "unblock", Form())


def unblock(ctx: Context, id: UUID) -> Any:
    """Unblock a program."""
    return _act(ctx, id, "unblock", service.unblock, _("The program may ask for tokens again."))


def remove_page(ctx: Context, id: UUID) -> Any:
    """Ask for the order a program is removed by."""
    return _act_page(ctx, id, "remove", Form())


def remove(ctx: Context, id: UUID) -> Any:
    """Remove a program for good; its name stays taken."""
    return _act(
        ctx, id, "remove", service.remove, _("The program is removed."), after="programs.programs_page"
    )


def _act(ctx: Context, id: UUID, name: str, act: Callable[..., None], said: str, *, after: str = "") -> Any:
    program = service.get_or_raise(ctx.session, id)
    form = ctx.form(schemas.BlockForm if name == "block" else OrderForm)
    if form.valid:
        try:
            act(ctx.session, program=program, actor=ctx.identity.subject, **form.data)
        except Invalid as refused:
            return _act_page(ctx, id, name, refuse(form, refused)), 422
        ctx.flash(said, "ok" if name == "unblock" else "warn")
        return ctx.redirect(after) if after else ctx.redirect("programs.program_page", id=id)
    return _act_page(ctx, id, name, form), 422


def _act_page(ctx: Context, id: UUID, name: str, form: Form) -> str:
    program = service.get_or_raise(ctx.session, id)
    return ctx.render("auth/programs/act.html", program=program, form=form, act=name)


def _form_page(ctx: Context, form: Form, program: Program | None) -> str:
    offered = offers.list_(ctx.session)
    kept = [scope for scope in form.values.get("scopes") or [] if scope not in offered]
    return ctx.render(
        "auth/programs/form.html",
        form=form,
        program=program,
        offered=scope_rows(ctx.session, [*offered, *kept]),
        units=units.list_(ctx.session),
        lengths=rules.CLIENT_ID_LENGTH,
    )


READ, WRITE = "auth.program.read", "auth.program.write"
ROUTES = (
    page("GET", "/programs", programs_page, access=READ),
    page("GET", "/programs/new", new_program_page, access=WRITE, step_up=True),
    page("POST", "/programs/new", create_program, access=WRITE, step_up=True),
    page("GET", "/programs/<uuid:id>", program_page, access=READ),
    page("GET", "/programs/<uuid:id>/edit", edit_program_page, access=WRITE, step_up=True),
    page("POST", "/programs/<uuid:id>/edit", change_program, access=WRITE, step_up=True),
    page("GET", "/programs/<uuid:id>/block", block_page, access=WRITE, step_up=True),
    page("POST", "/programs/<uuid:id>/block", block, access=WRITE, step_up=True),
    page("GET", "/programs/<uuid:id>/unblock", unblock_page, access=WRITE, step_up=True),
    page("POST", "/programs/<uuid:id>/unblock", unblock, access=WRITE, step_up=True),
    page("GET", "/programs/<uuid:id>/remove", remove_page, access=WRITE, step_up=True),
    page("POST", "/programs/<uuid:id>/remove", remove, access=WRITE, step_up=True),
)
