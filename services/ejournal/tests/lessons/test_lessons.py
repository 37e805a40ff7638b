"""Topic and homework: written by who holds the lesson, versioned, read by the learner; nobody else's journal."""

from datetime import timedelta

import pytest
from services.ejournal.tests.academy import LEARNER, READER, WRITER
from sqlalchemy import text

from chassis import clock
from chassis.db import new_id, unit_of_work

TOPIC, HOMEWORK = "Қылмыс құрамының белгілері", "ҚК 10-14-баптары, конспект"


@pytest.fixture
def teacher(by_calendar, client):
    return client(WRITER, by_calendar.teacher)


def path(academy, column: int | None = None) -> str:
    place = f"/journal/api/v1/journals/{academy.journal}/lessons"
    return place if column is None else f"{place}/{academy.columns[column]}"


def write(academy, person, column: int, version: int = 0, **words):
    body = {"topic": TOPIC, "homework": HOMEWORK, "version": version} | words
    return person.put(path(academy, column), json=body)


def item(academy, person, column: int):
    items = person.get(path(academy)).get_json()["items"]
    return next(one for one in items if one["column_id"] == academy.columns[column])


# The columns by the calendar: an old lesson (0), RK1 (1), the lesson of today (2), one to come (3), RK2 (4).
def test_clause_4_7_a_teacher_writes_topic_and_homework_and_the_learner_reads_them(
    by_calendar, teacher, client, engine
) -> None:
    written = write(by_calendar, teacher, 2)
    assert written.status_code == 200, written.get_json()
    assert {name: written.get_json()[name] for name in ("topic", "version", "state")} == {
        "topic": TOPIC, "version": 1, "state": "held",
    }  # fmt: skip
    learner = client(LEARNER, by_calendar.learners[0])
    own = learner.get(f"/journal/api/v1/my/{by_calendar.journal}").get_json()["lessons"]
    assert [(one["topic"], one["homework"]) for one in own] == [(TOPIC, HOMEWORK)]
    page = learner.get(f"/journal/my/{by_calendar.journal}").get_data(as_text=True)
    assert TOPIC in page
    assert HOMEWORK in page
    with unit_of_work(engine) as session:
        kept = session.execute(
            text("select actor, before, after from chassis.audit_row where act = 'ejournal.lesson.written'")
        ).one()
        kinds = session.scalars(text("select kind from stream_entry order by number desc limit 1")).all()
    assert kept.actor == str(by_calendar.teacher)
    assert (kept.before["topic"], kept.after["topic"], kept.after["homework"]) == ("", TOPIC, HOMEWORK)
    assert kinds == ["lesson.written"]


def test_a_colleague_is_never_written_over_unseen(by_calendar, teacher, client, engine) -> None:
    write(by_calendar, teacher, 2)
    colleague = client(WRITER, by_calendar.colleague)
    late = write(by_calendar, colleague, 2, topic="Басқа")
    assert (late.status_code, late.get_json()["code"]) == (409, "ejournal.lesson-changed")
    assert late.get_json()["current"] == {"topic": TOPIC, "homework": HOMEWORK}
    assert late.get_json()["current_version"] == 1
    # The same words again are no change, whatever they were typed over.
    assert write(by_calendar, colleague, 2).get_json()["version"] == 1
    assert write(by_calendar, colleague, 2, version=1, topic="Басқа").get_json()["version"] == 2
    with unit_of_work(engine) as session:
        assert session.scalar(text("select count(*) from stream_entry where kind = 'lesson.written'")) == 2


def test_the_form_shows_both_words_and_loses_none(by_calendar, teacher, client) -> None:
    place = path(by_calendar, 2).replace("/api/v1", "")
    colleague = client(WRITER, by_calendar.colleague)
    colleague.submit(place, {"topic": TOPIC, "homework": ""})
    page = teacher.submit(place, {"topic": "Менің тақырыбым", "homework": HOMEWORK, "version": "0"})
    assert page.status_code == 409
    for words in (TOPIC, "Менің тақырыбым", HOMEWORK, 'name="version" value="1"'):
        assert words in page.get_data(as_text=True)
    assert item(by_calendar, teacher, 2)["topic"] == TOPIC
    long = teacher.submit(place, {"topic": "т" * 301})
    assert long.status_code == 422
    assert 'id="f-topic-err"' in long.get_data(as_text=True)


def test_clause_12_lessons_take_entries_in_their_window_alone(by_calendar, teacher, client) -> None:
    closed = write(by_calendar, teacher, 0)
    assert (closed.status_code, closed.get_json()["code"]) == (409, "ejournal.lesson-closed")
    ahead = write(by_calendar, teacher, 3)
    assert (ahead.status_code, ahead.get_json()["state"]) == (200, "ahead")
    assert write(by_calendar, teacher, 1).status_code == 404  # a midterm control is no lesson
    page = teacher.get(path(by_calendar, 0).replace("/api/v1", "")).get_data(as_text=True)
    assert f"/reopening?column={by_calendar.columns[0]}" in page
    assert "<textarea" not in page
    by_calendar.open_windows()
    assert write(by_calendar, teacher, 0).get_json()["state"] == "held"
    # What was prepared ahead is held when its day has come.
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert item(by_calendar, client(WRITER, by_calendar.teacher), 3)["state"] == "held"


def test_clause_12_nobody_elses_journal(by_calendar, client, engine) -> None:
    stranger, reader = client(WRITER), client(READER)
    assert write(by_calendar, stranger, 2).status_code == 403
    assert stranger.get(path(by_calendar)).status_code == 403
    assert write(by_calendar, reader, 2).status_code == 403
    assert reader.get(path(by_calendar)).status_code == 200
    with unit_of_work(engine) as session:
        acts = session.scalars(text("select act from chassis.audit_row")).all()
    assert acts.count("ejournal.journal.refused") == 2
    assert "ejournal.lesson.written" not in acts


def test_clause_4_7_the_list_tells_state_holder_and_hours(by_calendar, teacher, client, today) -> None:
    by_calendar.fill(teacher, {(0, 2): "80"})
    told = teacher.get(path(by_calendar)).get_json()
    assert [one["state"] for one in told["items"]] == ["missing", "held", "ahead"]
    assert {one["held_by"] for one in told["items"]} == {str(by_calendar.teacher)}
    assert told["hours"] == [{"kind": "seminar", "planned": 6, "held": 2, "missing": 2}]
    assert told["curriculum_hours"] == 150
    near = teacher.get(f"{path(by_calendar)}?since={today}&until={today + timedelta(days=1)}").get_json()
    assert [one["date"] for one in near["items"]] == [today.isoformat()]
    assert teacher.get(f"{path(by_calendar)}?since=2026-02-01&until=2026-01-01").status_code == 422
    page = teacher.get(f"/journal/journals/{by_calendar.journal}/lessons?since=31.02.2026").get_data(
        as_text=True
    )
    for words in ("Сапарова Г. Қ.", 'class="figure"', 'id="f-since-err"'):
        assert words in page


def test_a_lesson_that_leaves_the_timetable_keeps_its_words(by_calendar, teacher, today) -> None:
    write(by_calendar, teacher, 3)
    gone, column = by_calendar.lessons[2], by_calendar.columns[3]
    by_calendar.tell_lessons([((today - timedelta(days=40)).isoformat(), 1), (today.isoformat(), 2)])
    assert column in by_calendar.columns, gone
    items = teacher.get(path(by_calendar)).get_json()["items"]
    assert [(one["state"], one["topic"]) for one in items if one["column_id"] == column] == [
        ("removed", TOPIC)
    ]
    # Emptied, it goes with the next word of the timetable.
    place = by_calendar.columns.index(column)
    assert write(by_calendar, teacher, place, version=1, topic="", homework="").status_code == 200
    by_calendar.tell_lessons([((today - timedelta(days=40)).isoformat(), 1), (today.isoformat(), 2)])
    assert column not in by_calendar.columns


def test_a_lesson_is_not_held_by_what_the_duty_roster_wrote(by_calendar, teacher, today, deliver) -> None:
    officer = str(new_id())
    duties = [{"person_id": str(by_calendar.learners[0]), "kind": "guard", "entered_by": officer}]
    deliver("portal.duty.recorded.v1", {"day": today.isoformat(), "by": officer, "duties": duties})
    assert item(by_calendar, teacher, 2)["state"] == "today"
    by_calendar.fill(teacher, {(1, 2): "80"})
    assert item(by_calendar, teacher, 2)["state"] == "held"
