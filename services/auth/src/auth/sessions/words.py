"""What pages say of sign-ins: outcomes, and the place of an address."""

from collections.abc import Callable, Mapping

from auth.sessions import cookies
from auth.sessions.places import place_of
from chassis.context import Context
from chassis.i18n import lazy_gettext as _l

OUTCOMES: Mapping[str, tuple[str, object]] = {
    "signed-in": ("ok", _l("signed in")),
    "wrong": ("err", _l("wrong password")),
    "wrong-code": ("err", _l("wrong code")),
    "too-many": ("warn", _l("too many tries")),
    "blocked": ("warn", _l("account blocked")),
    "refused": ("warn", _l("refused")),
}


def place(ctx: Context) -> Callable[[str], str]:
    """Make the function that names the place of an address."""
    networks = cookies.settings(ctx).networks
    return lambda address: place_of(address, networks)
