"""The accounts an act is about, as pages and API ask for them alike."""

from uuid import UUID

from auth.accounts import expiry, service
from auth.accounts.model import Account
from auth.people import reach
from auth.people import service as people
from chassis.context import Context


def account_of(ctx: Context, id: UUID) -> Account:
    """Get the account of a person one may serve.

    Raises:
        PersonNotFound: the person is outside the scopes of the route's permission, or nobody.
        BeyondReach: the person's rights reach further than the caller's.
        AccountNotFound: they have no account.
        AccountDeleted: it was deleted for good.
    """
    person = reach.serve_or_raise(ctx.session, id, scopes=ctx.scopes, me=ctx.identity.person_id)
    return service.get_living_or_raise(ctx.session, person.id)


def accounts_of(ctx: Context, *, group_code: str = "", intake_id: UUID | None = None) -> list[Account]:
    """List the accounts of a study group or an intake that one may serve; the others are left out without a word."""
    where = people.within(ctx.scopes, me=ctx.identity.person_id)
    found = expiry.list_of(ctx.session, where=where, group_code=group_code, intake_id=intake_id)
    return [one for one in found if reach.may_serve(ctx.session, one.person_id, scopes=ctx.scopes)]
