"""Weeks in the browser and over HTTP (clause 6.2)."""

from collections.abc import Callable
from typing import Any

import pytest


def test_clause_6_2_the_own_week_stands_on_a_page_and_on_the_home_page(
    client: Callable[..., Any], academy: Any
) -> None:
    learner = client(person_id=academy.learner)
    page = learner.get("/portal/timetable").get_data(as_text=True)
    assert "Криминалистика" in page
    assert "13-апта" in page
    assert "09:00–10:30" in page
    assert "бүгін" in page
    home = learner.get("/portal/").get_data(as_text=True)
    assert "Қазір" in home
    assert "Қылмыстық құқық" in home


def test_the_weeks_before_and_after(client: Callable[..., Any], academy: Any) -> None:
    learner = client(person_id=academy.learner)
    even = learner.get("/portal/timetable?day=2026-11-30").get_data(as_text=True)
    assert "Криминалистика" not in even
    assert "жұп апта" in even
    assert "?day=2026-11-23" in even
    empty = learner.get("/portal/timetable?day=2027-02-01").get_data(as_text=True)
    assert "Бұл аптада сабақ жоқ" in empty


@pytest.mark.parametrize("day", ["yesterday", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_a_week_that_is_none(client: Callable[..., Any], day: str) -> None:
    assert client().get(f"/portal/timetable?day={day}").status_code == 422


def test_the_own_week_over_http(client: Callable[..., Any], academy: Any) -> None:
    week = client(person_id=academy.teacher).get("/portal/api/v1/weeks/own?day=2026-11-25").json
    assert (week["first"], week["last"]) == ("2026-11-23", "2026-11-29")
    lesson = week["lessons"][0]
    assert (lesson["day"], lesson["pair"], lesson["kind"], lesson["room"], lesson["half"]) == (
        "2026-11-23",
        1,
        "lecture",
        "204",
        2,
    )


def test_weeks_of_groups_and_teachers(client: Callable[..., Any], academy: Any) -> None:
    dispatcher = client({"portal.timetable.read": [("institution", None)]})
    find = dispatcher.get("/portal/timetable/find").get_data(as_text=True)
    assert "ҚІ-24-2" in find
    assert "Сапарова" in find
    page = dispatcher.get(f"/portal/timetable/teachers/{academy.teacher}").get_data(as_text=True)
    assert "ҚІ-24-1, ҚІ-24-2" in page
    assert dispatcher.get(f"/portal/timetable/teachers/{academy.learner}").status_code == 404
    assert len(dispatcher.get(f"/portal/api/v1/weeks/teachers/{academy.teacher}").json["lessons"]) == 2


def test_a_holiday_is_named_in_its_week(client: Callable[..., Any], academy: Any) -> None:
    page = client(person_id=academy.learner).get("/portal/timetable?day=2026-12-16").get_data(as_text=True)
    assert "Мереке" in page
