"""Appeals as people and programs file and decide them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from services.ejournal.tests.academy import LEARNER, WRITER
from services.ejournal.tests.attestation.acts import Desk
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis import clock
from chassis.audit import ROW
from chassis.db import unit_of_work
from ejournal.appeals.model import APPEAL
from ejournal.attestation.model import ATTEMPT
from ejournal.integrity.model import STREAM_ENTRY

OWN = {**LEARNER, "ejournal.appeal.file": [("self", None)]}
DECIDE = {"ejournal.appeal.decide": [("institution", None)]}
REASON = "Үшінші сұраққа толық жауап бердім."


@pytest.fixture
def desk(academy):
    academy.tell_all()
    for _ in range(3):
        person = uuid4()
        academy.members = [*getattr(academy, "members", ()), person]
        academy.person(person, "Сейітов", "Асқар", "teacher", "Бекұлы")
    made = Desk(academy)
    made.statement = made.accept({0: ("78", 70), 1: ("49",)})
    return made


@pytest.fixture
def learner(academy, desk, client):
    return client(OWN, academy.learners[0])


@pytest.fixture
def registrar(desk, client):
    return client(DECIDE)


def attempt(academy, place: int = 0):
    with unit_of_work(academy.engine) as session:
        query = select(ATTEMPT.c.id).where(ATTEMPT.c.person_id == academy.learners[place])
        return session.scalars(query.order_by(ATTEMPT.c.accepted_at)).first()


def filed(academy, learner):
    answer = learner.post(f"/journal/api/v1/my/attempts/{attempt(academy)}/appeal", json={"reason": REASON})
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def decision(academy, **more):
    members = [str(person) for person in academy.members]
    return {"version": 1, "commission": members, "protocol": "№ 4, 24.12.2026", "outcome": "upheld"} | more


def test_clause_11_a_learner_files_and_a_commission_of_three_decides(academy, learner, registrar) -> None:
    mine = learner.get("/journal/my/appeals").get_data(as_text=True)
    assert "Апелляция беру" in mine
    path = f"/journal/my/attempts/{attempt(academy)}/appeal"
    assert learner.submit(path, {"reason": REASON}).status_code == 303
    assert "қаралуда" in learner.get("/journal/my/appeals").get_data(as_text=True)
    [appeal] = registrar.get("/journal/api/v1/appeals").get_json()["items"]
    page = registrar.get(f"/journal/appeals/{appeal['id']}").get_data(as_text=True)
    assert REASON in page
    assert "Әлиев Арман" in registrar.get("/journal/appeals").get_data(as_text=True)
    names = dict(zip(("first", "second", "third"), academy.members, strict=True))
    form = {**names, "protocol": "№ 4, 24.12.2026", "outcome": "changed", "exam": "80"}
    assert registrar.submit(f"/journal/appeals/{appeal['id']}", form).status_code == 303
    page = registrar.get(f"/journal/appeals/{appeal['id']}").get_data(as_text=True)
    for words in ("баға өзгертілді", "№ 4, 24.12.2026", "Сейітов А. Б.", "түзету ведомосымен"):
        assert words in page
    assert "баға өзгертілді" in learner.get("/journal/my/appeals").get_data(as_text=True)
    with unit_of_work(academy.engine) as session:
        acts = session.scalars(
            select(ROW.c.act).where(ROW.c.act.like("ejournal.appeal.%")).order_by(ROW.c.number)
        ).all()
        kinds = session.scalars(
            select(STREAM_ENTRY.c.kind)
            .where(STREAM_ENTRY.c.kind.like("appeal.%"))
            .order_by(STREAM_ENTRY.c.number)
        ).all()
        finals = session.scalars(
            select(ATTEMPT.c.final).where(ATTEMPT.c.person_id == academy.learners[0])
        ).all()
    assert acts == ["ejournal.appeal.filed", "ejournal.appeal.decided"]
    assert kinds == ["appeal.filed", "appeal.decided"]
    assert finals == [75], "a mark changes by a rectification alone"


def test_an_appeal_is_filed_once_and_with_a_reason(academy, learner) -> None:
    path = f"/journal/my/attempts/{attempt(academy)}/appeal"
    assert learner.submit(path, {"reason": ""}).status_code == 422
    filed(academy, learner)
    again = learner.post(f"/journal/api/v1/my/attempts/{attempt(academy)}/appeal", json={"reason": REASON})
    assert (again.status_code, again.get_json()["refusals"]) == (409, ["already-filed"])
    refused = learner.submit(path, {"reason": REASON})
    assert refused.status_code == 409
    assert "Бұл бағаға апелляция берілген." in refused.get_data(as_text=True)


def test_after_its_term_and_without_a_mark_nothing_is_filed(academy, desk, client) -> None:
    with clock.frozen(clock.now() - timedelta(days=14)):
        desk.accept({2: ("78", 70)})
    for place, code in ((1, "no-mark"), (2, "too-late")):
        learner = client(OWN, academy.learners[place])
        path = f"/journal/api/v1/my/attempts/{attempt(academy, place)}/appeal"
        answer = learner.post(path, json={"reason": REASON})
        assert (answer.status_code, answer.get_json()["refusals"]) == (409, [code])
        [own] = learner.get("/journal/api/v1/my/attempts").get_json()["items"]
        assert own["refusals"] == [code]


def test_a_rectified_mark_is_not_appealed_against(academy, desk, learner) -> None:
    gone = attempt(academy)
    desk.supersede(desk.statement)
    answer = learner.post(f"/journal/api/v1/my/attempts/{gone}/appeal", json={"reason": REASON})
    assert answer.get_json()["refusals"] == ["superseded"]


def test_the_examiner_does_not_judge_the_own_mark(academy, learner, registrar) -> None:
    appeal = filed(academy, learner)
    path = f"/journal/api/v1/appeals/{appeal['id']}/decision"
    members = [*map(str, academy.members[:2]), str(academy.teacher)]
    answer = registrar.post(path, json=decision(academy, commission=members))
    assert (answer.status_code, answer.get_json()["refusals"]) == (409, ["examiner-in-commission"])
    twice = {
        "first": members[0],
        "second": members[0],
        "third": members[1],
        "protocol": "№ 4",
        "outcome": "changed",
    }
    page = registrar.submit(f"/journal/appeals/{appeal['id']}", twice | {"protocol": "№ 4, 24.12"})
    assert page.status_code == 409
    text = page.get_data(as_text=True)
    assert "Комиссия үш түрлі мүшеден тұрады." in text
    assert "Комиссия қойған емтихан бағасын енгізіңіз." in text


def test_of_two_decisions_the_first_stands(academy, learner, registrar) -> None:
    path = f"/journal/api/v1/appeals/{filed(academy, learner)['id']}/decision"
    assert registrar.post(path, json=decision(academy, version=7)).status_code == 409
    assert registrar.post(path, json=decision(academy)).status_code == 200
    late = registrar.post(path, json=decision(academy, outcome="changed", exam=90))
    assert (late.status_code, late.get_json()["code"]) == (409, "ejournal.appeal-decided")
    for wrong in ({"outcome": "lost"}, {"exam": 101}, {"protocol": ""}, {"commission": ["x"]}):
        assert registrar.post(path, json=decision(academy, **wrong)).status_code == 422


def test_clause_8_appeals_stay_within_the_scope(academy, learner, client, anonymous) -> None:
    appeal = filed(academy, learner)
    for scope, expected in (("investigation", 200), ("police", 403)):
        dean = client({"ejournal.appeal.decide": [("faculty", scope)]})
        assert dean.get(f"/journal/appeals/{appeal['id']}").status_code == expected
        assert dean.get(f"/journal/api/v1/appeals/{appeal['id']}").status_code == expected
    other = client(OWN, academy.learners[1])
    assert other.get(f"/journal/my/attempts/{attempt(academy)}/appeal").status_code == 404
    assert (
        other.post(
            f"/journal/api/v1/my/attempts/{attempt(academy)}/appeal", json={"reason": REASON}
        ).status_code
        == 404
    )
    assert client(WRITER, academy.teacher).get("/journal/appeals").status_code == 403
    assert client(DECIDE).get(f"/journal/appeals/{uuid4()}").status_code == 404
    assert anonymous.get("/journal/appeals").headers["Location"].startswith("/auth/login?next=")


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "lost"}, {"commission": [uuid4(), uuid4()]}, {"exam": None}, {"exam": 101}, {"decided_by": None},
        {"decided_at": None}, {"attempt_id": uuid4()},
    ],
)  # fmt: skip
def test_the_database_refuses_what_is_no_appeal(academy, desk, wrong) -> None:
    with unit_of_work(academy.engine) as session:
        row = session.execute(select(ATTEMPT).where(ATTEMPT.c.person_id == academy.learners[0])).one()
    values = {
        "id": uuid4(), "attempt_id": row.id, "reason": REASON, "filed_at": row.accepted_at, "version": 1,
        "commission": list(academy.members), "protocol": "№ 4", "outcome": "changed", "exam": 80,
        "decided_at": row.accepted_at + timedelta(days=1), "decided_by": uuid4(),
    }  # fmt: skip
    with pytest.raises(IntegrityError), unit_of_work(academy.engine) as session:
        session.execute(APPEAL.insert().values(values | wrong))
    with unit_of_work(academy.engine) as session:
        session.execute(APPEAL.insert().values(values))
    with pytest.raises(DBAPIError), unit_of_work(academy.engine) as session:
        session.execute(delete(APPEAL))
