"""The life of statements over the API: issued, frozen, filled, signed twice, sealed, followed, rectified."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from services.ejournal.tests.academy import cell
from services.ejournal.tests.statements.conftest import API, EXAMINER, REGISTRAR, stale
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InternalError

from chassis.db import unit_of_work


def reasons(answer) -> set[str]:
    assert answer.status_code == 409, answer.get_json()
    return {one["code"] for one in answer.get_json()["reasons"]}


def states(statement) -> list[str]:
    return [row["state"] for row in statement["rows"]]


def test_clause_11_the_rating_statement_freezes_what_the_journal_holds(office) -> None:
    answer = office.issue()
    assert answer.status_code == 201, answer.get_json()
    statement = answer.get_json()
    assert statement["number"].startswith("R-")
    assert statement["number"].endswith("-00001")
    first, _second, third = statement["rows"]
    assert [first[name] for name in ("tk1", "rk1", "p1", "tk2", "rk2", "p2", "rd", "rounded")] == [
        "78", "88", "83", "90", "84", "87", "85", "85",
    ]  # fmt: skip
    assert (first["admitted"], third["admitted"]) == (True, False)
    assert third["refusals"] == ["rating-too-low"]
    assert statement["head"]["discipline"]["ru"] == "Уголовное право"
    assert statement["head"]["group"] == "ҚІ-24-1"


def test_clause_12_a_frozen_journal_answers_locked(office) -> None:
    office.issue()
    answer = office.teacher.patch(office.academy.cells_path, json=[cell(office.academy.key(0, 0), "99", 1)])
    assert answer.status_code == 409
    [told] = answer.get_json()["cells"]
    reason = "Рейтинг ведомосы берілген: баға қойылған күйінде қалады."
    assert (told["state"], told["detail"]) == ("locked", reason)
    page = office.teacher.get(f"/journal/journals/{office.academy.journal}").get_data(as_text=True)
    assert "data-writable" not in page
    assert page.count(f'data-locked title="{reason}"') == len(office.academy.columns)
    assert page.count('locked"') >= len(office.academy.columns) * 3
    form = office.teacher.get(
        f"/journal/journals/{office.academy.journal}/columns/{office.academy.columns[0]}"
    ).get_data(as_text=True)
    assert reason in form
    assert form.count("readonly") == 3
    asked = {"column_id": office.academy.columns[0], "reason": "Бағаны түзету", "until": "2999-01-01"}
    refused = office.teacher.post(f"/journal/api/v1/journals/{office.academy.journal}/reopenings", json=asked)
    assert refused.get_json()["code"] == "ejournal.journal-closed"


def test_a_rating_is_issued_once_and_not_before_both_midterms(office, academy, client) -> None:
    other = academy.columns[5]
    cells = [cell(f"{person}:{other}", "", 1) for person in academy.learners]
    assert office.teacher.patch(academy.cells_path, json=cells).status_code == 200
    assert reasons(office.issue()) == {"midterm-empty"}
    back = [cell(f"{person}:{other}", "70", 2) for person in academy.learners]
    assert office.teacher.patch(academy.cells_path, json=back).status_code == 200
    assert office.issue().status_code == 201
    assert reasons(office.issue()) == {"already-issued"}


def test_clause_11_from_rating_to_the_retake(office) -> None:
    sealed = office.sealed_examination("91", "43")
    assert states(sealed) == ["passed", "retake", "not_admitted"]
    first, second, third = sealed["rows"]
    assert (first["final"], first["letter"], first["points"], first["traditional"]) == (
        87,
        "B+",
        "3.33",
        "good",
    )
    assert (second["final"], second["letter"]) == (None, "FX")
    assert (third["mark"], third["letter"]) == (None, None)
    assert sealed["totals"] == {
        "listed": 3, "admitted": 2, "letters": {"B+": 1, "FX": 1}, "passed": 1, "counted": 3, "success": "33.3",
        "quality": "33.3",
    }  # fmt: skip
    retake = office.issue("retake", sealed["id"])
    assert retake.status_code == 201
    found = retake.get_json()
    assert [row["person_id"] for row in found["rows"]] == [second["person_id"]]
    assert found["rows"][0]["earlier"] == ["43"]
    assert office.mark(found["id"], "57").status_code == 200
    again = office.seal(found["id"])["rows"][0]
    assert (again["state"], again["final"], again["letter"]) == ("passed", 62, "C-")
    assert reasons(office.issue("individual", sealed["id"])) == {"nobody-needs-it"}


def test_an_absence_with_reason_leads_to_an_individual_statement(office) -> None:
    sealed = office.sealed_examination("у", "н")
    assert states(sealed) == ["individual", "failed", "not_admitted"]
    found = office.issue("individual", sealed["id"]).get_json()
    assert len(found["rows"]) == 1
    assert office.mark(found["id"], "90").status_code == 200
    assert office.seal(found["id"])["rows"][0]["final"] == 87
    summer = office.issue("summer", sealed["id"]).get_json()
    assert [row["earlier"] for row in summer["rows"]] == [[], []]


def test_marks_are_guarded_by_version_and_admission(office) -> None:
    found = office.examination()
    assert office.mark(found["id"], "91", None, "70").status_code == 200
    rows = office.get(found["id"])["rows"]
    assert [row["mark"] for row in rows] == ["91", None, None]
    stale_one = office.mark(found["id"], "60")
    assert stale_one.status_code == 409
    told = stale_one.get_json()["marks"][0]
    assert (told["state"], told["v"], told["version"]) == ("conflict", "91", 1)
    assert "Сапарова" in told["by"]
    for wrong in ("101", "-1", "abc", "91.5", "٧٧"):
        assert office.mark(found["id"], None, wrong).status_code == 422
    assert office.mark(found["id"], None, None, "70").status_code == 422


def test_clause_12_nobody_but_the_teachers_of_the_journal_fills_and_submits(office, client) -> None:
    found = office.examination()
    stranger = client(EXAMINER)
    row = found["rows"][0]["person_id"]
    answer = stranger.patch(f"{API}/{found['id']}/marks", json=[{"k": row, "v": "90", "b": 0}])
    assert answer.status_code == 403
    assert office.act(stranger, "submit", found["id"]).status_code == 403
    assert stranger.get(f"{API}/{found['id']}").status_code == 403
    assert stranger.get(API).get_json()["items"] == []
    with unit_of_work(office.academy.engine) as session:
        count = session.scalar(
            text("select count(*) from chassis.audit_row where act = 'ejournal.statement.refused'")
        )
    assert count == 3


def test_all_reasons_are_told_at_once(office, client) -> None:
    found = office.examination()
    colleague = client(EXAMINER, office.academy.colleague)
    assert reasons(office.act(colleague, "submit", found["id"])) == {"marks-missing", "key-missing"}
    assert reasons(office.act(office.registrar, "accept", found["id"])) == {"wrong-state"}


def test_one_person_does_not_give_both_signatures(office, client) -> None:
    both = client(EXAMINER | REGISTRAR, office.academy.teacher)
    found = office.issue().get_json()
    assert office.act(office.teacher, "submit", found["id"]).status_code == 200
    assert reasons(office.act(both, "accept", found["id"])) == {"same-person"}


def test_the_second_of_two_registrars_gets_409(office) -> None:
    found = office.issue().get_json()
    office.act(office.teacher, "submit", found["id"])
    version = office.get(found["id"])["version"]
    assert office.act(office.registrar, "accept", found["id"], version=version).status_code == 200
    assert reasons(office.act(office.second, "accept", found["id"], version=version)) == {"wrong-state"}


def test_two_registrars_who_accept_at_the_same_moment_seal_it_once(office, feed_events) -> None:
    found = office.issue().get_json()
    office.act(office.teacher, "submit", found["id"])
    version, gate = office.get(found["id"])["version"], Barrier(2)

    def accept(registrar: Any) -> Any:
        gate.wait()
        return office.act(registrar, "accept", found["id"], version=version)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(accept, (office.registrar, office.second)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert [one["role"] for one in office.get(found["id"])["signatures"]] == ["examiner", "registrar"]
    sealed = [
        event for event in feed_events("ejournal/statements") if event.data.get("statement_id") == found["id"]
    ]
    assert len(sealed) == 1


def test_what_was_changed_after_the_look_is_not_signed(office) -> None:
    found = office.examination()
    office.mark(found["id"], "91", "60")
    seen = office.get(found["id"])["version"]
    office.mark(found["id"], "95", base=1)
    answer = office.act(office.teacher, "submit", found["id"], version=seen)
    assert answer.status_code == 409
    assert answer.get_json()["current_version"] == seen + 1
    assert office.get(found["id"])["state"] == "filling"


def test_a_signature_wants_a_fresh_sign_in(office, client) -> None:
    found = office.issue().get_json()
    late = client(EXAMINER, office.academy.teacher, auth_time=stale())
    answer = office.act(late, "submit", found["id"])
    assert (answer.status_code, answer.get_json()["code"]) == (403, "chassis.step-up-needed")


def test_a_returned_statement_is_signed_anew(office) -> None:
    found = office.examination()
    office.mark(found["id"], "91", "60")
    office.act(office.teacher, "submit", found["id"])
    assert (
        office.act(office.registrar, "return", found["id"], remark="Проверьте вторую строку").status_code
        == 200
    )
    again = office.get(found["id"])
    assert (again["state"], again["remark"]) == ("filling", "Проверьте вторую строку")
    assert office.mark(found["id"], None, "61", base=1).status_code == 200
    sealed = office.seal(found["id"])
    assert [one["role"] for one in sealed["signatures"]] == ["examiner", "examiner", "registrar"]
    assert sealed["rows"][1]["mark"] == "61"


def test_sealed_is_sealed_and_a_rectification_supersedes(office, feed_events) -> None:
    sealed = office.sealed_examination("91", "43")
    assert reasons(office.mark(sealed["id"], "95", base=1)) == {"wrong-state"}
    basis = {"reason": "appeal", "order_number": "145-л", "order_date": "2026-11-20"}
    answer = office.registrar.post(f"{API}/{sealed['id']}/rectification", json=basis)
    assert answer.status_code == 201, answer.get_json()
    new = answer.get_json()
    assert new["number"] != sealed["number"]
    assert office.get(sealed["id"])["state"] == "accepted"
    assert reasons(office.registrar.post(f"{API}/{sealed['id']}/rectification", json=basis)) == {
        "already-rectified"
    }
    assert office.mark(new["id"], None, "52", base=1).status_code == 200
    again = office.seal(new["id"])
    assert [row["mark"] for row in again["rows"]] == ["91", "52", None]
    former = office.get(sealed["id"])
    assert (former["state"], [row["mark"] for row in former["rows"]]) == ("superseded", ["91", "43", None])
    told = [
        (event.type.removeprefix("ejournal.statement."), event.subject)
        for event in feed_events("ejournal/statements")
        if event.type.startswith("ejournal.statement.")
    ]
    assert told[1:] == [
        ("sealed.v1", sealed["id"]),
        ("superseded.v1", sealed["id"]),
        ("sealed.v1", new["id"]),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "update statement set content = '\\x00', version = version + 1",
        "update statement set state = 'filling', version = version + 1",
        "update statement set serial = 77, version = version + 1",
        "update statement_row set mark = '100'",
        "delete from statement_row",
        "delete from statement",
        "update statement_signature set name = 'X'",
        "update statement_paper set digest = repeat('0', 64)",
        "delete from number_series",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_sealed(office, change) -> None:
    office.sealed_rating()
    with pytest.raises((InternalError, DBAPIError)), unit_of_work(office.academy.engine) as session:
        session.execute(text(change))


def test_numbers_have_no_gaps_even_after_refusals(office) -> None:
    first = office.issue("practice").get_json()
    assert office.issue("practice").status_code == 409
    assert office.issue("coursework").get_json()["number"].startswith("C-")
    assert first["number"].startswith("P-")
    with unit_of_work(office.academy.engine) as session:
        rows = session.execute(text("select kind, last from number_series")).all()
    assert sorted(rows) == [("coursework", 1), ("practice", 1)]


def test_a_planned_coursework_counts_for_admission(office) -> None:
    work = office.issue("coursework").get_json()
    assert office.mark(work["id"], "80", "40", "70").status_code == 200
    assert states(office.seal(work["id"])) == ["passed", "failed", "passed"]
    rating = office.issue().get_json()
    assert [row["refusals"] for row in rating["rows"]] == [[], ["coursework-not-passed"], ["rating-too-low"]]
