"""The duty roster: by hand for learners and whole groups, by sheet, withdrawn; every change tells the whole day."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.imports import service as imports

PATH = "/portal/api/v1/duties"
EVERYWHERE = {code: [("institution", None)] for code in ("portal.duty.read", "portal.duty.write")}
MONDAY = "2026-11-23"
DUTY = {
    "first_day": MONDAY, "last_day": MONDAY, "kind": "guard", "people": ["24-0117"], "basis": "Приказ № 5-н"
}  # fmt: skip


@pytest.fixture
def commander(client: Callable[..., Any], academy: Any) -> Any:
    return client(EVERYWHERE, person_id=academy.registrar)


def told(feed_events: Callable[..., Any]) -> list[tuple[str, list[str]]]:
    events = [one for one in feed_events("portal/teaching") if one.type == "portal.duty.recorded.v1"]
    return [(one.data["day"], [duty["person_id"] for duty in one.data["duties"]]) for one in events]


def roster(who: Any, day: str = MONDAY) -> list[str]:
    return [duty["number"] for duty in who.get(f"{PATH}?day={day}").json["duties"]]


def test_every_change_tells_the_whole_roster_of_the_day(
    commander: Any, academy: Any, feed_events: Callable[..., Any]
) -> None:
    assert commander.post(PATH, json=DUTY).json == {"entered": 1}
    assert commander.post(PATH, json={**DUTY, "people": ["24-0201"]}).status_code == 201
    assert roster(commander) == ["24-0117", "24-0201"]
    first = commander.get(f"{PATH}?day={MONDAY}").json["duties"][0]
    path = f"{PATH}/{first['id']}/withdraw"
    assert commander.post(path, json={"version": 1, "reason": "Заменён"}).status_code == 200
    assert roster(commander) == ["24-0201"]
    both = sorted([str(academy.learner), str(academy.other_learner)])
    assert told(feed_events) == [
        (MONDAY, [str(academy.learner)]),
        (MONDAY, both),
        (MONDAY, [str(academy.other_learner)]),
    ]
    again = commander.post(path, json={"version": 1, "reason": "Ещё раз"})
    assert (again.status_code, again.json["current_version"]) == (409, 2)


def test_a_whole_group_stands_on_duty_for_several_days(
    commander: Any, feed_events: Callable[..., Any]
) -> None:
    body = {**DUTY, "people": [], "group_code": "ҚІ-24-1", "last_day": "2026-11-24"}
    assert commander.post(PATH, json=body).json == {"entered": 2}
    assert commander.post(PATH, json=body).json == {"entered": 0}
    assert [day for day, _people in told(feed_events)] == ["2026-11-23", "2026-11-24"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"people": ["00-0000"]}, "/people"),
        ({"people": ["T-1"]}, "/people"),
        ({"people": []}, "/people"),
        ({"people": [], "group_code": "ҚІ-99-9"}, "/group_code"),
        ({"last_day": "2026-11-22"}, "/last_day"),
        ({"last_day": "2027-11-22"}, "/last_day"),
        ({"kind": "holiday"}, "/kind"),
    ],
    ids=["unknown", "a-teacher", "nobody", "unknown-group", "backwards", "a-year", "unknown-kind"],
)
def test_what_cannot_be_is_named_at_its_field(commander: Any, changes: dict[str, Any], pointer: str) -> None:
    answer = commander.post(PATH, json={**DUTY, **changes})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert roster(commander) == []


def test_nobody_stands_on_two_duties_of_a_day(commander: Any) -> None:
    commander.post(PATH, json=DUTY)
    other = commander.post(PATH, json={**DUTY, "people": ["24-0117", "24-0201"], "kind": "detail"})
    assert other.status_code == 422
    assert "Серікбаева" in other.json["errors"][0]["detail"]
    assert roster(commander) == ["24-0117"]


def test_a_commander_keeps_the_roster_of_the_own_group_alone(
    client: Callable[..., Any], commander: Any
) -> None:
    own = client({code: [("group", "ҚІ-24-2")] for code in EVERYWHERE})
    assert own.post(PATH, json=DUTY).status_code == 422
    commander.post(PATH, json=DUTY)
    assert roster(own) == []
    foreign = commander.get(f"{PATH}?day={MONDAY}").json["duties"][0]["id"]
    assert own.post(f"{PATH}/{foreign}/withdraw", json={"version": 1, "reason": "Моё"}).status_code == 404


def test_a_sheet_of_duties_is_checked_first_and_applied_once(
    session: Session, academy: Any, check: Callable[..., Any], feed_events: Callable[..., Any]
) -> None:
    run = check(
        session,
        "duties",
        [
            ["24-0117", "23.11.2026", "қарауыл", "Приказ № 5-н"],
            ["24-0201", "23.11.2026", "суточный наряд", "Приказ № 5-н"],
            ["24-0117", "23.11.2026", "қарауыл", "Приказ № 5-н"],
            ["24-9999", "23.11.2026", "қарауыл", "Приказ № 5-н"],
            ["T-1", "23.11.2026", "қарауыл", "Приказ № 5-н"],
            ["24-0117", "31.11.2026", "қарауыл", "Приказ № 5-н"],
            ["24-0117", "25.11.2026", "отпуск", "Приказ № 5-н"],
        ],
    )
    codes = [fault.code for fault in imports.faults_of(run)]
    assert codes == ["repeated-line", "unknown-person", "not-a-learner", "not-a-day", "not-a-choice"]
    assert told(feed_events) == []
    for _twice in range(2):
        imports.apply_run(session=session, id=run.id, by=academy.registrar, now=run.created_at)
    assert (run.added, run.state) == (2, "applied")
    again = check(session, "duties", [["24-0117", "23.11.2026", "караул", "Приказ № 5-н"]])
    assert (again.same, again.added) == (1, 0)
    other = check(session, "duties", [["24-0117", "23.11.2026", "служебное задание", "Приказ № 6-н"]])
    assert [fault.code for fault in imports.faults_of(other)] == ["other-duty"]


def test_the_pages_enter_and_withdraw_a_duty(commander: Any) -> None:
    form = {
        "first_day": "23.11.2026", "last_day": "23.11.2026", "kind": "detail", "people": "24-0117", "basis": "№ 5-н"
    }  # fmt: skip
    wrong = commander.submit("/portal/duties/new", {**form, "people": "00-0000"})
    assert wrong.status_code == 422
    assert "00-0000" in wrong.get_data(as_text=True)
    entered = commander.submit("/portal/duties/new", form)
    assert entered.status_code == 303
    day = "/portal/duties?day=23.11.2026"
    assert "Серікбаева" in commander.get(day).get_data(as_text=True)
    duty = commander.get(f"{PATH}?day={MONDAY}").json["duties"][0]
    action = f"/portal/duties/{duty['id']}/withdraw"
    data = {"day": "23.11.2026", "version": "1"}
    assert commander.submit(day, {**data, "reason": " "}, action=action).status_code == 422
    assert commander.submit(day, {**data, "reason": "Ауыстырылды"}, action=action).status_code == 303
    assert "Серікбаева" not in commander.get(day).get_data(as_text=True)
