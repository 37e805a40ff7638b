"""The duty roster excuses lessons by itself (ejournal.md, example 19)."""

from services.ejournal.tests.academy import READER, WRITER, cell
from sqlalchemy import select

from chassis.db import new_id, unit_of_work
from ejournal.journal.model import CELL_CHANGE

DAY = "2026-11-09"
OFFICER = new_id()


def roster(deliver, *people, day=DAY, kind="guard"):
    duties = [{"person_id": str(one), "kind": kind, "entered_by": str(OFFICER)} for one in people]
    deliver("portal.duty.recorded.v1", {"day": day, "by": str(OFFICER), "duties": duties})


def shown(client, academy, column=4):
    rows = client(READER).get(f"/journal/api/v1/journals/{academy.journal}").json["rows"]
    return [(row["cells"].get(academy.columns[column]) or [None])[0] for row in rows]


def test_example_19_a_platoon_on_duty_is_excused_that_day_without_the_teacher(
    academy, client, deliver
) -> None:
    academy.tell_all()
    roster(deliver, *academy.learners)
    assert shown(client, academy) == ["duty"] * 3
    assert shown(client, academy, 3) == [None] * 3
    page = client(READER).get(f"/journal/journals/{academy.journal}").get_data(as_text=True)
    assert page.count('class="abs"') == 3
    with unit_of_work(academy.engine) as session:
        changed = session.execute(select(CELL_CHANGE.c.new_value, CELL_CHANGE.c.changed_by)).all()
    assert set(changed) == {("duty", OFFICER)}


def test_a_mark_the_teacher_typed_wins_before_and_after(academy, client, deliver) -> None:
    academy.tell_all()
    teacher = client(WRITER, person_id=academy.teacher)
    academy.fill(teacher, {(0, 4): "85"})
    roster(deliver, *academy.learners)
    assert shown(client, academy) == ["85", "duty", "duty"]
    typed = teacher.patch(academy.cells_path, json=[cell(academy.key(1, 4), "70", 1)])
    assert typed.status_code == 200
    roster(deliver, *academy.learners)
    assert shown(client, academy) == ["85", "70", "duty"]


def test_a_withdrawn_duty_takes_back_what_it_showed_and_no_typed_mark(academy, client, deliver) -> None:
    academy.tell_all()
    teacher = client(WRITER, person_id=academy.teacher)
    roster(deliver, *academy.learners)
    teacher.patch(academy.cells_path, json=[cell(academy.key(0, 4), "70", 1)])
    roster(deliver, academy.learners[2])
    assert shown(client, academy) == ["70", None, "duty"]
    roster(deliver, *academy.learners[1:])
    assert shown(client, academy) == ["70", "duty", "duty"]


def test_a_lesson_that_comes_later_or_moves_follows_the_roster(academy, client, deliver) -> None:
    academy.tell_all()
    roster(deliver, *academy.learners, day="2026-11-12")
    assert shown(client, academy) == [None] * 3
    dates = [("2026-09-07", 1), ("2026-09-14", 1), ("2026-11-02", 2), ("2026-11-12", 2)]
    academy.tell_lessons(dates)
    assert shown(client, academy) == ["duty"] * 3
    academy.tell_lessons([*dates[:3], ("2026-11-13", 2)])
    assert shown(client, academy) == [None] * 3


def test_a_learner_who_comes_later_is_excused_too(academy, client, deliver) -> None:
    academy.tell_all()
    academy.tell_group(learners=academy.learners[:2])
    roster(deliver, *academy.learners)
    assert shown(client, academy) == ["duty", "duty"]
    academy.tell_group()
    assert shown(client, academy) == ["duty"] * 3


def test_a_withdrawn_journal_is_left_as_it_is(academy, client, deliver) -> None:
    academy.tell_all()
    academy.tell_assignment(status="withdrawn", teachers=[])
    roster(deliver, *academy.learners)
    assert shown(client, academy) == [None] * 3


def test_a_published_lesson_is_published_again_with_the_duty(academy, client, deliver, feed_events) -> None:
    academy.tell_all()
    teacher = client(WRITER, person_id=academy.teacher)
    academy.fill(teacher, {(0, 4): "85"})
    teacher.post(f"/journal/api/v1/journals/{academy.journal}/columns/{academy.columns[4]}/publish")
    roster(deliver, academy.learners[1])
    last = [event for event in feed_events("ejournal/marks") if event.type == "ejournal.column.published.v1"][
        -1
    ]
    assert [mark["value"] for mark in last.data["marks"]] == ["85", "duty", None]
