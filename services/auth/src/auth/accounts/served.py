"""The account an act is about, as pages and API ask for it alike."""

from uuid import UUID

from auth.accounts import service
from auth.accounts.model import Account
from auth.people import reach
from chassis.context import Context


def account_of(ctx: Context, id: UUID) -> Account:
    """Get the account of a person one may serve.

    Raises:
        PersonNotFound: the person is outside the scopes of the route's permission, or nobody.
        BeyondReach: the person's rights reach further than the caller's.
        AccountNotFound: they have no account.
    """
    person = reach.serve_or_raise(ctx.session, id, scopes=ctx.scopes, me=ctx.identity.person_id)
    return service.get_or_raise(ctx.session, person.id)
