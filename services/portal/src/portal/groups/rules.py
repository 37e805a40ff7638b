"""Rules of groups as pure functions: how people are named, and who stands on a group's list."""

from collections.abc import Iterable, Mapping
from typing import Any

YEARS = (1, 6)
LANGUAGES = ("kk", "ru", "en")


def full_name(person: Mapping[str, Any]) -> str:
    """Return family name, given name and patronymic, as a list names people."""
    return " ".join(
        part for part in (person["family_name"], person["given_name"], person["patronymic"]) if part
    )


def short_name(person: Mapping[str, Any]) -> str:
    """Return a family name with initials; digraphs of initials are not split ("Сәрсенова Ж. Қ.")."""
    initials = [f"{part[0]}." for part in (person["given_name"], person["patronymic"]) if part]
    return "\u00a0".join([person["family_name"], *initials])


def is_listed(person: Mapping[str, Any]) -> bool:
    """Tell whether a person stands on the list of the own group; a blocked account changes nothing, leaving does."""
    return bool(person["kind"] == "learner" and person["group_code"] and person["status"] != "left")


def roster(people: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the list of a group in the order of the Kazakh alphabet (by the stored key), numbered from 1."""
    listed = sorted(filter(is_listed, people), key=lambda one: (one["sort_key"], str(one["id"])))
    return [{"person_id": str(one["id"]), "position": place} for place, one in enumerate(listed, 1)]


def touched_groups(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> set[str]:
    """Return codes of groups whose list a recorded person changes: the one left and the one joined."""
    old = before["group_code"] if before and is_listed(before) else None
    new = after["group_code"] if is_listed(after) else None
    same_place = before is not None and old == new and before["sort_key"] == after["sort_key"]
    return set() if same_place else {code for code in (old, new) if code}
