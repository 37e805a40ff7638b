"""Statements of a whole session: asked for once, issued by the worker, refused ones listed with their reasons."""

from services.ejournal.tests.statements.conftest import REGISTRAR

from chassis.db import unit_of_work
from ejournal.statements import batches

PATH = "/journal/statements/batches"


def work(engine) -> None:
    with unit_of_work(engine) as session:
        batches.work(session, None)


def test_a_session_is_issued_by_the_worker(office, academy, client) -> None:
    body = {"kind": "rating", "period_id": str(academy.period)}
    answer = office.registrar.post("/journal/api/v1/statement-batches", json=body)
    assert answer.status_code == 202
    batch = answer.get_json()
    assert (batch["waiting"], batch["issued"], batch["finished_at"]) == (1, 0, None)
    page = office.registrar.get(f"{PATH}/{batch['id']}")
    assert page.headers["Refresh"] == "2"
    assert "<progress" in page.get_data(as_text=True)
    work(academy.engine)
    done = office.registrar.get(f"/journal/api/v1/statement-batches/{batch['id']}").get_json()
    assert (done["waiting"], done["issued"], done["refused"]) == (0, 1, 0)
    assert done["finished_at"]
    assert "Refresh" not in office.registrar.get(f"{PATH}/{batch['id']}").headers
    assert office.issue().status_code == 409
    stranger = client(REGISTRAR)
    assert stranger.get(f"{PATH}/{batch['id']}").status_code == 404
    work(academy.engine)


def test_a_journal_that_refuses_is_listed_with_its_reasons(academy, client) -> None:
    academy.tell_all()
    registrar = client(REGISTRAR)
    data = {"kind": "rating", "period_id": str(academy.period)}
    answer = registrar.submit(PATH, data, action=PATH)
    assert answer.status_code == 303
    work(academy.engine)
    page = registrar.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Баға әлі қойылмаған" in page
    assert str(academy.journal) in page


def test_the_examination_statements_follow_the_sealed_ratings(office, academy) -> None:
    office.sealed_rating()
    data = {"kind": "examination", "period_id": str(academy.period)}
    assert office.registrar.submit(PATH, data, action=PATH).status_code == 303
    work(academy.engine)
    listed = office.registrar.get(
        "/journal/api/v1/statements", query_string={"kind": "examination"}
    ).get_json()
    assert listed["total"] == 1


def test_a_period_nobody_knows_is_refused_at_the_field(office) -> None:
    answer = office.registrar.submit(PATH, {"kind": "rating", "period_id": "not-a-period"}, action=PATH)
    assert answer.status_code == 422
    unknown = {"kind": "rating", "period_id": "0198a1b2-0000-7000-8000-000000000001"}
    assert office.registrar.submit(PATH, unknown, action=PATH).status_code == 422
