"""Which grants may be given at all (clause 9 of Order No. 21): scopes, terms, and duties that do not go together."""

from collections.abc import Iterable, Mapping
from datetime import date

SCOPES_WITH_ID = ("faculty", "department", "group", "discipline", "library_module", "website_section")
SCOPES_WITHOUT_ID = ("institution", "assigned", "self")
SCOPES = SCOPES_WITHOUT_ID + SCOPES_WITH_ID


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
