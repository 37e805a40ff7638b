import pytest
from sqlalchemy import text

from chassis.db import new_id
from chassis.outbox import record

PERIOD = {
    "period_id": "019926f0-0000-7000-8000-000000000001",
    "code": "2026-1",
    "title": {"kk": "Күзгі семестр", "ru": "Осенний семестр", "en": "Autumn"},
    "starts": "2026-09-01",
    "half_ends": "2026-10-24",
    "ends": "2026-12-26",
}


def test_anonymous_sees_the_public_alone(anonymous):
    assert anonymous.get("/desk/api/v1/public").json == {"who": "anybody"}
    assert anonymous.get("/desk/api/v1/mine").status_code == 401


def test_a_client_is_a_person_with_a_real_token(client):
    person = new_id()
    assert client(person_id=person).get("/desk/api/v1/mine").json == {"who": str(person)}
    assert client().get("/desk/api/v1/books").status_code == 403


def test_grants_stand_in_the_projection_and_each_client_has_its_own(client):
    group = client({"desk.book.read": [("group", "К-101"), ("group", "К-102")]})
    assert group.get("/desk/api/v1/books").json == {"groups": ["К-101", "К-102"], "everywhere": False}
    everywhere = client({"desk.book.read": [("institution", None)]})
    assert everywhere.get("/desk/api/v1/books").json["everywhere"] is True


def test_a_program_has_scopes_and_an_audience(program):
    assert program("desk.use").get("/desk/api/v1/machine").json == {"client": "test"}
    assert program("other").get("/desk/api/v1/machine").status_code == 403
    assert program("desk.use", audience="auth").get("/desk/api/v1/machine").status_code == 401


def test_what_was_recorded_is_listed(anonymous, feed_events):
    assert feed_events("portal/teaching") == []
    assert anonymous.post("/desk/api/v1/periods", json={}).status_code == 201
    (event,) = feed_events("portal/teaching")
    assert (event.type, event.data["code"], event.sequence) == ("portal.period.recorded.v1", "2026-1", None)


def test_events_that_break_their_contract_are_refused(session):
    with pytest.raises(ValueError, match="code"):
        record(
            session, "portal.period.recorded.v1", feed="portal/teaching", subject="x", data={"period_id": "x"}
        )


def test_delivered_events_take_effect_once(deliver, engine):
    deliver("portal.period.recorded.v1", PERIOD)
    deliver("portal.period.recorded.v1", PERIOD | {"code": "2026-2"})
    deliver("portal.period.recorded.v1", PERIOD | {"code": "again"}, sequence=2)
    with engine.connect() as connection:
        assert connection.scalars(text("select code from seen order by code")).all() == ["2026-1", "2026-2"]


def test_what_a_handler_raises_fails_the_test(deliver):
    with pytest.raises(AssertionError, match="a bad period"):
        deliver("portal.period.recorded.v1", PERIOD | {"code": "9999-9"})
