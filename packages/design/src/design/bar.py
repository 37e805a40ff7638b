"""The entries of the application bar: the same in all services, each shown to whom it is open."""

from collections.abc import Callable
from typing import NamedTuple

from chassis.i18n import lazy_gettext as _l


class Entry(NamedTuple):
    """One entry: its words, where it leads, and the permission it needs (None: whoever has signed in)."""

    label: object
    path: str
    permission: str | None = None


ENTRIES: tuple[Entry, ...] = (
    Entry(_l("Portal"), "/portal/"),
    Entry(_l("Timetable"), "/portal/timetable"),
    Entry(_l("Journal"), "/journal/"),
    Entry(_l("Library"), "/library/"),
    Entry(_l("People"), "/auth/people", "auth.person.read"),
    Entry(_l("Access"), "/auth/access", "auth.grant.read"),
    Entry(_l("Imports"), "/portal/imports", "portal.import.create"),
    Entry(_l("Site editor"), "/website/edit/", "website.item.edit"),
)


def entries(can: Callable[[str], object]) -> list[Entry]:
    """List the entries a person may open.

    Args:
        can: tells whether a permission holds anywhere (its answer is used as a boolean).

    Returns:
        Entries in the order of the bar.
    """
    return [entry for entry in ENTRIES if entry.permission is None or can(entry.permission)]


def current(path: str, among: list[Entry] | tuple[Entry, ...] = ENTRIES) -> str | None:
    """Tell which entry a page belongs to: the longest address that begins the page's own.

    Args:
        path: the path of the page.
        among: the entries on the bar.

    Returns:
        The entry's path, or None.
    """
    fitting = [entry.path for entry in among if path.startswith(entry.path.rstrip("/"))]
    return max(fitting, key=len, default=None)
