"""The academy's rules of accounts and access (clauses 8 and 10 of Order No. 21): defaults, bounds, and which limit holds for whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

LOGIN_RULES = ("transliteration", "number")
BOUNDS: Mapping[str, tuple[int, int]] = {
    "password_length": (8, 64),
    "password_history": (0, 24),
    "slip_days": (1, 60),
    "code_minutes": (5, 24 * 60),
    "idle_minutes": (5, 12 * 60),
    "session_hours": (1, 24),
}
"""The least and the most of every number; ASVS 5.0 asks for passwords of eight characters at least (6.2.1)."""
BY_ROLE = {"idle_minutes_by_role": "idle_minutes", "session_hours_by_role": "session_hours"}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One state of the rules.

    `idle_minutes` ends a sign-in that is left alone, `session_hours` any; a role may have a shorter or longer limit of its
    own. `second_factor_roles` are the roles that do not work without a second factor.
    """

    login_rule: str = "transliteration"
    password_length: int = 10
    password_history: int = 5
    slip_days: int = 14
    code_minutes: int = 30
    second_factor_roles: tuple[str, ...] = ()
    idle_minutes: int = 120
    idle_minutes_by_role: Mapping[str, int] = field(default_factory=dict)
    session_hours: int = 12
    session_hours_by_role: Mapping[str, int] = field(default_factory=dict)

    def idle(self, roles: Iterable[str] = ()) -> timedelta:
        """Answer how long a person with these roles may leave a sign-in alone."""
        return timedelta(minutes=strictest(self.idle_minutes, self.idle_minutes_by_role, roles))

    def absolute(self, roles: Iterable[str] = ()) -> timedelta:
        """Answer how long a sign-in of a person with these roles may last at all."""
        return timedelta(hours=strictest(self.session_hours, self.session_hours_by_role, roles))

    def needs_second_factor(self, roles: Iterable[str]) -> bool:
        """Tell whether one of these roles does not work without a second factor."""
        return not set(roles).isdisjoint(self.second_factor_roles)


DEFAULT = Policy()
NAMES = tuple(part.name for part in fields(Policy))


def strictest(general: int, by_role: Mapping[str, int], roles: Iterable[str]) -> int:
    """Answer the shortest limit among the roles a person has; a role without one of its own has the general limit."""
    return min((by_role.get(role, general) for role in roles), default=general)


def faults(policy: Policy, known_roles: Iterable[str]) -> list[tuple[str, str]]:
    """Find what a policy must not say; answers (field, fault code), a role's number as `idle_minutes_by_role/teacher`."""
    known = set(known_roles)
    found = [
        (name, "out-of-bounds")
        for name, (least, most) in BOUNDS.items()
        if not least <= getattr(policy, name) <= most
    ]
    if policy.login_rule not in LOGIN_RULES:
        found.append(("login_rule", "unknown-rule"))
    found += [
        ("second_factor_roles", "unknown-role") for role in policy.second_factor_roles if role not in known
    ]
    for name, general in BY_ROLE.items():
        least, most = BOUNDS[general]
        for role, number in getattr(policy, name).items():
            if role not in known:
                found.append((f"{name}/{role}", "unknown-role"))
            elif not least <= number <= most:
                found.append((f"{name}/{role}", "out-of-bounds"))
    return found


def as_json(policy: Policy) -> dict[str, Any]:
    """Write a policy as a document, with its lists in order."""
    return {
        name: sorted(value)
        if isinstance(value, tuple)
        else dict(sorted(value.items()))
        if isinstance(value, Mapping)
        else value
        for name in NAMES
        for value in (getattr(policy, name),)
    }
