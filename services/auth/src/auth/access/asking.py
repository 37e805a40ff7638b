"""Find what a request is about, within the scope of the permission its route asks for: elsewhere it does not exist."""

from uuid import UUID

from auth.access import service
from auth.access.model import Grant
from auth.people import service as people
from auth.people.model import Person
from chassis.context import Context


def holder(ctx: Context, id: UUID) -> Person:
    """Get a person.

    Raises:
        auth.people.service.PersonNotFound: there is none, or none within the scope.
    """
    return people.get_or_raise(ctx.session, id, where=people.within(ctx.scopes, me=ctx.identity.person_id))


def grant_of(ctx: Context, id: UUID) -> Grant:
    """Get a grant of a person within the scope.

    Raises:
        GrantNotFound: there is none, or none within the scope.
    """
    where = people.within(ctx.scopes, me=ctx.identity.person_id)
    return service.get_or_raise(ctx.session, id, where=where)
