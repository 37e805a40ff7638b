"""What an act of a request needs: who signs, and the press for sealed papers."""

from uuid import UUID

from chassis.context import Context
from chassis.files import Store
from ejournal.journal import access
from ejournal.statements.papers import Press
from ejournal.statements.signing import Signatory


def signatory(ctx: Context, key_id: UUID | None = None) -> Signatory:
    """Give who signs, with the scopes of the route's permission."""
    return Signatory(access.reader(ctx), ctx.settings.secret_key, key_id)


def press(ctx: Context) -> Press:
    """Give the press."""
    return Press(ctx.state.catalogue, ctx.settings.public_url, Store(ctx.settings.files_url))
