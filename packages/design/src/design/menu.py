"""The menu of the public site: the eleven sections of clause 19 under six entries."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from chassis.i18n import lazy_gettext as _l


class Item(NamedTuple):
    """A link of the menu."""

    label: object
    url: str
    here: bool = False


class Group(NamedTuple):
    """An entry of the menu: its words and its links; a single link stands by itself."""

    label: object
    items: tuple[Item, ...]
    here: bool = False


GROUPS: tuple[tuple[object, tuple[str, ...]], ...] = (
    (_l("Academy"), ("about", "statistics", "links")),
    (_l("Work"), ("activity",)),
    (_l("Law"), ("education_acts", "service_acts")),
    (_l("Admission"), ("applicants",)),
    (_l("News and events"), ("news", "schedule")),
    (_l("Contact"), ("contacts", "blog")),
)

SECTIONS: dict[str, object] = {
    "about": _l("About the academy"),
    "activity": _l("Fields of work"),
    "statistics": _l("Statistics and analytics"),
    "education_acts": _l("Laws on education"),
    "service_acts": _l("Laws on the bodies of internal affairs"),
    "links": _l("Useful links"),
    "applicants": _l("For applicants"),
    "contacts": _l("Contacts"),
    "blog": _l("The chief's blog"),
    "news": _l("News"),
    "schedule": _l("Calendar of events"),
}


def site_menu(
    address: Callable[[str], str], current: str | None = None, known: Iterable[str] = SECTIONS
) -> list[Group]:
    """Compose the menu.

    Args:
        address: gives the address of a section's code in the language of the page.
        current: code of the section the page belongs to.
        known: codes of the sections that exist.

    Returns:
        Six groups at most; a group whose sections do not exist is left out.
    """
    have = set(known)
    groups = []
    for label, codes in GROUPS:
        items = tuple(Item(SECTIONS[c], address(c), c == current) for c in codes if c in have)
        if items:
            groups.append(Group(label, items, any(item.here for item in items)))
    return groups
