"""Orders: a draft shows what it will change, applied it moves the learner from its day on, another order undoes it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.db import new_id, unit_of_work
from portal.groups.model import StudyGroup
from portal.movement import service
from portal.teaching.model import Assignment

PATH = "/portal/api/v1/movements"
MAY = {
    "portal.movement.read": [("institution", None)],
    "portal.movement.write": [("institution", None)],
    "portal.group.read": [("institution", None)],
}
TRANSFER = {
    "kind": "transfer", "person": "24-0117", "group_code": "ҚІ-24-2", "number": "118-к", "order_date": "2026-11-20",
    "effective_on": "2026-11-10", "basis": "Рапорт курсанта",
}  # fmt: skip
EXPULSION = {**TRANSFER, "kind": "expulsion", "group_code": None, "number": "121-к"}


@pytest.fixture
def registrar(client: Callable[..., Any], academy: Any) -> Any:
    return client(MAY, person_id=academy.registrar)


def rosters(registrar: Any) -> dict[str, int]:
    return {one["code"]: one["learners"] for one in registrar.get("/portal/api/v1/groups").json["groups"]}


def applied(registrar: Any, **changes: Any) -> Any:
    order = registrar.post(PATH, json={**TRANSFER, **changes})
    assert order.status_code == 201, order.json
    path = f"{PATH}/{order.json['id']}/apply"
    return registrar.post(path, json={"version": order.json["version"], "acknowledged": True})


def movements(feed_events: Callable[..., Any]) -> list[Any]:
    return [
        event.data for event in feed_events("portal/teaching") if event.type == "portal.movement.recorded.v1"
    ]


@pytest.fixture
def marked(engine: Any, academy: Any, deliver: Callable[..., Any]) -> None:
    """Tell the portal of published marks of the learner in one journal: two before the day of the order, one after it."""
    with unit_of_work(engine) as session:
        query = select(Assignment).join(StudyGroup, StudyGroup.id == Assignment.group_id)
        one = session.scalars(query.where(StudyGroup.code == "ҚІ-24-1", Assignment.control == "exam")).one()
        ids = {name: str(getattr(one, name)) for name in ("discipline_id", "group_id", "period_id")}
        journal = {"journal_id": str(new_id()), "assignment_id": str(one.id), **ids}
    deliver("ejournal.journal.opened.v1", journal)
    for day in ("2026-09-07", "2026-11-09", "2026-11-16"):
        deliver(
            "ejournal.column.published.v1",
            {
                "journal_id": journal["journal_id"], "column_id": str(new_id()), "kind": "lesson", "date": day,
                "discipline_title": {"kk": "Қылмыстық құқық", "ru": "Уголовное право"}, "group_id": ids["group_id"],
                "period_id": ids["period_id"], "published_by": str(academy.teacher),
                "marks": [{"person_id": str(academy.learner), "value": "80"}], "results": [],
            },
        )  # fmt: skip


def sealed(deliver: Callable[..., Any], learner: UUID) -> None:
    deliver(
        "ejournal.statement.sealed.v1",
        {
            "statement_id": str(new_id()), "number": "R-2026-00012", "kind": "rating", "journal_id": str(new_id()),
            "group_id": str(new_id()), "period_id": str(new_id()), "credits": "5", "digest": "0" * 64, "rectifies": None,
            "discipline_title": {"kk": "Қылмыстық құқық", "ru": "Уголовное право"},
            "rows": [
                {"person_id": str(learner), "state": "passed", "final": 87, "letter": "B+", "points": "3.33"}
            ],
        },
    )  # fmt: skip


def test_a_draft_says_what_it_will_change_and_changes_nothing(
    registrar: Any, marked: None, feed_events: Callable[..., Any]
) -> None:
    order = registrar.post(PATH, json=TRANSFER).json
    leaves, enters = order["preview"]["leaves"], order["preview"]["enters"]
    assert {one["discipline_title"]["ru"]: (one["marks_before"], one["marks_after"]) for one in leaves} == {
        "Уголовное право": (2, 1),
        "Криминалистика": (0, 0),
    }
    assert [(one["discipline_title"]["ru"], one["carried"]) for one in enters] == [("Уголовное право", 2)]
    assert enters[0]["lessons"] == 5  # the Mondays from 16 November to 14 December
    assert order["state"] == "draft"
    assert rosters(registrar) == {"ҚІ-24-1": 1, "ҚІ-24-2": 1}
    assert movements(feed_events) == []


def test_an_applied_transfer_moves_the_learner_and_is_told_with_all_placements(
    registrar: Any, academy: Any, feed_events: Callable[..., Any]
) -> None:
    answer = applied(registrar)
    assert answer.status_code == 200
    assert answer.json["state"] == "applied"
    assert rosters(registrar) == {"ҚІ-24-1": 0, "ҚІ-24-2": 2}
    told = movements(feed_events)[-1]
    assert told["person_id"] == str(academy.learner)
    assert [(one["starts"], one["kind"], one["order_number"]) for one in told["placements"]] == [
        (None, None, None),
        ("2026-11-10", "transfer", "118-к"),
    ]


def test_applying_twice_does_nothing_and_a_former_version_is_refused(registrar: Any) -> None:
    order = registrar.post(PATH, json=TRANSFER).json
    path = f"{PATH}/{order['id']}/apply"
    stale = registrar.post(path, json={"version": order["version"] + 1})
    assert (stale.status_code, stale.json["current_version"]) == (409, order["version"])
    assert registrar.post(path, json={"version": order["version"]}).status_code == 200
    again = registrar.post(path, json={"version": order["version"]})
    assert (again.status_code, again.json["state"]) == (200, "applied")


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"person": "00-0000"}, "/person", "00-0000"),
        ({"group_code": "ҚІ-99-9"}, "/group_code", "ҚІ-99-9"),
        ({"group_code": None}, "/group_code", ""),
        ({"person": "T-1"}, "/person", ""),
        ({"group_code": "ҚІ-24-1"}, "/group_code", ""),
        ({"order_date": "2026-11-24"}, "/order_date", ""),
        ({"effective_on": "2020-11-24"}, "/effective_on", ""),
    ],
    ids=["unknown-person", "unknown-group", "no-group", "a-teacher", "own-group", "tomorrow", "years-ago"],
)
def test_what_cannot_be_is_named_at_its_field(
    registrar: Any, changes: dict[str, Any], pointer: str, words: str
) -> None:
    answer = registrar.post(PATH, json={**TRANSFER, **changes})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert words in answer.json["errors"][0]["detail"]
    assert registrar.get(PATH).json["total"] == 0


def test_two_orders_for_one_day_are_refused_also_when_both_were_drafted(registrar: Any) -> None:
    first, second = (
        registrar.post(PATH, json={**TRANSFER, "number": number}).json for number in ("1-к", "2-к")
    )
    assert registrar.post(f"{PATH}/{first['id']}/apply", json={"version": 1}).status_code == 200
    refused = registrar.post(f"{PATH}/{second['id']}/apply", json={"version": 1})
    assert refused.status_code == 409
    assert "1-к" in refused.json["detail"]
    assert rosters(registrar) == {"ҚІ-24-1": 0, "ҚІ-24-2": 2}


def test_example_20_a_back_dated_expulsion_names_sealed_statements_and_waits_until_they_were_seen(
    registrar: Any, academy: Any, deliver: Callable[..., Any]
) -> None:
    sealed(deliver, academy.learner)
    order = registrar.post(PATH, json=EXPULSION).json
    assert [one["number"] for one in order["preview"]["statements"]] == ["R-2026-00012"]
    path = f"{PATH}/{order['id']}/apply"
    refused = registrar.post(path, json={"version": 1})
    assert refused.status_code == 409
    assert "R-2026-00012" in refused.json["detail"]
    assert rosters(registrar)["ҚІ-24-1"] == 1
    assert registrar.post(path, json={"version": 1, "acknowledged": True}).status_code == 200
    assert rosters(registrar)["ҚІ-24-1"] == 0


def test_an_order_is_undone_only_by_another_order(registrar: Any, feed_events: Callable[..., Any]) -> None:
    first = applied(registrar).json
    words = {"number": "125-к", "order_date": "2026-11-23", "basis": "Ошибка в приказе"}
    cancel = registrar.post(f"{PATH}/{first['id']}/cancellation", json=words)
    assert cancel.status_code == 201
    assert [one["group_code"] for one in cancel.json["preview"]["leaves"]] == ["ҚІ-24-2"]
    path = f"{PATH}/{cancel.json['id']}/apply"
    assert registrar.post(path, json={"version": cancel.json["version"]}).status_code == 200
    assert rosters(registrar) == {"ҚІ-24-1": 1, "ҚІ-24-2": 1}
    assert len(movements(feed_events)[-1]["placements"]) == 1
    assert registrar.get(f"{PATH}/{first['id']}").json["cancelled"] is True
    again = registrar.post(f"{PATH}/{first['id']}/cancellation", json={**words, "number": "126-к"})
    assert again.status_code == 409


def test_after_an_order_the_records_of_people_move_nobody(
    registrar: Any, academy: Any, deliver: Callable[..., Any]
) -> None:
    applied(registrar)
    deliver(
        "auth.person.recorded.v1",
        {
            "person_id": str(academy.learner), "family_name": "Серікбаева", "given_name": "Айгерім", "patronymic": None,
            "kind": "learner", "group_code": "ҚІ-24-1", "department_code": None, "number": "24-0117", "status": "active",
            "language": "kk",
        },
    )  # fmt: skip
    assert rosters(registrar) == {"ҚІ-24-1": 0, "ҚІ-24-2": 2}


def test_an_order_of_a_day_to_come_moves_the_learner_on_that_day(
    registrar: Any, engine: Any, feed_events: Callable[..., Any]
) -> None:
    applied(registrar, effective_on="2026-11-25")
    assert rosters(registrar) == {"ҚІ-24-1": 1, "ҚІ-24-2": 1}
    assert len(movements(feed_events)) == 1  # the journals know the day at once
    with clock.frozen(datetime(2026, 11, 25, 4, 0, tzinfo=UTC)), unit_of_work(engine) as session:
        assert service.take_effect(session=session) == 1
        assert service.take_effect(session=session) == 0
    assert rosters(registrar) == {"ҚІ-24-1": 0, "ҚІ-24-2": 2}


def test_the_pages_lead_from_the_form_to_the_applied_order(registrar: Any, academy: Any) -> None:
    form = {**TRANSFER, "order_date": "20.11.2026", "effective_on": "10.11.2026"}
    wrong = registrar.submit("/portal/movements/new", {**form, "group_code": "ҚІ-24-1"})
    assert wrong.status_code == 422
    assert "ҚІ-24-1" in wrong.get_data(as_text=True)
    drafted = registrar.submit("/portal/movements/new", form)
    assert drafted.status_code == 303
    page = drafted.headers["Location"]
    text = registrar.get(page).get_data(as_text=True)
    assert "Қылмыстық құқық" in text
    done = registrar.submit(page, {"version": "1"}, action=f"{page}/apply")
    assert done.status_code == 303
    assert "118-к" in registrar.get("/portal/movements").get_data(as_text=True)
    assert "118-к" in registrar.get(f"{page}/cancel").get_data(as_text=True)
    cancel = registrar.submit(
        f"{page}/cancel", {"number": "9-к", "order_date": "23.11.2026", "basis": "Қате"}
    )
    assert cancel.status_code == 303
