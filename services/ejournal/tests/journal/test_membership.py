"""Movement orders in journals: cells before the day stay, cells after it are refused by name, the new journal takes the learner."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from services.ejournal.tests.academy import LEARNER, READER, WRITER, Academy, cell
from sqlalchemy import select

from chassis import clock
from chassis.db import unit_of_work
from ejournal.journal.model import SHEET_ROW

MOVED = 2
"""The learner the orders are about, by place in the list."""
DAY = "2026-11-09"


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(datetime(2026, 11, 20, 5, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def new_group(academy, deliver, engine):
    """A second group with the same discipline in the same period, taught by the same teacher."""
    made = Academy(
        deliver, engine, discipline=academy.discipline, period=academy.period, teacher=academy.teacher,
        colleague=academy.colleague, learners=[academy.learners[MOVED]],
    )  # fmt: skip
    academy.tell_all()
    made.tell_group(learners=[], code="ҚІ-24-2")
    made.tell_assignment()
    made.tell_lessons([("2026-09-08", 1), ("2026-09-15", 1), ("2026-11-03", 2), ("2026-11-10", 2)])
    made.open_windows()
    return made


def order(deliver, academy, *steps):
    """Tell of the learner's placements, and of the lists they lead to."""
    person = academy.learners[MOVED]
    first = {
        "group_id": str(academy.group),
        "starts": None,
        "kind": None,
        "order_number": None,
        "order_date": None,
    }
    placed = [
        {
            "group_id": str(group) if group else None, "starts": day, "kind": "transfer" if group else "expulsion",
            "order_number": f"{n}-к", "order_date": "2026-11-20",
        }
        for n, (day, group) in enumerate(steps, 118)
    ]  # fmt: skip
    deliver("portal.movement.recorded.v1", {"person_id": str(person), "placements": [first, *placed]})


def transfer(deliver, academy, new_group, day=DAY):
    order(deliver, academy, (day, new_group.group))
    academy.tell_group(learners=[one for n, one in enumerate(academy.learners) if n != MOVED])
    new_group.tell_group(learners=[academy.learners[MOVED]], code="ҚІ-24-2")


def row(academy, journal):
    with unit_of_work(academy.engine) as session:
        query = select(SHEET_ROW).where(
            SHEET_ROW.c.journal_id == journal, SHEET_ROW.c.person_id == academy.learners[MOVED]
        )
        return session.execute(query).one()


def listed(client, journal):
    rows = client(READER).get(f"/journal/api/v1/journals/{journal}").json["rows"]
    return {one["person_id"]: one["listed"] for one in rows}


def test_example_20_a_back_dated_expulsion_keeps_marks_and_takes_the_learner_off_the_list_from_the_date(
    academy, client, deliver
) -> None:
    academy.tell_all()
    teacher = client(WRITER, person_id=academy.teacher)
    values = {(MOVED, 0): "80", (MOVED, 3): "90", (MOVED, 4): "40"}
    assert academy.fill(teacher, values).status_code == 200
    order(deliver, academy, (DAY, None))
    academy.tell_group(learners=academy.learners[:MOVED])
    stands = row(academy, academy.journal)
    assert {cells[0] for cells in stands.cells.values()} == {"80", "90", "40"}
    assert stands.results["tk2"] == "90"  # the 40 of the day itself stays to be read and no longer counts
    assert listed(client, academy.journal)[str(academy.learners[MOVED])] is False
    early = teacher.patch(academy.cells_path, json=[cell(academy.key(MOVED, 0), "85", 1)])
    assert early.status_code == 200  # a lesson before the day may still be corrected
    late = teacher.patch(
        academy.cells_path, json=[cell(academy.key(MOVED, 4), "95", 1)], headers={"Cookie": "prefs=lang%3Den"}
    )
    assert late.status_code == 409
    refused = late.json["cells"][0]
    assert (refused["state"], refused["v"]) == ("locked", "40")
    assert "118-к" in refused["detail"]


def test_a_transfer_lets_the_new_journal_take_the_learner_from_the_day_on(
    academy, new_group, client, deliver
) -> None:
    teacher = client(WRITER, person_id=academy.teacher)
    academy.fill(teacher, {(MOVED, 0): "80", (MOVED, 2): "88", (MOVED, 3): "90", (MOVED, 4): "10"})
    transfer(deliver, academy, new_group)
    assert listed(client, new_group.journal) == {str(academy.learners[MOVED]): True}
    own = {column: f"{academy.learners[MOVED]}:{new_group.columns[column]}" for column in range(6)}
    refused = teacher.patch(new_group.cells_path, json=[cell(own[3], "70", 0)])
    assert refused.status_code == 409
    assert "118-к" in refused.json["cells"][0]["detail"]
    taken = teacher.patch(new_group.cells_path, json=[cell(own[4], "70", 0), cell(own[5], "84", 0)])
    assert taken.status_code == 200
    found = row(academy, new_group.journal).results
    # TK1 80, RK1 88 came along; TK2 of 90 (came along) and 70, RK2 84.
    assert (found["p1"], found["p2"], found["rd"], found["admitted"]) == ("84", "82", "83", True)
    assert row(academy, academy.journal).results["tk2"] == "90"


def test_a_late_mark_of_the_former_group_counts_in_the_new_journal_too(
    academy, new_group, client, deliver
) -> None:
    transfer(deliver, academy, new_group)
    teacher = client(WRITER, person_id=academy.teacher)
    assert row(academy, new_group.journal).results["tk1"] is None
    assert academy.fill(teacher, {(MOVED, 0): "80"}).status_code == 200
    assert row(academy, new_group.journal).results["tk1"] == "80"


def test_a_cancelled_order_brings_the_learner_back_and_everything_counts_again(
    academy, new_group, client, deliver
) -> None:
    teacher = client(WRITER, person_id=academy.teacher)
    academy.fill(teacher, {(MOVED, 3): "90", (MOVED, 4): "40"})
    transfer(deliver, academy, new_group)
    order(deliver, academy)
    academy.tell_group()
    new_group.tell_group(learners=[], code="ҚІ-24-2")
    assert row(academy, academy.journal).results["tk2"] == "65"
    assert listed(client, academy.journal)[str(academy.learners[MOVED])] is True
    assert listed(client, new_group.journal) == {}
    assert academy.fill(teacher, {(MOVED, 5): "50"}).status_code == 200


def test_an_order_of_a_day_to_come_leaves_the_lists_and_closes_the_days_after_it(
    academy, new_group, client, deliver
) -> None:
    order(deliver, academy, ("2026-12-01", new_group.group))
    assert listed(client, academy.journal)[str(academy.learners[MOVED])] is True
    teacher = client(WRITER, person_id=academy.teacher)
    assert academy.fill(teacher, {(MOVED, 4): "75"}).status_code == 200
    assert (
        academy.fill(teacher, {(MOVED, 5): "75"}).status_code == 409
    )  # the control of 19 December is in the new group


def test_the_pages_of_both_journals_show_the_learner(academy, new_group, client, deliver) -> None:
    teacher = client(WRITER, person_id=academy.teacher)
    academy.fill(teacher, {(MOVED, 0): "80"})
    transfer(deliver, academy, new_group)
    old, new = (
        teacher.get(f"/journal/journals/{one.journal}").get_data(as_text=True) for one in (academy, new_group)
    )
    assert "Серікбаева" in old
    assert "Серікбаева" in new
    assert old.count("data-away") == 2  # the lesson of the day, and the control of 19 December
    form = teacher.get(f"/journal/journals/{new_group.journal}/columns/{new_group.columns[0]}")
    assert "readonly" in form.get_data(as_text=True)
    assert "118-к" in form.get_data(as_text=True)


def test_the_learner_reads_marks_in_both_journals(academy, new_group, client, deliver) -> None:
    teacher = client(WRITER, person_id=academy.teacher)
    academy.fill(teacher, {(MOVED, 0): "80"})
    path = f"/journal/api/v1/journals/{academy.journal}/columns/{academy.columns[0]}/publish"
    assert teacher.post(path).status_code == 200
    transfer(deliver, academy, new_group)
    mine = client(LEARNER, person_id=academy.learners[MOVED])
    assert "80" in mine.get(f"/journal/my/{academy.journal}").get_data(as_text=True)
    assert mine.get(f"/journal/my/{new_group.journal}").status_code == 200


def test_an_order_about_somebody_in_no_journal_changes_nothing(academy, deliver) -> None:
    academy.tell_all()
    placed = {
        "group_id": str(uuid4()),
        "starts": None,
        "kind": None,
        "order_number": None,
        "order_date": None,
    }
    deliver("portal.movement.recorded.v1", {"person_id": str(UUID(int=7)), "placements": [placed]})
    assert len(academy.find_journals()) == 1
