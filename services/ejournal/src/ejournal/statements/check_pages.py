"""The public page where a statement is checked; its address stands in the QR code of every paper."""

import hashlib
from typing import Any

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form, bind
from chassis.problems import Invalid
from chassis.routes import PUBLIC, page
from ejournal.statements import checking, schemas

LARGEST = 5_000_000


def check_page(ctx: Context) -> Any:
    """Check a statement by number and code; without them the page asks for both."""
    args = ctx.request.args
    if not (args.get("number") or args.get("code")):
        return _page(ctx, Form())
    return _checked(ctx, bind(schemas.CheckForm, args), None)


def check(ctx: Context) -> Any:
    """Check a statement, and the paper or the digest somebody holds."""
    form = ctx.form(schemas.CheckForm)
    held = form.data.get("digest")
    file = ctx.request.files.get("file")
    if file and file.filename:
        try:
            held = hashlib.sha256(ctx.upload("file", max_bytes=LARGEST).bytes).hexdigest()
        except Invalid as refused:
            form.refuse("file", " ".join(str(error.text) for error in refused.errors))
    return _checked(ctx, form, held)


def _checked(ctx: Context, form: Form, held: str | None) -> Any:
    if not form.valid:
        return _page(ctx, form), 422
    given = form.data
    found = checking.check(
        ctx.session, number=given["number"], code=given["code"], held=held or given["digest"]
    )
    return _page(ctx, form, found, asked=True)


def _page(ctx: Context, form: Form, found: checking.Found | None = None, *, asked: bool = False) -> Any:
    return ctx.render(
        "ejournal/statements/check.html",
        form=form,
        found=found,
        asked=asked,
        labels={
            "number": _("Number"),
            "code": _("Code"),
            "digest": _("Digest (SHA-256)"),
            "file": _("PDF file"),
        },
    )


ROUTES = (
    page("GET", "/check", check_page, access=PUBLIC),
    page("POST", "/check", check, access=PUBLIC),
)
