"""What other services publish stands on the home page (clause 4.2): every stored example goes through the real ingest."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chassis import contracts
from chassis.testing.web import asked_in_making
from portal.app import SERVICE

CONTRACTS = Path(__file__).resolve().parents[4] / "contracts" / "events"
LEARNER = "019aaf4e-0011-7c31-9b5d-4f1e00000011"


def examples() -> list[tuple[str, Path]]:
    found = []
    for type_ in SERVICE.handlers:
        found += [(type_, path) for path in sorted(CONTRACTS.glob(f"*/*/examples/{type_}.*.json"))]
    return found


def example(name: str) -> dict[str, Any]:
    path = next(CONTRACTS.glob(f"*/*/examples/{name}.json"))
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("type_", "path"), examples(), ids=lambda value: getattr(value, "stem", value))
def test_every_stored_example_is_handled_twice_alike(
    deliver: Callable[..., Any], type_: str, path: Path
) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    deliver(type_, data)
    deliver(type_, {**data, "added_later": {"by": "a newer version"}})
    assert contracts.load()


def person(client: Callable[..., Any], id: str = LEARNER) -> Any:
    from uuid import UUID

    return client(person_id=UUID(id))


def test_clause_4_2_a_published_mark_stands_on_the_learners_home(
    client: Callable[..., Any], deliver: Callable[..., Any]
) -> None:
    learner = person(client)
    deliver("auth.person.recorded.v1", example("auth.person.recorded.v1.learner"))
    assert "Әзірге жарияланған баға жоқ." in learner.get("/portal/").get_data(as_text=True)
    deliver("ejournal.column.published.v1", example("ejournal.column.published.v1.lesson"))
    page = learner.get("/portal/").get_data(as_text=True)
    assert "Айгерім" in page
    assert ">92<" in page
    assert "Қылмыстық құқық" in page
    assert "5 қазан күнгі сабақ" in page
    mark = learner.get("/portal/api/v1/home").json["marks"][0]
    assert (mark["value"], mark["kind"], mark["day"]) == ("92", "lesson", "2026-10-05")


@pytest.mark.parametrize("who", ["learner", "teacher"])
def test_a_home_given_again_has_asked_everything_again(
    client: Callable[..., Any], deliver: Callable[..., Any], who: str
) -> None:
    data = example(f"auth.person.recorded.v1.{who}")
    deliver("auth.person.recorded.v1", data)
    deliver("ejournal.column.published.v1", example("ejournal.column.published.v1.lesson"))
    assert asked_in_making(person(client, data["person_id"]), "/portal/") == []


def test_a_corrected_mark_replaces_the_old_one_and_one_taken_back_goes(
    client: Callable[..., Any], deliver: Callable[..., Any]
) -> None:
    learner, data = person(client), example("ejournal.column.published.v1.lesson")
    deliver("ejournal.column.published.v1", data)
    corrected = copy.deepcopy(data)
    corrected["marks"][0]["value"] = "75"
    deliver("ejournal.column.published.v1", corrected)
    assert [mark["value"] for mark in learner.get("/portal/api/v1/home").json["marks"]] == ["75"]
    corrected["marks"] = []
    deliver("ejournal.column.published.v1", corrected)
    assert learner.get("/portal/api/v1/home").json["marks"] == []


def test_nobody_sees_the_marks_of_others(client: Callable[..., Any], deliver: Callable[..., Any]) -> None:
    deliver("ejournal.column.published.v1", example("ejournal.column.published.v1.lesson"))
    assert client().get("/portal/api/v1/home").json["marks"] == []


def test_clause_4_2_a_book_stands_there_until_it_is_returned(
    client: Callable[..., Any], deliver: Callable[..., Any]
) -> None:
    reader = person(client)
    deliver("library.book.issued.v1", example("library.book.issued.v1.issued"))
    page = reader.get("/portal/").get_data(as_text=True)
    assert "Қазақстан Республикасының қылмыстық құқығы: Жалпы бөлім" in page
    assert "07.12.2026 дейін" in page
    deliver("library.book.returned.v1", example("library.book.returned.v1.returned"))
    assert reader.get("/portal/api/v1/home").json["loans"] == []
    deliver("library.book.issued.v1", example("library.book.issued.v1.issued"))
    assert reader.get("/portal/api/v1/home").json["loans"] == []


def test_an_overdue_book_is_marked(client: Callable[..., Any], deliver: Callable[..., Any]) -> None:
    deliver("library.book.issued.v1", {**example("library.book.issued.v1.issued"), "due_on": "2026-11-20"})
    assert "мерзімі 20.11.2026 күні өтті" in person(client).get("/portal/").get_data(as_text=True)


def test_clause_7_gpa_and_debts_stand_on_the_learners_home(
    client: Callable[..., Any], deliver: Callable[..., Any]
) -> None:
    learner = person(client)
    assert "Менің оқуым" not in learner.get("/portal/").get_data(as_text=True)
    deliver("ejournal.rating.computed.v1", example("ejournal.rating.computed.v1.group"))
    assert "Академиялық берешегіңіз жоқ." in learner.get("/portal/").get_data(as_text=True)
    opened = example("ejournal.debt.opened.v1.retake")
    deliver("ejournal.debt.opened.v1", opened)
    deliver("ejournal.debt.opened.v1", opened | {"reason": "failed"})
    page = learner.get("/portal/").get_data(as_text=True)
    for words in (
        "2,48",
        "Игерілген кредиттер: 25",
        "тапсырмады: пән қайта оқылады",
        "/journal/my/transcript",
    ):
        assert words in page
    home = learner.get("/portal/api/v1/home").json
    assert (home["studies"]["gpa"], [debt["reason"] for debt in home["debts"]]) == ("2.48", ["failed"])
    assert client().get("/portal/api/v1/home").json["debts"] == []
    deliver("ejournal.debt.closed.v1", example("ejournal.debt.closed.v1.passed"))
    assert learner.get("/portal/api/v1/home").json["debts"] == []


def test_news_stand_there_and_conferences_do_not(
    client: Callable[..., Any], deliver: Callable[..., Any]
) -> None:
    deliver(
        "website.item.published.v1",
        example("website.item.published.v1.news") | {"publish_at": "2026-11-22T05:00:00Z"},
    )
    deliver("website.item.published.v1", example("website.item.published.v1.conference"))
    news = client().get("/portal/api/v1/home").json["news"]
    assert [item["title"]["kk"] for item in news] == ["Курсанттар ант қабылдады"]


def test_a_projection_that_fell_behind_says_as_of_when(
    client: Callable[..., Any], deliver: Callable[..., Any], held_clock: Any
) -> None:
    learner = person(client)
    deliver("ejournal.column.published.v1", example("ejournal.column.published.v1.lesson"))
    assert "жаңа деректер әлі келген жоқ" not in learner.get("/portal/").get_data(as_text=True)
    held_clock.advance(minutes=6)
    assert "жаңа деректер әлі келген жоқ" in person(client).get("/portal/").get_data(as_text=True)


def test_clause_13_late_entries_are_told_until_they_are_made(
    client: Callable[..., Any], deliver: Callable[..., Any]
) -> None:
    data = example("ejournal.escalation.recorded.v1.department")
    deliver("ejournal.escalation.recorded.v1", data)
    head = person(client, data["people"][0])
    page = head.get("/portal/").get_data(as_text=True)
    assert f"/journal/moderation/journals/{data['journal_id']}" in page
    assert "05.10.2026" in page
    [one] = head.get("/portal/api/v1/home").json["escalations"]
    assert (one["step"], one["columns"], one["missing"]) == ("department", 3, 2)
    assert client().get("/portal/api/v1/home").json["escalations"] == []
    deliver("ejournal.escalation.recorded.v1", data | {"step": "teacher"})
    assert f"/journal/journals/{data['journal_id']}" in head.get("/portal/").get_data(as_text=True)
    deliver("ejournal.escalation.recorded.v1", example("ejournal.escalation.recorded.v1.closed"))
    assert head.get("/portal/api/v1/home").json["escalations"] == []
    assert data["journal_id"] not in head.get("/portal/").get_data(as_text=True)
