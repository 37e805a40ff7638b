"""One undo of an applied intake: whole, within a week, while nobody of it has signed in or was changed (clause 10)."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from auth.accounts.model import Account
from auth.people.model import Intake, Person
from chassis import clock
from chassis.db import unit_of_work


def test_clause_10_an_intake_is_undone_whole_and_a_corrected_file_opens_the_same_people(
    send, apply, undo, row, stored, engine, make_person, feed_events
):
    make_person(**row("И-1", group_code="ПД-11"), password=None)
    place = send(row("Н-1"), row("И-1"))
    apply(place)
    entered, login = stored(Person, "Н-1").id, stored(Account, "Н-1").login
    assert undo(place).status_code == 303
    assert stored(Intake, place).undone_reason == "қате файл"
    gone = stored(Person, "Н-1")
    assert (gone.id, gone.status, stored(Account, "Н-1").login) == (entered, "left", login)
    assert stored(Person, "И-1").group_code == "ПД-11"
    with engine.connect() as connection:
        living = connection.scalar(text("select count(*) from role_grant where withdrawn_at is null"))
        projected = connection.scalar(
            text("select count(*) from chassis.access_grant g join person p on p.id = g.person_id")
        )
        acts = connection.scalars(
            text("select act from chassis.audit_row order by number desc limit 8")
        ).all()
    assert (living, projected) == (0, 0)
    assert {
        "auth.intake.undone",
        "auth.account.closed",
        "auth.grant.withdrawn",
        "auth.person.changed",
    } <= set(acts)
    assert feed_events("auth/access")[-1].data["revoked"] is True
    assert {event.data["status"] for event in feed_events("auth/people")[-2:]} == {"left", "active"}

    again = send(row("Н-1", given_name="Ерлан"), row("М-1"))
    assert [one["act"] for one in stored(Intake, again).good] == ["return", "new"]
    apply(again)
    back = stored(Person, "Н-1")
    assert (back.id, back.status, back.given_name) == (entered, "active", "Ерлан")
    assert stored(Account, "Н-1").login == login
    assert stored(Account, "М-1").login != login
    assert undo(again).status_code == 303
    assert stored(Person, "Н-1").given_name == "Арман"


def test_an_intake_is_undone_once(send, apply, undo, row, administrator):
    place = send(row("Н-1"))
    assert "danger" not in administrator.get(f"{place}/undo").get_data(as_text=True)
    apply(place)
    undo(place)
    page = administrator.get(place).get_data(as_text=True)
    assert f"{place}/undo" not in page
    assert f"{place}/slips" not in page
    token = (
        administrator.get("/auth/people/new")
        .get_data(as_text=True)
        .split('name="_csrf" value="')[1]
        .split('"')[0]
    )
    second = administrator.post(
        f"{place}/undo", data={"_csrf": token, "_key": "k", "version": "3", "reason": "тағы бір рет"}
    )
    assert second.status_code == 422


@pytest.mark.parametrize("late", [False, True])
def test_everything_that_stands_against_it_is_named_at_once(
    send, apply, row, stored, administrator, engine, late
):
    """A sign-in, a changed record, another role, and the time: all are reasons, by row and name."""
    place = send(
        row("А-1"), row("Б-1", family_name="Байжанов"), row("В-1", family_name="Досжанов"), row("Г-1")
    )
    apply(place)
    with unit_of_work(engine) as session:
        session.execute(
            text("update account set last_sign_in_at = now() where person_id = :id"),
            {"id": stored(Person, "А-1").id},
        )
    administrator.submit(f"/auth/people/{stored(Person, 'Б-1').id}/edit", {"group_code": "ПД-22"})
    role = {
        "role": "librarian", "scope_type": "institution", "scope_id": None, "valid_from": "2026-09-01", "order_number": "1",
        "order_date": "2026-09-01", "valid_to": None,
    }  # fmt: skip
    given = administrator.post(f"/auth/api/v1/people/{stored(Person, 'В-1').id}/grants", json=role)
    assert given.status_code == 201, given.json
    body = {"version": stored(Intake, place).version, "reason": "қате файл"}
    with clock.frozen(clock.now() + timedelta(days=8 if late else 0)):
        client = administrator
        refused = client.post(f"/auth/api/v1/intakes/{place.rsplit('/', 1)[1]}/undo", json=body)
    if not late:
        assert refused.status_code == 422
        rows = sorted(error["pointer"] for error in refused.json["errors"])
        assert rows == ["/rows/2", "/rows/3", "/rows/4"]
        page = administrator.get(f"{place}/undo").get_data(as_text=True)
        assert "Байжанов" in page
        assert "<textarea" not in page
    assert stored(Person, "Г-1").status == "active"


@pytest.mark.parametrize(("days", "open_"), [(6.9, True), (7.1, False)])
def test_a_week_and_no_longer(send, apply, row, stored, administrator, engine, days, open_):
    place = send(row("Н-1"))
    apply(place)
    with unit_of_work(engine) as session:
        session.execute(
            text("update intake set applied_at = now() - make_interval(secs => :seconds)"),
            {"seconds": days * 86400},
        )
        session.execute(text("update role_grant set given_at = now() - interval '30 days'"))
    page = administrator.get(f"{place}/undo").get_data(as_text=True)
    assert ("<textarea" in page) == open_
    assert (f"{place}/undo" in administrator.get(place).get_data(as_text=True)) == open_
