"""Rule sets in the browser and over the API: drafted, checked, compared, adopted by a second person; journals keep theirs."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from services.ejournal.tests.academy import READER, WRITER
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis import clock
from chassis.db import new_id, unit_of_work
from ejournal.control import recompute
from ejournal.control.model import RULE_SET, RuleDraft
from ejournal.control.service import forget_books, read_book
from ejournal.journal.model import JOURNAL

EDITOR = {
    "ejournal.rules.read": [("institution", None)],
    "ejournal.rules.write": [("institution", None)],
}
API = "/journal/api/v1"


@pytest.fixture(autouse=True)
def _fresh_books():
    forget_books()
    yield
    forget_books()


@pytest.fixture
def registrar(client):
    return client({**EDITOR, **READER}, new_id(), auth_time=clock.now())


@pytest.fixture
def quality(client):
    return client(EDITOR, new_id(), auth_time=clock.now())


def soon() -> date:
    return clock.today() + timedelta(days=30)


def begin(registrar, code="kz-mia-next"):
    body = {"copy_of": "kz-mia-2016", "code": code, "valid_from": soon().isoformat()}
    answer = registrar.post(f"{API}/rule-drafts", json=body)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def change(person, draft, **values):
    parameters = {name: dict(entry) for name, entry in draft["parameters"].items()}
    for name, value in values.items():
        parameters[name]["value"] = value
    body = {name: draft[name] for name in ("title", "valid_from", "scale", "version")}
    return person.put(f"{API}/rule-drafts/{draft['id']}", json=body | {"parameters": parameters})


def report(person, draft, academy, engine, settings):
    asked = person.post(f"{API}/rule-drafts/{draft['id']}/reports", json={"period_id": str(academy.period)})
    assert asked.status_code == 201, asked.get_json()
    with unit_of_work(engine) as session:
        recompute.work(session, settings)
    return person.get(f"{API}/rule-reports/{asked.get_json()['id']}").get_json()


def adopt(person, draft, version):
    body = {"version": version, "order_number": "17", "order_date": clock.today().isoformat()}
    return person.post(f"{API}/rule-drafts/{draft['id']}/adopt", json=body)


@pytest.fixture
def filled(academy, client):
    academy.tell_all()
    teacher = client(WRITER, academy.teacher)
    values = (
        {(0, c): "52" for c in range(6)} | {(1, c): "90" for c in range(6)} | {(2, c): "30" for c in range(6)}
    )
    assert academy.fill(teacher, values).status_code == 200
    return academy


def test_a_set_is_drafted_compared_and_adopted_by_a_second_person(
    filled, registrar, quality, engine, settings
) -> None:
    draft = begin(registrar)
    changed = change(registrar, draft, admit_min="55", tk_weight="0,6", rk_weight="0,4").get_json()
    assert changed["parameters"]["tk_weight"]["value"] == "0.6"
    told = report(registrar, changed, filled, engine, settings)
    assert (told["done"], told["total"], told["finished_at"] is not None) == (1, 1, True)
    assert told["counts"] == {"learners": 3, "p": 0, "rd": 0, "letters": 0, "gains": 0, "losses": 1}
    assert [(one["kind"], one["name"], one["group"]) for one in told["people"]] == [
        ("lose", "Әлиев Арман", "ҚІ-24-1")
    ]
    assert [row["place"] for row in told["departments"]] == ["criminal-law"]

    own = adopt(registrar, draft, changed["version"])
    assert own.status_code == 422
    assert "second person" in own.get_data(as_text=True) or "екінші" in own.get_data(as_text=True)
    assert adopt(quality, draft, changed["version"]).status_code == 200
    with unit_of_work(engine) as session:
        terms = dict(session.execute(select(RULE_SET.c.code, RULE_SET.c.valid_to)).all())
        row = session.execute(select(RULE_SET).where(RULE_SET.c.code == "kz-mia-next")).one()
        acts = session.execute(
            text("select act, basis from chassis.audit_row where act like 'ejournal.rules.%' order by number")
        ).all()
    assert (terms["kz-mia-2016"], terms["kz-mia-next"]) == (soon(), None)
    assert (row.order_number, row.adopted_by) == ("17", quality.person_id)
    assert [act for act, _basis in acts] == [
        "ejournal.rules.drafted",
        "ejournal.rules.changed",
        "ejournal.rules.adopted",
    ]
    assert "17" in acts[-1].basis
    assert adopt(quality, draft, changed["version"] + 1).status_code == 409


def test_results_never_change_afterwards_a_journal_keeps_its_set(
    filled, registrar, quality, engine, settings
) -> None:
    draft = change(registrar, begin(registrar), admit_min="60").get_json()
    report(registrar, draft, filled, engine, settings)
    before = registrar.get(f"{API}/journals/{filled.journal}").get_json()["rows"]
    assert adopt(quality, draft, draft["version"]).status_code == 200
    # Whatever comes of the journal later, even a period that begins under the new set, it is computed by the set it has.
    begins = soon() + timedelta(days=1)
    filled.tell_period(
        starts=begins.isoformat(),
        half_ends=(begins + timedelta(60)).isoformat(),
        ends=(begins + timedelta(120)).isoformat(),
    )
    assert filled.find_journals()[0].rule_set == "kz-mia-2016"
    assert registrar.get(f"{API}/journals/{filled.journal}").get_json()["rows"] == before
    # A journal that opens now for that period takes the new one.
    filled.assignment = uuid4()
    filled.tell_assignment()
    assert filled.find_journals()[0].rule_set == "kz-mia-next"


def test_the_database_lets_no_two_sets_be_in_force_and_none_be_changed(engine) -> None:
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.execute(
            text(
                "insert into rule_set select 'second', title, '2030-01-01', null, parameters, scale from rule_set where code = 'kz-mia-2016'"
            )
        )
    for statement in (
        "update rule_set set parameters = '{}' where code = 'kz-mia-2016'",
        "update rule_set set valid_to = '2030-01-01' where code = 'kz-before-2016'",
        "delete from rule_set where code = 'kz-before-2016'",
    ):
        with pytest.raises(DBAPIError), unit_of_work(engine) as session:
            session.execute(text(statement))


def test_the_database_lets_nobody_adopt_an_own_draft(registrar, engine) -> None:
    draft = UUID(begin(registrar)["id"])
    own = update(RuleDraft).where(RuleDraft.id == draft)
    order = {"adopted_at": clock.now(), "order_number": "1", "order_date": clock.today()}
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.execute(own.values(adopted_by=registrar.person_id, **order))


def test_a_draft_computes_nothing(filled, registrar, engine) -> None:
    begin(registrar)
    with unit_of_work(engine) as session:
        assert set(read_book(session).sets) == {"kz-mia-2016", "kz-before-2016"}
        assert session.scalar(select(JOURNAL.c.rule_set)) == "kz-mia-2016"


def test_an_adoption_needs_a_report_of_the_draft_as_it_is_and_a_day_to_come(
    filled, registrar, quality, engine, settings
) -> None:
    draft = change(registrar, begin(registrar), admit_min="55").get_json()
    assert adopt(quality, draft, draft["version"]).status_code == 422
    report(registrar, draft, filled, engine, settings)
    late = change(registrar, {**draft, "valid_from": clock.today().isoformat()}, admit_min="55").get_json()
    refused = adopt(quality, late, late["version"])
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.get_json()["errors"]} == {"/valid_from", "/_schema"}


def test_two_registrars_on_one_draft_meet(registrar, client) -> None:
    draft = begin(registrar)
    other = client(EDITOR, new_id())
    assert change(other, draft, admit_min="55").status_code == 200
    late = change(registrar, draft, admit_min="60")
    assert late.status_code == 409
    assert late.get_json()["current_version"] == 2


def test_faults_come_with_a_pointer_to_their_field(registrar) -> None:
    answer = change(registrar, begin(registrar), exam_weight="0.5")
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.get_json()["errors"]} == {"/rd_weight", "/exam_weight"}


@pytest.mark.parametrize(
    ("code", "pointer"), [("kz-mia-2016", "/code"), ("drafts", "/code"), ("Ы", "/code"), ("a b", "/code")]
)
def test_a_code_is_short_latin_and_free(registrar, code, pointer) -> None:
    body = {"copy_of": "kz-mia-2016", "code": code, "valid_from": soon().isoformat()}
    answer = registrar.post(f"{API}/rule-drafts", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_an_adoption_wants_a_fresh_sign_in(registrar, client) -> None:
    stale = client(EDITOR, new_id(), auth_time=clock.now() - timedelta(hours=1))
    answer = adopt(stale, begin(registrar), 1)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "chassis.step-up-needed")


def test_the_form_keeps_what_was_typed_and_says_the_fault_at_the_weight(registrar) -> None:
    draft = begin(registrar)
    page = f"/journal/rules/drafts/{draft['id']}"
    refused = registrar.submit(page, {"exam_weight": "0,5"}, action=page)
    told = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'value="0,5"' in told
    assert 'id="f-exam_weight-err"' in told
    kept = registrar.submit(page, {"admit_min": "55", "letter-12": "", "rk_floor": "25"}, action=page)
    assert kept.status_code == 303, kept.get_data(as_text=True)
    now = registrar.get(f"{API}/rule-drafts/{draft['id']}").get_json()
    assert now["parameters"]["admit_min"]["value"] == "55"
    assert now["parameters"]["rk_floor"]["value"] == "25"
    assert len(now["scale"]) == 12


def test_pages_of_the_whole_way(filled, registrar, quality, engine, settings) -> None:
    assert (
        registrar.submit(
            "/journal/rules/kz-mia-2016",
            {"code": "kz-mia-page", "valid_from": f"{soon():%d.%m.%Y}"},
            action="/journal/rules/kz-mia-2016",
        ).status_code
        == 303
    )
    with unit_of_work(engine) as session:
        draft = session.scalars(select(RuleDraft.id).where(RuleDraft.code == "kz-mia-page")).one()
    page = f"/journal/rules/drafts/{draft}"
    assert registrar.submit(page, {"admit_min": "55"}, action=page).status_code == 303
    asked = registrar.submit(page, {"period_id": str(filled.period)}, action=f"{page}/reports")
    assert "data-follow" in registrar.get(asked.location).get_data(as_text=True)
    with unit_of_work(engine) as session:
        recompute.work(session, settings)
    shown = registrar.get(asked.location).get_data(as_text=True)
    assert "data-follow" not in shown
    assert "Әлиев Арман" in shown
    # Who sees no journals reads the numbers without the names.
    assert "Әлиев Арман" not in quality.get(asked.location).get_data(as_text=True)
    for name in ("people.xlsx", "people.csv", "counts.xlsx"):
        assert registrar.get(f"{asked.location}/{name}").status_code == 200
    assert registrar.get(f"{asked.location}/people.pdf").status_code == 404
    order = {"order_number": "17", "order_date": f"{clock.today():%d.%m.%Y}"}
    assert registrar.submit(f"{page}/adopt", order).status_code == 422
    assert quality.submit(f"{page}/adopt", order).status_code == 303
    assert "kz-mia-page" in quality.get("/journal/rules").get_data(as_text=True)
    assert quality.get("/journal/rules/kz-mia-page").status_code == 200


def test_a_discarded_draft_is_only_read(registrar, engine) -> None:
    draft = begin(registrar)
    page = f"/journal/rules/drafts/{draft['id']}"
    assert registrar.submit(page, {}, action=f"{page}/discard").status_code == 303
    assert change(registrar, draft, admit_min="55").status_code == 409
    assert registrar.get(page).status_code == 200
