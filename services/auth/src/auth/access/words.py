"""Words of scopes, risks and services, as all pages of access say them."""

from auth.access.model import Grant
from chassis.i18n import lazy_gettext as _l

SCOPES = {
    "institution": _l("the whole academy"),
    "faculty": _l("a faculty"),
    "department": _l("a department"),
    "group": _l("a study group"),
    "discipline": _l("a discipline"),
    "assigned": _l("own teaching assignments"),
    "library_module": _l("a library module"),
    "website_section": _l("a section of the site"),
    "self": _l("own data"),
}
RISKS = {"low": ("", _l("low")), "medium": ("warn", _l("medium")), "high": ("err", _l("high"))}
SERVICES = {
    "auth": _l("Sign-in and access"),
    "portal": _l("Portal"),
    "ejournal": _l("Journal"),
    "library": _l("Library"),
    "website": _l("Website"),
}


def scope(grant: Grant) -> str:
    """Say where a grant holds: the kind of scope, and its code where it has one."""
    return " ".join(filter(None, (str(SCOPES[grant.scope_type]), grant.scope_id)))
