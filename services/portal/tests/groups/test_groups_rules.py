"""Names and lists of groups."""

import pytest

from portal.groups import rules

pytestmark = pytest.mark.unit

PERSON = {"family_name": "Серікбаева", "given_name": "Айгерім", "patronymic": "Маратқызы"}


@pytest.mark.parametrize(
    ("values", "full", "short"),
    [
        ({}, "Серікбаева Айгерім Маратқызы", "Серікбаева\u00a0А.\u00a0М."),
        ({"patronymic": None}, "Серікбаева Айгерім", "Серікбаева\u00a0А."),
        ({"patronymic": ""}, "Серікбаева Айгерім", "Серікбаева\u00a0А."),
    ],
)
def test_names(values: dict[str, str | None], full: str, short: str) -> None:
    person = {**PERSON, **values}
    assert (rules.full_name(person), rules.short_name(person)) == (full, short)


def learner(id: str, key: str, **values: str | None) -> dict[str, str | None]:
    return {"id": id, "sort_key": key, "kind": "learner", "group_code": "A", "status": "active", **values}


def test_a_list_is_numbered_in_the_order_of_the_key_without_those_who_left() -> None:
    people = [
        learner("3", "б"),
        learner("2", "а"),
        learner("1", "в", status="left"),
        learner("4", "г", status="blocked"),
        learner("5", "а", kind="teacher"),
    ]
    assert [one["person_id"] for one in rules.roster(people)] == ["2", "3", "4"]
    assert [one["position"] for one in rules.roster(people)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        (None, learner("1", "а"), {"A"}),
        (None, learner("1", "а", kind="teacher"), set()),
        (learner("1", "а"), learner("1", "а"), set()),
        (learner("1", "а"), learner("1", "б"), {"A"}),  # another name: another place
        (learner("1", "а"), learner("1", "а", group_code="B"), {"A", "B"}),
        (learner("1", "а"), learner("1", "а", status="left"), {"A"}),
        (learner("1", "а"), learner("1", "а", status="blocked"), set()),
        (learner("1", "а", status="left"), learner("1", "а"), {"A"}),
    ],
)
def test_which_lists_a_person_changes(before: dict | None, after: dict, touched: set[str]) -> None:
    assert rules.touched_groups(before, after) == touched
