"""Pages of cataloguing: check a file, see what would happen, take it over."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.routes import page
from library.cataloguing import service

MAX_BYTES = 20_000_000


def imports_page(ctx: Context) -> Any:
    """Show the form for a file and the latest imports."""
    return ctx.render("library/cataloguing/imports.html", batches=service.list_batches(ctx.session))


def check_import(ctx: Context) -> Any:
    """Check the uploaded file and show its report."""
    upload = ctx.upload("file", max_bytes=MAX_BYTES)
    batch = service.check_file(
        ctx.session, filename=upload.filename, content=upload.bytes, by=ctx.identity.person_id, now=ctx.now
    )
    return ctx.redirect("cataloguing.import_page", id=batch.id)


def import_page(ctx: Context, id: UUID) -> Any:
    """Show the report of one file: what is good, what is not and why."""
    batch = service.get_batch_or_raise(ctx.session, batch_id=id)
    sample = [(line["title"], ", ".join(line["authors"])) for line in batch.report["sample"]]
    return ctx.render("library/cataloguing/import.html", batch=batch, sample=sample, reasons=service.REASONS)


def apply_import(ctx: Context, id: UUID) -> Any:
    """Take the good records over."""
    batch = service.apply_batch(ctx.session, batch_id=id, by=ctx.identity.person_id, now=ctx.now)
    ctx.flash(_("%(count)s records are in the catalogue", count=batch.report["good"]), "ok")
    return ctx.redirect("cataloguing.import_page", id=batch.id)


ACCESS = "library.record.import"

ROUTES = (
    page("GET", "/cataloguing/imports", imports_page, access=ACCESS),
    page("POST", "/cataloguing/imports", check_import, access=ACCESS),
    page("GET", "/cataloguing/imports/<uuid:id>", import_page, access=ACCESS),
    page("POST", "/cataloguing/imports/<uuid:id>/apply", apply_import, access=ACCESS),
)
