"""Operations of acquisition."""

from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from library.acquisition import service
from library.acquisition.model import Copy
from library.acquisition.schemas import CopiesIn, CopyOut


def add_copies(ctx: Context, id: UUID) -> list[Copy]:
    """Enter copies of a record into the inventory book."""
    return service.add_copies(
        ctx.session,
        record_id=id,
        count=ctx.body["count"],
        place=ctx.body["place"],
        by=ctx.identity.person_id,
        now=ctx.now,
    )


class CopyList(CopyOut):
    """The copies that were entered, a list."""

    class Meta:
        """Dump a list."""

        many = True


ROUTES = (
    api(
        "POST",
        "/records/<uuid:id>/copies",
        add_copies,
        access="library.copy.add",
        body=CopiesIn,
        answer=CopyList,
        status=201,
    ),
)
