"""A substitute writes in the lessons of the appointment and nowhere else (clause 12); appointing and withdrawing by an order."""

from datetime import timedelta

import pytest
from services.ejournal.tests.academy import WRITER
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis import clock
from chassis.db import new_id, unit_of_work

REGISTRAR = {
    "ejournal.substitute.appoint": [("institution", None)],
    "ejournal.journal.read": [("institution", None)],
}
TEACHER_ROLE = WRITER | {"ejournal.statement.read": [("assigned", None)]}


@pytest.fixture
def academy(by_calendar):
    return by_calendar


@pytest.fixture
def registrar(academy, client):
    return client(REGISTRAR)


@pytest.fixture
def stranger(academy):
    """A teacher of the academy who has nothing to do with the journal."""
    person = new_id()
    academy.person(person, "Тілеуов", "Марат", "teacher", "Ержанұлы")
    return person


def body(academy, today, person, *columns: int, **more):
    return {
        "person_id": str(person), "columns": [academy.columns[one] for one in columns], "reason": "illness",
        "order_number": "145-к", "order_date": today.isoformat(),
    } | more  # fmt: skip


def appoint(academy, registrar, today, person, *columns: int, **more):
    place = f"/journal/api/v1/journals/{academy.journal}/substitutions"
    return registrar.post(place, json=body(academy, today, person, *columns, **more))


def states(answer) -> list[str]:
    return [one["state"] for one in answer.get_json()["cells"]]


# The columns by the calendar: an old lesson (0), RK1 (1), the lesson of today (2), one to come (3), RK2 (4).
def test_clause_12_a_substitute_writes_in_the_dated_lesson_alone(
    academy, registrar, stranger, client, today
) -> None:
    substitute = client(TEACHER_ROLE, stranger)
    assert academy.fill(substitute, {(0, 2): "80"}).status_code == 403
    made = appoint(academy, registrar, today, stranger, 2)
    assert made.status_code == 201, made.get_json()
    saved = academy.fill(substitute, {(0, 2): "80", (0, 1): "70", (0, 3): "60", (1, 0): "50"})
    assert states(saved) == ["ok", "locked", "locked", "locked"]
    assert "Сіз бұл журналда" in saved.get_json()["cells"][1]["detail"]
    api = f"/journal/api/v1/journals/{academy.journal}"
    lesson = f"{api}/lessons/{academy.columns[2]}"
    words = {"topic": "Тақырып", "homework": "", "version": 0}
    assert substitute.put(lesson, json=words).get_json()["substituted"] is True
    assert substitute.put(f"{api}/lessons/{academy.columns[3]}", json=words).status_code == 409
    # Everything else of the journal stays its teachers'.
    assert substitute.post(f"{api}/columns/{academy.columns[2]}/publish", json={}).status_code == 403
    asked = {"column_id": academy.columns[0], "reason": "Сырқат болдым", "until": today.isoformat()}
    assert substitute.post(f"{api}/reopenings", json=asked).status_code == 403
    assert substitute.get(f"/journal/journals/{academy.journal}/files").status_code == 403
    assert substitute.get(f"/journal/journals/{academy.journal}/statements").status_code == 403
    assert substitute.get(api).status_code == 200


def test_clause_12_pages_show_a_substitute_what_can_be_written(
    academy, registrar, stranger, client, today
) -> None:
    appoint(academy, registrar, today, stranger, 2)
    substitute = client(TEACHER_ROLE, stranger)
    home = substitute.get("/journal/").get_data(as_text=True)
    place = f"/journal/journals/{academy.journal}"
    for words in ("Менің алмастыруларым", f"{place}/columns/{academy.columns[2]}", "145-к"):
        assert words in home
    grid = substitute.get(place).get_data(as_text=True)
    assert "data-writable" in grid
    assert grid.count("data-locked") == 4
    for absent in ("/reopening", "data-publish", f"{place}/statements", f"{place}/files"):
        assert absent not in grid
    assert substitute.get(f"{place}/columns").location.endswith(academy.columns[2])
    other = substitute.get(f"{place}/columns/{academy.columns[4]}").get_data(as_text=True)
    assert "readonly" in other
    assert "/reopening" not in other
    own = substitute.get(f"{place}/columns/{academy.columns[2]}").get_data(as_text=True)
    assert "readonly" not in own
    assert "/publish" not in own


def test_the_term_ends_the_appointment(academy, registrar, stranger, client, today) -> None:
    appoint(academy, registrar, today, stranger, 2, until=(today + timedelta(days=1)).isoformat())
    for later, status in ((0, 200), (1, 200), (2, 403)):
        with clock.frozen(clock.now() + timedelta(days=later)):
            substitute = client(WRITER, stranger)
            assert academy.fill(substitute, {(later, 2): "80"}).status_code == status, later
            listed = substitute.get("/journal/api/v1/my/substitutions").get_json()["items"]
            assert bool(listed) is (status == 200)


def test_a_withdrawn_substitute_opens_nothing_and_one_who_has_written_stays(
    academy, registrar, stranger, client, today, engine
) -> None:
    substitute = client(WRITER, stranger)
    [first] = appoint(academy, registrar, today, stranger, 2).get_json()["items"]
    place = f"/journal/api/v1/substitutions/{first['id']}/withdraw"
    assert registrar.post(place, json={"version": 7}).status_code == 409
    assert registrar.post(place, json={"version": 1}).status_code == 200
    assert registrar.post(place, json={"version": 2}).get_json()["code"] == "ejournal.substitution-withdrawn"
    assert academy.fill(substitute, {(0, 2): "80"}).status_code == 403
    [again] = appoint(academy, registrar, today, stranger, 2).get_json()["items"]
    academy.fill(substitute, {(0, 2): "80"})
    refused = registrar.post(f"/journal/api/v1/substitutions/{again['id']}/withdraw", json={"version": 1})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "ejournal.substitute-has-written")
    with unit_of_work(engine) as session:
        acts = session.execute(
            text(
                "select act, basis from chassis.audit_row where act like 'ejournal.substitute.%' order by number"
            )
        ).all()
        kinds = session.scalars(text("select kind from stream_entry where kind like 'substitute.%'")).all()
    assert [act for act, _basis in acts] == [
        f"ejournal.substitute.{one}" for one in ("appointed", "withdrawn", "appointed")
    ]
    assert all("145-к" in basis for _act, basis in acts)
    assert len(kinds) == 3


def test_who_and_what_cannot_be_appointed_is_refused(academy, registrar, stranger, today, client) -> None:
    tomorrow, yesterday = (today + timedelta(days=1)).isoformat(), (today - timedelta(days=1)).isoformat()
    cases = [
        ({"person_id": str(academy.colleague)}, "/person_id"), ({"person_id": str(academy.learners[0])}, "/person_id"),
        ({"columns": [academy.columns[0]]}, "/columns"), ({"columns": [academy.columns[1]]}, "/columns"),
        ({"columns": []}, "/columns"), ({"columns": [academy.columns[2]] * 2}, "/columns"),
        ({"until": yesterday}, "/until"), ({"until": "2999-01-01"}, "/until"), ({"order_date": tomorrow}, "/order_date"),
        ({"order_number": ""}, "/order_number"), ({"reason": "mood"}, "/reason"),
    ]  # fmt: skip
    for more, pointer in cases:
        answer = appoint(academy, registrar, today, stranger, 2, **more)
        assert answer.status_code == 422, more
        assert [
            one["pointer"].rpartition("/0")[0] or one["pointer"] for one in answer.get_json()["errors"]
        ] == [pointer], more
    appoint(academy, registrar, today, stranger, 2)
    again = appoint(academy, registrar, today, stranger, 2)
    assert (again.status_code, again.get_json()["code"]) == (409, "ejournal.already-substituted")
    # The one who appoints never appoints oneself, and nobody holds two lessons at a time.
    me = client(REGISTRAR, stranger)
    assert appoint(academy, me, today, stranger, 3).status_code == 422
    foreign = client({"ejournal.substitute.appoint": [("faculty", "other")]})
    assert appoint(academy, foreign, today, stranger, 3).status_code == 403
    assert appoint(academy, client(WRITER, academy.teacher), today, stranger, 3).status_code == 403


def test_nobody_holds_two_lessons_at_a_time(academy, registrar, stranger, today, deliver) -> None:
    lessons = [
        {
            "lesson_id": str(new_id()), "date": today.isoformat(), "pair": 1, "starts": "09:00", "ends": "10:30",
            "kind": "lecture", "room": None, "teacher_id": str(stranger), "half": 2,
        },
    ]  # fmt: skip
    deliver("portal.lessons.recorded.v1", {"assignment_id": str(new_id()), "lessons": lessons})
    busy = appoint(academy, registrar, today, stranger, 2)
    assert busy.status_code == 422
    assert [one["pointer"] for one in busy.get_json()["errors"]] == ["/person_id"]
    assert appoint(academy, registrar, today, stranger, 3).status_code == 201


def test_the_database_keeps_one_substitute_appointed_by_another(
    academy, registrar, stranger, today, engine
) -> None:
    appoint(academy, registrar, today, stranger, 2)
    with pytest.raises(IntegrityError, match="two_persons"), unit_of_work(engine) as session:
        session.execute(text("update substitution set appointed_by = person_id"))
    again = (
        "insert into substitution select gen_random_uuid(), journal_id, column_id, person_id, until, order_number, order_date, "
        "reason, appointed_by, appointed_at, null, null, 1 from substitution"
    )
    with pytest.raises(IntegrityError, match="uq_substitution_present"), unit_of_work(engine) as session:
        session.execute(text(again))


def test_the_registrar_appoints_and_withdraws_on_the_page(academy, registrar, stranger, today) -> None:
    place = f"/journal/journals/{academy.journal}/substitutions"
    fields = {
        "person_id": str(stranger), "columns": academy.columns[2], "reason": "trip", "order_number": "145-к",
        "order_date": f"{today:%d.%m.%Y}",
    }  # fmt: skip
    wrong = registrar.submit(place, fields | {"until": "01.01.2020"}, action=place)
    assert wrong.status_code == 422
    assert 'id="f-until-err"' in wrong.get_data(as_text=True)
    assert 'value="145-к"' in wrong.get_data(as_text=True)
    assert registrar.submit(place, fields, action=place).status_code == 303
    for path in (place, "/journal/substitutions"):
        page = registrar.get(path).get_data(as_text=True)
        assert "Тілеуов М. Е." in page
        assert "145-к" in page
    [one] = registrar.get("/journal/api/v1/substitutions").get_json()["items"]
    withdraw = f"/journal/substitutions/{one['id']}/withdraw"
    assert registrar.submit(place, {"version": "1"}, action=withdraw).status_code == 303
    assert registrar.get("/journal/api/v1/substitutions").get_json()["items"][0]["withdrawn_at"]
