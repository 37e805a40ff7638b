"""The board, remarks and returned columns, unusual entries, the frozen day; and that who moderates never types a mark."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from services.ejournal.tests.academy import READER, WRITER, cell
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

import ejournal
from chassis.db import unit_of_work
from ejournal.journal.model import CELL
from ejournal.moderation.jobs import freeze_board

DECLARED = yaml.safe_load((Path(ejournal.__file__).parent / "permissions.yaml").read_text(encoding="utf-8"))
QUALITY = {
    one["code"]: [("institution", None)] for one in DECLARED if "quality_officer" in one.get("roles", ())
}
WORDS = "РК1 бағандары кеш толтырылған"


@pytest.fixture
def teacher(by_calendar, client):
    return client(WRITER, by_calendar.teacher)


@pytest.fixture
def quality(by_calendar, client):
    return client(QUALITY)


def remark(person, academy, **more: Any):
    body = {"words": WORDS} | more
    return person.post(f"/journal/api/v1/journals/{academy.journal}/remarks", json=body)


def test_clause_13_the_board_shows_who_is_late(by_calendar, teacher, quality) -> None:
    by_calendar.fill(teacher, {(0, 2): "80"})
    [line] = quality.get("/journal/api/v1/board").get_json()["items"]
    # An old seminar and the first midterm control are over without a mark; three learners miss the control.
    assert line | {"title": {}} == {
        "code": "criminal-law", "title": {}, "journals": 1, "late": 2, "missing": 3, "reopened": 0, "remarks": 0,
    }  # fmt: skip
    page = quality.get("/journal/moderation").get_data(as_text=True)
    assert page.count(f"/journal/moderation/journals/{by_calendar.journal}") == 2
    assert "Сапарова" in page
    assert "<svg" in page


def test_a_column_with_a_mark_is_not_late(by_calendar, teacher, quality) -> None:
    by_calendar.open_windows()
    by_calendar.fill(teacher, {(0, 0): "80", (0, 1): "70", (1, 1): "60"})
    [line] = quality.get("/journal/api/v1/board").get_json()["items"]
    assert (line["late"], line["missing"]) == (0, 1)


@pytest.mark.parametrize(
    ("scope", "total"),
    [(("institution", None), 1), (("department", "criminal-law"), 1), (("department", "history"), 0), (("faculty", "investigation"), 1)],
)  # fmt: skip
def test_clause_9_the_board_ends_at_the_scope(by_calendar, client, scope, total: int) -> None:
    head = client({"ejournal.board.read": [scope]})
    assert len(head.get("/journal/api/v1/board").get_json()["items"]) == total
    page = head.get(f"/journal/moderation/journals/{by_calendar.journal}")
    assert page.status_code == (200 if total else 403)


def test_a_remark_reaches_the_teacher_and_is_answered(by_calendar, teacher, quality) -> None:
    path = f"/journal/moderation/journals/{by_calendar.journal}"
    assert quality.submit(path, {"words": "x"}, action=f"{path}/remarks").status_code == 422
    assert quality.submit(path, {"words": WORDS}, action=f"{path}/remarks").status_code == 303
    journal = f"/journal/journals/{by_calendar.journal}"
    page = teacher.get(journal).get_data(as_text=True)
    assert WORDS in page
    action = page.split('action="/journal/remarks/')[1].split('"')[0]
    done = teacher.submit(journal, {"answer": "Толтырылды"}, action=f"/journal/remarks/{action}")
    assert done.status_code == 303
    assert WORDS not in teacher.get(journal).get_data(as_text=True)
    assert "Толтырылды" in quality.get(path).get_data(as_text=True)


def test_a_returned_column_takes_marks_until_its_day(by_calendar, teacher, quality, today) -> None:
    column = by_calendar.columns[0]
    assert by_calendar.fill(teacher, {(0, 0): "80"}).status_code == 409
    for body, status in (
        ({"until": (today + timedelta(days=3)).isoformat()}, 422),
        ({"column_id": column, "until": "2020-01-01"}, 422),
        ({"column_id": str(uuid4())}, 404),
        ({"column_id": column, "until": (today + timedelta(days=3)).isoformat()}, 201),
    ):
        assert remark(quality, by_calendar, **body).status_code == status, body
    assert by_calendar.fill(teacher, {(0, 0): "80"}).status_code == 200


def test_a_remark_is_answered_once_and_by_a_teacher_of_the_journal(
    by_calendar, teacher, quality, client
) -> None:
    made = remark(quality, by_calendar).get_json()
    path, body = f"/journal/api/v1/remarks/{made['id']}/answer", {"version": 1, "answer": "Толтырылды"}
    assert client(WRITER).post(path, json=body).status_code == 403
    assert quality.post(path, json=body).status_code == 403
    assert teacher.post(path, json=body).status_code == 200
    again = client(WRITER, by_calendar.colleague).post(path, json=body)
    assert (again.status_code, again.get_json()["code"]) == (409, "ejournal.already-answered")


def test_a_head_of_department_reads_the_board_and_makes_no_remark(by_calendar, client) -> None:
    head = client({"ejournal.board.read": [("department", "criminal-law")]})
    page = head.get(f"/journal/moderation/journals/{by_calendar.journal}").get_data(as_text=True)
    assert "/remarks" not in page
    assert remark(head, by_calendar).status_code == 403


def test_unusual_entries_are_explained_and_can_be_called_usual(by_calendar, teacher, quality) -> None:
    by_calendar.open_windows()
    by_calendar.fill(teacher, {(0, 0): "48"})
    teacher.patch(by_calendar.cells_path, json=[cell(by_calendar.key(0, 0), "50", 1)])
    api = f"/journal/api/v1/journals/{by_calendar.journal}"
    found = [one for one in quality.get(f"{api}/unusual").get_json()["items"] if one["code"] == "above"]
    assert "Сапарова Г. Қ." in found[0]["sentence"]
    assert "48" in found[0]["sentence"]
    path = f"/journal/moderation/journals/{by_calendar.journal}"
    page = quality.get(path).get_data(as_text=True)
    assert found[0]["key"] in page
    said = {"key": found[0]["key"], "words": "Апелляция бойынша өзгертілді"}
    assert quality.post(f"{api}/explained", json=said).status_code == 204
    again = quality.get(f"{api}/unusual").get_json()["items"]
    assert [one["explained"] for one in again if one["key"] == said["key"]] == [said["words"]]
    assert said["words"] in quality.get(path).get_data(as_text=True)


def test_the_board_of_a_day_is_kept_and_never_changed(by_calendar, teacher, quality, engine, today) -> None:
    with unit_of_work(engine) as session:
        freeze_board(session, None)  # type: ignore[arg-type]
    by_calendar.open_windows()
    by_calendar.fill(teacher, {(0, 0): "80"})
    with unit_of_work(engine) as session:
        freeze_board(session, None)  # type: ignore[arg-type]
    live = quality.get("/journal/api/v1/board").get_json()["items"][0]["late"]
    kept = quality.get("/journal/api/v1/board", query_string={"day": today.isoformat()}).get_json()
    assert (live, kept["items"][0]["late"], kept["live"]) == (1, 2, False)
    assert quality.get(f"/journal/moderation/days/{today}").status_code == 200
    for unknown in ("2020-01-01", "soon"):
        assert quality.get(f"/journal/moderation/days/{unknown}").status_code == 404
    with pytest.raises(DBAPIError), unit_of_work(engine) as session:
        session.execute(text("update board_day set figures = '{}'"))


def test_clause_13_who_did_what_is_two_clicks_away(by_calendar, teacher, quality) -> None:
    by_calendar.fill(teacher, {(0, 2): "80"})
    journal = f"/journal/journals/{by_calendar.journal}"
    history = f"{journal}/columns/{by_calendar.columns[2]}/history"
    assert history in quality.get(journal).get_data(as_text=True)
    page = quality.get(history).get_data(as_text=True)
    assert "Сапарова Г. Қ." in page
    assert "Әлиев Арман" in page
    assert ">80<" in page


def test_clause_13_nobody_who_moderates_may_enter_marks() -> None:
    by_code = {one["code"]: one for one in DECLARED}
    moderates = by_code["ejournal.journal.moderate"]
    entering = {"ejournal.cell.write", "ejournal.column.publish"}
    assert entering <= set(moderates["forbidden_with"])
    for code in entering:
        assert "ejournal.journal.moderate" in by_code[code]["forbidden_with"]
        assert set(by_code[code]["roles"]).isdisjoint(moderates["roles"])


def test_clause_13_a_quality_officer_types_no_mark_on_any_route(
    by_calendar, teacher, quality, app, engine
) -> None:
    """Every route of the service that writes, asked by a quality officer with everything the role holds."""
    by_calendar.open_windows()
    by_calendar.fill(teacher, {(0, 2): "80"})
    column, learner = by_calendar.columns[2], str(by_calendar.learners[0])
    known = {"id": by_calendar.journal, "column_id": column, "person_id": learner}
    marks = [
        [cell(by_calendar.key(0, 2), "100", 1)],
        {"value": "100", "v": "100", "marks": [{"person_id": learner, "value": "100"}]},
    ]
    form = {f"v:{learner}": "100", f"o:{learner}": "80", f"b:{learner}": "1", "value": "100"}
    asked = 0
    for rule in app.url_map.iter_rules():
        methods = rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        if not methods or rule.rule.endswith("/preferences"):
            continue
        values = {name: known.get(name, uuid4()) for name in rule.arguments}
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(methods)))
        for method in methods:
            for body in marks:
                quality.open(path, method=method, json=body)
                asked += 1
            quality.open(path, method=method, data=form)
    assert asked > 10
    with unit_of_work(engine) as session:
        [mark] = session.execute(select(CELL)).all()
        assert session.scalar(select(func.count()).select_from(CELL)) == 1
    assert (mark.value, mark.version) == ("80", 1)
    answer = quality.patch(by_calendar.cells_path, json=marks[0])
    assert answer.status_code == 403


def test_clause_8_readers_see_no_board(by_calendar, client, anonymous) -> None:
    assert client(READER).get("/journal/moderation").status_code == 403
    assert client(WRITER).get("/journal/api/v1/board").status_code == 403
    assert anonymous.get("/journal/api/v1/board").status_code == 401
