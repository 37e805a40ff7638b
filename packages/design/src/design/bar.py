"""The entries of the application bar: the same in all services, each shown to whom it is open.

Below the bar stand the sections of the entry a page belongs to. Both are data here, because a person who moves from one service
to the next must find the same bar.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from chassis import i18n
from chassis.i18n import LazyText


class Label(LazyText):
    """Words of the bar, said by the design's own catalogue: a service may say the same message otherwise on its pages."""

    __slots__ = ()

    def __str__(self) -> str:
        return _catalogue()[i18n.language()].singular.get(self.message, self.message)


@cache
def _catalogue() -> i18n.Catalogue:
    return i18n.read_catalogue(Path(__file__).parent / "translations")


def read_words() -> None:
    """Read the words of the bar before somebody looks at it."""
    _catalogue()


def _l(message: str) -> Label:
    return Label(message, {})


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """One entry: its words, where it leads, and the permission it needs (None: whoever has signed in).

    A section without a path is a group: it leads nowhere itself, its sections fold out of it.

    Each is itself alone: a bar is then looked up by its entries without comparing their words.
    """

    label: LazyText
    path: str
    permission: str | None = None
    sections: tuple["Entry", ...] = ()


def _group(label: LazyText, *among: Entry) -> Entry:
    return Entry(label, "", None, among)


PORTAL = (
    Entry(_l("My page"), "/portal/"),
    Entry(_l("Notices"), "/portal/notices"),
    Entry(_l("My marks"), "/portal/marks", "ejournal.own.read"),
    Entry(_l("Academic calendar"), "/portal/calendar"),
    Entry(_l("Groups"), "/portal/groups", "portal.group.read"),
    Entry(_l("Movement of learners"), "/portal/movements", "portal.movement.read"),
    Entry(_l("Duty roster"), "/portal/duties", "portal.duty.read"),
    Entry(_l("Disciplines"), "/portal/disciplines", "portal.curriculum.read"),
    Entry(_l("Curriculum"), "/portal/curriculum", "portal.curriculum.read"),
    Entry(_l("Teaching load"), "/portal/teaching", "portal.teaching.read"),
)
TIMETABLE = (
    Entry(_l("My week"), "/portal/timetable"),
    Entry(_l("Find a timetable"), "/portal/timetable/find", "portal.timetable.read"),
)
JOURNAL = (
    Entry(_l("Journals"), "/journal/", "ejournal.journal.read"),
    Entry(_l("My marks"), "/journal/my", "ejournal.own.read"),
    Entry(_l("Transcript"), "/journal/my/transcript", "ejournal.own.read"),
    _group(
        _l("Moderation"),
        Entry(_l("Board of the journals"), "/journal/moderation", "ejournal.board.read"),
        Entry(_l("Requests to reopen"), "/journal/reopenings", "ejournal.reopening.decide"),
        Entry(_l("Windows of the journals"), "/journal/windows", "ejournal.windows.change"),
    ),
    _group(
        _l("Lessons"),
        Entry(_l("Hours planned and held"), "/journal/hours", "ejournal.board.read"),
        Entry(_l("Substitutes"), "/journal/substitutions", "ejournal.substitute.appoint"),
    ),
    _group(
        _l("Results"),
        Entry(_l("Academic debts"), "/journal/debts", "ejournal.debt.read"),
        Entry(_l("Ranks"), "/journal/ranks", "ejournal.rank.read"),
    ),
    Entry(
        _l("Statements"),
        "/journal/statements",
        "ejournal.statement.read",
        (Entry(_l("Check a statement"), "/journal/check"),),
    ),
    _group(
        _l("Signing"),
        Entry(_l("Signing key"), "/journal/keys", "ejournal.key.own"),
        Entry(_l("Signing keys of officers"), "/journal/officers/keys", "ejournal.key.revoke"),
    ),
    Entry(_l("Appeals"), "/journal/my/appeals", "ejournal.appeal.file"),
    Entry(_l("Appeals"), "/journal/appeals", "ejournal.appeal.decide"),
    Entry(_l("Marks from a file"), "/journal/midterm-imports", "ejournal.marks.import"),
    _group(
        _l("Rules"),
        Entry(_l("Rules of marks"), "/journal/rules", "ejournal.rules.read"),
        Entry(_l("Letters of absence"), "/journal/letters", "ejournal.rules.read"),
    ),
    Entry(_l("Proof of marks"), "/journal/integrity", "ejournal.stream.read"),
)
LIBRARY = (
    Entry(_l("Catalogue"), "/library/"),
    Entry(_l("My books"), "/library/my"),
    Entry(_l("Lending desk"), "/library/lending", "library.loan.issue"),
    Entry(_l("Readers"), "/library/readers", "library.reader.read"),
    Entry(_l("Import of records"), "/library/cataloguing/imports", "library.record.import"),
)
PEOPLE = (
    Entry(
        _l("Everybody"),
        "/auth/people",
        "auth.person.read",
        (Entry(_l("Everybody"), "/auth/accounts"), Entry(_l("Everybody"), "/auth/grants")),
    ),
    Entry(_l("Intakes"), "/auth/intakes", "auth.person.import"),
    Entry(_l("Units"), "/auth/units", "auth.unit.read"),
    Entry(
        _l("Sign-in server"),
        "/auth/keycloak",
        "auth.keycloak.read",
        (Entry(_l("Emergency accounts"), "/auth/emergency-accounts"),),
    ),
)
ACCESS = (
    Entry(_l("Roles"), "/auth/access", "auth.role.read", (Entry(_l("Roles"), "/auth/roles"),)),
    Entry(_l("Rights"), "/auth/permissions", "auth.role.read"),
    Entry(_l("Roles from a file"), "/auth/grant-imports", "auth.grant.import"),
    Entry(_l("Reviews of roles"), "/auth/reviews", "auth.review.read"),
    Entry(_l("Why can or cannot?"), "/auth/why", "auth.grant.read"),
    Entry(_l("Programs"), "/auth/programs", "auth.program.read"),
    Entry(_l("Audit"), "/auth/audit", "auth.audit.read"),
    Entry(_l("Rules of the academy"), "/auth/policy", "auth.policy.write"),
    Entry(_l("End sign-ins"), "/auth/sign-ins/end", "auth.account.end_sessions"),
    Entry(_l("Signing keys"), "/auth/keys", "auth.key.rotate"),
)

ENTRIES: tuple[Entry, ...] = (
    Entry(_l("Portal"), "/portal/", None, PORTAL),
    Entry(_l("Timetable"), "/portal/timetable", None, TIMETABLE),
    Entry(_l("Journal"), "/journal/", None, JOURNAL),
    Entry(_l("Library"), "/library/", None, LIBRARY),
    Entry(_l("People"), "/auth/people", "auth.person.read", PEOPLE),
    Entry(_l("Access"), "/auth/access", "auth.role.read", ACCESS),
    Entry(_l("Imports"), "/portal/imports", "portal.import.create"),
    Entry(_l("Site editor"), "/website/edit/", "website.item.write"),
)


def _open(among: tuple[Entry, ...], can: Callable[[str], object]) -> tuple[Entry, ...]:
    shown: list[Entry] = []
    for entry in among:
        if entry.path:
            shown += [entry] if entry.permission is None or can(entry.permission) else []
        elif within := _open(entry.sections, can):
            shown.append(_narrowed(entry, within) if len(within) > 1 else within[0])
    return tuple(shown)


def _any_open(among: tuple[Entry, ...], can: Callable[[str], object]) -> bool:
    return any(
        (entry.permission is None or bool(can(entry.permission)))
        if entry.path
        else _any_open(entry.sections, can)
        for entry in among
    )


@lru_cache(4096)
def _narrowed(group: Entry, among: tuple[Entry, ...]) -> Entry:
    """Give the group of those who may open these: one object for all of them, so that what is made of it is kept."""
    return group if among == group.sections else _group(group.label, *among)


def entries(can: Callable[[str], object]) -> tuple[Entry, ...]:
    """List the entries a person may open.

    Args:
        can: tells whether a permission holds anywhere (its answer is used as a boolean).

    Returns:
        Entries in the order of the bar; one whose sections are all closed would lead to a refusal and is left out.
    """
    return tuple(
        entry for entry in _open(ENTRIES, can) if not entry.sections or _any_open(entry.sections, can)
    )


@lru_cache(4096)
def current(path: str, among: tuple[Entry, ...] = ENTRIES) -> str | None:
    """Tell which entry a page belongs to: the one with the longest address, its own or a section's, above the page.

    Args:
        path: the path of the page.
        among: the entries on the bar, or the sections below it.

    Returns:
        The entry's path, or None.
    """
    single = [one for entry in among for one in ((entry,) if entry.path else entry.sections)]
    best = max(single, key=lambda entry: _reach(entry, path), default=None)
    return best.path if best and _reach(best, path) else None


def _reach(entry: Entry, path: str) -> int:
    """How much of the path the entry covers, or one of its sections, or one of theirs."""
    own = entry.path.rstrip("/")
    covered = len(own) if f"{path}/".startswith(f"{own}/") else 0
    return max(covered, *(_reach(section, path) for section in entry.sections), 0)


def sections(path: str, can: Callable[[str], object]) -> tuple[Entry, ...]:
    """List the sections of the entry a page belongs to, as far as the person may open them.

    Args:
        path: the path of the page.
        can: as for `entries`.

    Returns:
        The sections and groups of them; nothing when there are fewer than two to choose from. Of a group stands what is open,
        and one section alone stands by itself.
    """
    here = current(path)
    found = next((entry.sections for entry in ENTRIES if entry.path == here), ())
    shown = _open(found, can)
    return shown if len(shown) > 1 else ()
