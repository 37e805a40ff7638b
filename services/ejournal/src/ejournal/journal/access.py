"""Who asks for a journal or a statement, and what happens when it is not theirs: a refusal that leaves an audit row."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from chassis.audit import audit
from chassis.context import Context
from chassis.db import unit_of_work
from chassis.problems import Forbidden
from ejournal.journal.problems import OtherPerson
from ejournal.journal.service import Reader

ACTING = "Acting-Person"


def reader(ctx: Context) -> Reader:
    """Give who asks, with the scopes of the route's permission.

    A page that may stand open longer than a sign-in names whose it is in the header `Acting-Person`.

    Raises:
        OtherPerson: somebody else is signed in by now.
    """
    if ctx.request.headers.get(ACTING, str(ctx.identity.person_id)) != str(ctx.identity.person_id):
        raise OtherPerson
    return Reader(ctx.identity.person_id, ctx.scopes)


@contextmanager
def refusals_audited(ctx: Context, id: UUID, kind: str = "journal") -> Iterator[None]:
    """Keep an audit row of a refused journal or statement; in a unit of work of its own, since the request's is rolled back."""
    try:
        yield
    except Forbidden:
        route = ctx.route.access if ctx.route else ""
        with unit_of_work(ctx.state.engine) as session:
            audit(
                session,
                act=f"ejournal.{kind}.refused",
                subject=f"{kind}:{id}",
                actor=ctx.identity.person_id,
                after={"permission": str(route), "method": ctx.request.method},
            )
        raise
