"""Operations of cataloguing."""

import base64
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.problems import FieldError, Invalid
from chassis.routes import api
from library.cataloguing import service
from library.cataloguing.model import ImportBatch
from library.cataloguing.schemas import BatchIn, BatchOut


def check_import(ctx: Context) -> ImportBatch:
    """Check an exchange file (ISO 2709) without taking anything over."""
    try:
        content = base64.b64decode(ctx.body["content"], validate=True)
    except ValueError as error:  # not base64, or not even ASCII
        raise Invalid(errors=[FieldError("/content", _("This is not base64"))]) from error
    return service.check_file(
        ctx.session, filename=ctx.body["filename"], content=content, by=ctx.identity.person_id, now=ctx.now
    )


def apply_import(ctx: Context, id: UUID) -> ImportBatch:
    """Take the good records of a checked file over into the catalogue."""
    return service.apply_batch(ctx.session, batch_id=id, by=ctx.identity.person_id, now=ctx.now)


def get_import(ctx: Context, id: UUID) -> ImportBatch:
    """Give the report of an import."""
    return service.get_batch_or_raise(ctx.session, batch_id=id)


ACCESS = "library.record.import"

ROUTES = (
    api("POST", "/imports", check_import, access=ACCESS, body=BatchIn, answer=BatchOut, status=201),
    api("GET", "/imports/<uuid:id>", get_import, access=ACCESS, answer=BatchOut),
    api("POST", "/imports/<uuid:id>/apply", apply_import, access=ACCESS, answer=BatchOut),
)
