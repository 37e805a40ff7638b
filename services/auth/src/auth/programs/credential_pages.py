"""Pages of what a program proves itself with: a new secret, shown once; a public key; an end to one of them."""

from typing import Any
from uuid import UUID

from flask import Response

from auth.forms import refuse
from auth.programs import credentials, rules, schemas, service
from auth.programs.model import Program
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page

MAX_FILE = 20_000


def secret_page(ctx: Context, id: UUID) -> Any:
    """Ask how long a new secret is to live."""
    return _secret_form(ctx, service.get_or_raise(ctx.session, id), Form.of({"days": 180}))


def make_secret(ctx: Context, id: UUID) -> Any:
    """Make a secret and show it, this once; the answer streams, so that it is kept nowhere."""
    program = service.get_or_raise(ctx.session, id)
    form = ctx.form(schemas.SecretForm)
    if not form.valid:
        return _secret_form(ctx, program, form), 422
    try:
        row, secret = credentials.make_secret(
            ctx.session, program=program, days=form.data["days"], actor=ctx.identity.subject
        )
    except Invalid as refused:
        return _secret_form(ctx, program, refuse(form, refused)), 422
    shown = ctx.render(
        "auth/programs/secret_made.html",
        program=program,
        credential=row,
        secret=secret,
        endpoint=f"{ctx.settings.public_url}/auth/token",
    )
    headers = {"Cache-Control": "no-store"}
    return Response(iter([str(shown)]), 200, headers, content_type="text/html; charset=utf-8")


def key_page(ctx: Context, id: UUID) -> Any:
    """Ask for the public key of a program."""
    return _key_form(ctx, service.get_or_raise(ctx.session, id), Form.of({"days": 365}))


def register_key(ctx: Context, id: UUID) -> Any:
    """Register the public key or keys of a program, pasted or as a file."""
    program = service.get_or_raise(ctx.session, id)
    form = ctx.form(schemas.KeyForm)
    if form.valid:
        file = ctx.request.files.get("file")
        sent = ctx.upload("file", max_bytes=MAX_FILE).bytes if file and file.filename else b""
        try:
            rows = credentials.register_keys(
                ctx.session,
                program=program,
                document=sent.decode("utf-8", "replace") or form.data["document"],
                days=form.data["days"],
                actor=ctx.identity.subject,
            )
        except Invalid as refused:
            return _key_form(ctx, program, refuse(form, refused)), 422
        ctx.flash(_("Keys registered: %(names)s", names=", ".join(row.name for row in rows)))
        return ctx.redirect("programs.program_page", id=id)
    return _key_form(ctx, program, form), 422


def end_credential(ctx: Context, id: UUID, credential_id: UUID) -> Any:
    """End a secret or a key."""
    program = service.get_or_raise(ctx.session, id)
    credentials.end(ctx.session, program=program, id=credential_id, actor=ctx.identity.subject)
    ctx.flash(_("It no longer opens anything."), "warn")
    return ctx.redirect("programs.program_page", id=id)


def _secret_form(ctx: Context, program: Program, form: Form) -> str:
    return ctx.render("auth/programs/secret.html", program=program, form=form, days=rules.SECRET_DAYS)


def _key_form(ctx: Context, program: Program, form: Form) -> str:
    return ctx.render("auth/programs/key.html", program=program, form=form, days=rules.SECRET_DAYS)


WRITE = "auth.program.write"
ROUTES = (
    page("GET", "/programs/<uuid:id>/secrets/new", secret_page, access=WRITE, step_up=True),
    page("POST", "/programs/<uuid:id>/secrets/new", make_secret, access=WRITE, step_up=True),
    page("GET", "/programs/<uuid:id>/keys/new", key_page, access=WRITE, step_up=True),
    page("POST", "/programs/<uuid:id>/keys/new", register_key, access=WRITE, step_up=True),
    page(
        "POST",
        "/programs/<uuid:id>/credentials/<uuid:credential_id>/end",
        end_credential,
        access=WRITE,
        step_up=True,
    ),
)
