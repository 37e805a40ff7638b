"""What programs can be granted: the feeds and operations each service registers, with its permissions, when it starts."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.programs import rules
from auth.programs.model import OfferedScope
from chassis.problems import FieldError, Invalid


class OfferRefused(Invalid):
    """A service offers what another one serves."""

    code = "auth.offer-refused"


def register(session: Session, *, service: str, feeds: Iterable[str], operations: Iterable[str]) -> None:
    """Take over what a service offers to programs; what it no longer offers can no longer be asked for.

    Raises:
        OfferRefused: a feed or permission is not the service's own.
    """
    scopes = [f"{rules.FEED}{feed}" for feed in feeds] + [f"{rules.OPERATION}{code}" for code in operations]
    foreign = [scope for scope in scopes if rules.audience_of(scope) != service]
    if foreign:
        raise OfferRefused(errors=[FieldError("/feeds", f"not of {service}: {', '.join(foreign)}")])
    gone = delete(OfferedScope).where(OfferedScope.service == service, OfferedScope.scope.not_in(scopes))
    session.execute(gone)
    for scope in scopes:
        row = insert(OfferedScope).values(scope=scope, service=service)
        session.execute(row.on_conflict_do_nothing(index_elements=["scope"]))


def list_(session: Session) -> Sequence[str]:
    """List every scope there is to grant, by service, feeds before operations."""
    rows = session.scalars(select(OfferedScope)).all()
    return [row.scope for row in sorted(rows, key=lambda row: (row.service, row.scope[:1] != "f", row.scope))]
