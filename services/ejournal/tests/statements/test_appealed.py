"""An appeal decided with a changed mark: the sealed statement is rectified by it, and by nothing else."""

from typing import Any
from uuid import uuid4

import pytest
from services.ejournal.tests.academy import LEARNER
from services.ejournal.tests.statements.conftest import ANYWHERE, API
from services.ejournal.tests.statements.test_life import reasons

OWN = LEARNER | {"ejournal.appeal.file": [("self", None)]}
ORDER = {"order_number": "145-л", "order_date": "2026-12-25"}


@pytest.fixture
def commission(academy) -> list[str]:
    members = [uuid4() for _ in range(3)]
    for member in members:
        academy.person(member, "Сейітов", "Асқар", "teacher", "Бекұлы")
    return [str(member) for member in members]


@pytest.fixture
def appeals(office, client) -> Any:
    return client({"ejournal.appeal.decide": ANYWHERE})


def appeal(office, place: int) -> str:
    """Let a learner file an appeal against the latest mark."""
    learner = office.client(OWN, office.academy.learners[place])
    attempts = learner.get("/journal/api/v1/my/attempts").get_json()["items"]
    open_one = next(one for one in attempts if not one["refusals"])
    path = f"/journal/api/v1/my/attempts/{open_one['attempt_id']}/appeal"
    answer = learner.post(path, json={"reason": "Екінші сұраққа толық жауап бердім."})
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def decide(appeals, commission, id: str, **more: Any) -> Any:
    told = {"version": 1, "commission": commission, "protocol": "№ 4, 24.12.2026", "outcome": "changed"}
    return appeals.post(f"/journal/api/v1/appeals/{id}/decision", json=told | ORDER | more)


def former(statement) -> list[str]:
    return [one["id"] for one in statement["related"] if one["how"] == "rectifies"]


def marks(statement) -> list[str | None]:
    return [row["mark"] for row in statement["rows"]]


def test_clause_11_a_changed_mark_rectifies_the_sealed_statement(office, appeals, commission) -> None:
    sealed = office.sealed_examination("91", "43")
    filed = appeal(office, 1)
    answer = decide(appeals, commission, filed, exam=60)
    assert answer.status_code == 200, answer.get_json()
    made = office.get(answer.get_json()["rectification_id"])
    assert (made["state"], former(made)) == ("filling", [sealed["id"]])
    page = office.registrar.get(f"/journal/statements/{made['id']}").get_data(as_text=True)
    assert "145-л" in page
    assert marks(made) == ["91", "60", None]
    assert office.get(sealed["id"])["state"] == "accepted", (
        "the former one holds until the rectification is sealed"
    )
    page = appeals.get(f"/journal/appeals/{filed}").get_data(as_text=True)
    assert f'href="/journal/statements/{made["id"]}"' in page
    assert made["number"] in page
    again = office.seal(made["id"])
    assert (again["rows"][1]["state"], again["rows"][1]["final"]) == ("passed", 63)
    assert office.get(sealed["id"])["state"] == "superseded"


def test_nobody_signs_another_mark_than_the_commissions(office, appeals, commission) -> None:
    office.sealed_examination("91", "43")
    made = decide(appeals, commission, appeal(office, 1), exam=60).get_json()["rectification_id"]
    version = office.get(made)["rows"][1]["version"]
    assert office.mark(made, None, "95", base=version).status_code == 200
    assert reasons(office.act(office.teacher, "submit", made)) == {"commission-overruled"}
    assert office.mark(made, None, "60", base=version + 1).status_code == 200
    assert office.seal(made)["rows"][1]["mark"] == "60"


def test_appeals_of_one_statement_share_a_rectification_and_later_ones_follow_it(
    office, appeals, commission
) -> None:
    office.sealed_examination("91", "43")
    first, second = appeal(office, 0), appeal(office, 1)
    one = decide(appeals, commission, first, exam=95).get_json()["rectification_id"]
    office.act(office.teacher, "submit", one)
    assert reasons(decide(appeals, commission, second, exam=60)) == {"wrong-state"}
    office.act(office.registrar, "return", one, remark="Ещё одна апелляция")
    two = decide(appeals, commission, second, exam=60).get_json()["rectification_id"]
    assert two == one
    assert marks(office.seal(one)) == ["95", "60", None]


def test_an_appeal_decided_after_a_rectification_rectifies_that(office, appeals, commission) -> None:
    office.sealed_examination("91", "43")
    first, second = appeal(office, 0), appeal(office, 1)
    one = decide(appeals, commission, first, exam=95).get_json()["rectification_id"]
    office.seal(one)
    two = decide(appeals, commission, second, exam=60).get_json()["rectification_id"]
    assert former(office.get(two)) == [one]
    assert marks(office.seal(two)) == ["95", "60", None]


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ({"exam": 60, "order_number": None}, ["order-missing"]),
        ({"exam": 60, "order_date": None}, ["order-missing"]),
        ({"outcome": "upheld"}, ["order-not-needed"]),
        ({"order_number": None}, ["mark-missing", "order-missing"]),
    ],
)
def test_only_a_changed_mark_wants_an_order(office, appeals, commission, told, codes) -> None:
    sealed = office.sealed_examination("91", "43")
    answer = decide(appeals, commission, appeal(office, 1), **told)
    assert (answer.status_code, answer.get_json()["refusals"]) == (409, codes)
    assert len(office.registrar.get(API).get_json()["items"]) == 2
    assert office.get(sealed["id"])["state"] == "accepted"


def test_the_form_names_what_is_missing_and_keeps_the_rest(office, appeals, commission) -> None:
    office.sealed_examination("91", "43")
    path = f"/journal/appeals/{appeal(office, 1)}"
    members = dict(zip(("first", "second", "third"), commission, strict=True))
    form = {**members, "protocol": "№ 4, 24.12.2026", "outcome": "changed", "exam": "60"}
    refused = appeals.submit(path, form | {"order_date": "45.12"})
    assert refused.status_code == 422
    refused = appeals.submit(path, form)
    assert refused.status_code == 409
    assert "№ 4, 24.12.2026" in refused.get_data(as_text=True)
    done = appeals.submit(path, form | {"order_number": "145-л", "order_date": "25.12.2026"})
    assert done.status_code == 303
