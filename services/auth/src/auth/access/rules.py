"""Which grants may be given at all (clause 9 of Order No. 21): scopes, terms, and duties that do not go together."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

SCOPES_WITH_ID = ("faculty", "department", "group", "discipline", "library_module", "website_section")
SCOPES_WITHOUT_ID = ("institution", "assigned", "self")
SCOPES = SCOPES_WITHOUT_ID + SCOPES_WITH_ID
ONES_OWN = ("assigned", "self")
"""Scopes that mean the holder's own things: they go with the person and cannot be exercised by a deputy."""

ROLE_CODE = re.compile(r"[a-z][a-z0-9_]{2,39}")


def scope_fault(
    scope_type: str, scope_id: str | None, *, allowed: Iterable[str], known_ids: set[str] | None
) -> str | None:
    """Answer the fault code of a scope.

    `allowed` are the kinds that at least one permission of the role has; `known_ids` the ids there are of this kind, or
    None when this service does not know them.
    """
    if scope_type not in set(allowed):
        return "scope-not-for-role"
    if scope_type in SCOPES_WITHOUT_ID:
        return "scope-id-unwanted" if scope_id else None
    if not scope_id:
        return "scope-id-missing"
    return "scope-id-unknown" if known_ids is not None and scope_id not in known_ids else None


def term_fault(valid_from: date, valid_to: date | None, today: date) -> str | None:
    """Answer the fault code of a term: its end before its beginning, or already over."""
    if valid_to is None:
        return None
    return "term-reversed" if valid_to < valid_from else "term-over" if valid_to < today else None


def overlap(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Tell whether two terms share a day; a term without an end goes on for ever."""
    return first[0] <= (second[1] or date.max) and second[0] <= (first[1] or date.max)


def is_beyond_reach(scope_type: str, scope_id: str | None, *, within: set[str] | None) -> bool:
    """Tell whether a scope is wider than where somebody may give roles.

    Args:
        scope_type: kind of the scope to be given.
        scope_id: its id.
        within: codes of the units where they may, those below them included; None for the whole institution.
    """
    if within is None or scope_type in ONES_OWN:
        return False
    return scope_type not in {"faculty", "department"} or scope_id not in within


def deputy_fault(
    *,
    scope_type: str,
    term: tuple[date, date | None],
    valid_from: date,
    valid_to: date,
    is_deputy: bool,
) -> tuple[str, str] | None:
    """Answer (field, code) when a grant cannot be exercised by a deputy like this.

    Args:
        scope_type: of the grant to be exercised.
        term: of that grant; the deputy's has to lie within it.
        valid_from: first day of the deputy.
        valid_to: last day of the deputy.
        is_deputy: whether the grant is a deputy's itself: duties are handed on once, not further.
    """
    if is_deputy:
        return "grant", "deputy-of-a-deputy"
    if scope_type in ONES_OWN:
        return "grant", "ones-own"
    if valid_from < term[0]:
        return "valid_from", "before-the-grant"
    if term[1] is not None and valid_to > term[1]:
        return "valid_to", "beyond-the-grant"
    return None


def role_code_fault(code: str) -> str | None:
    """Answer the fault code of an academy's own role code: 3 to 40 small Latin letters, digits and underscores."""
    return None if ROLE_CODE.fullmatch(code) else "bad-role-code"


def clashes_within(codes: Iterable[str], forbidden: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """Find pairs of permissions that one role must not unite, each pair once, sorted."""
    have = sorted(set(codes))
    return [
        (one, other)
        for at, one in enumerate(have)
        for other in have[at + 1 :]
        if other in forbidden.get(one, frozenset()) or one in forbidden.get(other, frozenset())
    ]


def clashes(
    role: str,
    held: Iterable[str],
    *,
    permissions: Mapping[str, frozenset[str]],
    forbidden: Mapping[str, frozenset[str]],
) -> list[tuple[str, str, str]]:
    """Find duties that one person must not unite.

    Args:
        role: the role that is to be given.
        held: roles the person has already.
        permissions: role to its permissions.
        forbidden: permission to those it does not go together with; read in both directions.

    Returns:
        (held role, its permission, permission of the new role), sorted.
    """
    new = permissions.get(role, frozenset())
    return sorted(
        (other, theirs, ours)
        for other in set(held) - {role}
        for theirs in permissions.get(other, frozenset())
        for ours in new
        if ours in forbidden.get(theirs, frozenset()) or theirs in forbidden.get(ours, frozenset())
    )


def additions(
    declared: Mapping[str, Iterable[str]], known: set[str], roles: set[str]
) -> list[tuple[str, str]]:
    """Answer the (role, permission) pairs a registration adds: new permissions only, to the templates they name.

    A permission the academy already knows is left as the academy arranged it.
    """
    return sorted(
        (role, code)
        for code, wanted in declared.items()
        if code not in known
        for role in wanted
        if role in roles
    )


def read_date(text: str) -> date | None:
    """Read a date as cells of a sheet hold it: 23.11.2026 or 2026-11-23; None when it is none."""
    parts = text.split(".")[::-1] if "." in text else text.split("-")
    try:
        year, month, day = map(int, parts)
        return date(year, month, day)
    except ValueError:
        return None


def date_fault(text: str) -> str | None:
    """Answer the fault code of a date's text."""
    return None if read_date(text) else "bad-date"
