"""What the scopes of programs are called for people."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.orm import Session

from auth.access import catalogue
from auth.programs import rules
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized

FEEDS = {
    "auth/people": _l("People of the academy: who came, changed, left"),
    "auth/access": _l("Roles and grants"),
    "portal/teaching": _l("Groups, disciplines and teaching load"),
    "portal/timetable": _l("Timetable"),
    "ejournal/marks": _l("Marks"),
    "ejournal/statements": _l("Statements of marks"),
    "library/catalogue": _l("Catalogue of the library"),
    "library/lending": _l("Lending of books"),
    "website/publications": _l("Publications of the site"),
}
SERVICES = {
    "auth": _l("Sign-in and access"),
    "portal": _l("Portal"),
    "ejournal": _l("Journal"),
    "library": _l("Library"),
    "website": _l("Site"),
}


class ScopeRow(NamedTuple):
    """A scope, whose it is, what kind it is and what it is called."""

    scope: str
    service: str
    is_feed: bool
    title: str


def scope_rows(session: Session, scopes: Iterable[str]) -> list[ScopeRow]:
    """Say in the reader's words what each scope opens."""
    known = list(scopes)
    codes = [scope.removeprefix(rules.OPERATION) for scope in known]
    titles = {row.code: localized(row.title) for row in catalogue.list_permissions(session, codes)}
    return [_row(scope, titles) for scope in known]


def _row(scope: str, titles: dict[str, str]) -> ScopeRow:
    service, is_feed = rules.audience_of(scope), scope.startswith(rules.FEED)
    name = scope.removeprefix(rules.FEED if is_feed else rules.OPERATION)
    title = str(FEEDS.get(name, name)) if is_feed else titles.get(name, name)
    return ScopeRow(scope, str(SERVICES.get(service, service)), is_feed, title)
