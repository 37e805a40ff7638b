"""What a grant would open, before it is given: each permission in plain words, what is new, what speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.access import catalogue, service
from auth.access.model import Grant, Permission, RolePermission
from chassis import clock
from chassis.permissions import Grant as Held
from chassis.permissions import decide
from chassis.problems import FieldError


@dataclass(frozen=True, slots=True)
class Opening:
    """One permission of the role.

    Attributes:
        permission: the row of the catalogue.
        applies: whether it can hold within the scope asked for at all.
        fresh: whether the person cannot do it there today.
    """

    permission: Permission
    applies: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be opened, by service, and everything that speaks against it."""

    openings: Sequence[Opening]
    faults: Sequence[FieldError]

    @property
    def by_service(self) -> dict[str, list[Opening]]:
        """The openings in the order of services."""
        found: dict[str, list[Opening]] = {}
        for opening in self.openings:
            found.setdefault(opening.permission.service, []).append(opening)
        return found


def look_ahead(session: Session, grant: Grant) -> Preview:
    """Tell what a grant that nobody has given yet would open to its person, compared with today."""
    codes = catalogue.permissions_of(session, [grant.role])[grant.role]
    held = holdings(session, grant.person_id)
    today, place = clock.today(), (grant.scope_type, grant.scope_id)
    openings = [
        Opening(
            row,
            applies=grant.scope_type in row.scopes,
            fresh=not decide(held, row.code, today).only(row.scopes).covers(place),
        )
        for row in catalogue.list_permissions(session, codes)
    ]
    order = list(catalogue.SERVICES)
    openings.sort(key=lambda one: (order.index(one.permission.service), one.permission.code))
    return Preview(openings, service.faults(session, grant))


def holdings(session: Session, person_id: UUID) -> list[Held]:
    """Give the permissions a person has by grants that were not withdrawn, whatever their terms."""
    query = (
        select(RolePermission.permission, Grant.scope_type, Grant.scope_id, Grant.valid_from, Grant.valid_to)
        .join(Grant, Grant.role == RolePermission.role)
        .where(Grant.person_id == person_id, Grant.withdrawn_at.is_(None))
    )
    return [Held(*row) for row in session.execute(query)]
