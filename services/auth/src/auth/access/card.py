"""What a person's page shows of roles: grants, deputies on both sides, and the words they go by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from auth.access import catalogue, service
from auth.access.model import Grant
from auth.people.model import Person
from chassis import clock


@dataclass(frozen=True, slots=True)
class Card:
    """The roles of one person.

    Attributes:
        grants: every grant there ever was, living ones first.
        deputies: who exercises the person's roles now or later.
        titles: of all roles, by code.
        names: of those the person replaces.
        today: to tell terms that are over from those that have not begun.
    """

    grants: Sequence[Grant]
    deputies: Sequence[tuple[Grant, Person]]
    titles: dict[str, dict[str, str]]
    names: dict[UUID, str]
    today: date


def read(session: Session, *, person_id: UUID) -> Card:
    """Read what the card of a person's roles shows."""
    grants = service.list_(session, person_id=person_id)
    return Card(
        grants,
        service.list_deputies(session, person_id=person_id),
        catalogue.titles(session),
        service.names(session, [grant.deputy_for for grant in grants if grant.deputy_for]),
        clock.today(),
    )
