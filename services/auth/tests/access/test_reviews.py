"""The quarterly review: confirmed or marked, by two where it weighs, signed off by an order (clause 9)."""

import io
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from auth.access import reviews
from auth.access import rules_reviews as rules
from auth.access.model import ReviewLine
from chassis import clock
from chassis.db import unit_of_work
from chassis.testing import tokens
from chassis.testing.web import ISSUER, Client

ME, OTHER = uuid4(), uuid4()
DECIDE = {"auth.review.decide": [("institution", None)]}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-1"),
        (date(2026, 3, 31), "2026-1"),
        (date(2026, 4, 1), "2026-2"),
        (date(2026, 12, 31), "2026-4"),
    ],
)
def test_a_quarter_has_a_name(day, quarter):
    assert rules.quarter_of(day) == quarter
    assert rules.due_on(day) - day == timedelta(30)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("risk", "decided", "seconded", "given", "standing"),
    [
        ("low", None, None, OTHER, "open"), ("low", ME, None, OTHER, "settled"), ("low", ME, None, ME, "waiting"), ("low", ME, OTHER, ME, "settled"),
        ("medium", ME, None, None, "settled"), ("high", ME, None, OTHER, "waiting"), ("high", ME, OTHER, None, "settled"), ("high", None, None, None, "open"),
    ],
)  # fmt: skip
def test_clause_9_what_weighs_is_reviewed_by_two(risk, decided, seconded, given, standing):
    assert rules.standing(risk, decided_by=decided, seconded_by=seconded, given_by=given) == standing


@pytest.mark.unit
@pytest.mark.parametrize(
    ("holder", "decision", "reason", "code"),
    [
        (ME, "confirm", "", "ones-own"),
        (OTHER, "confirm", "", None),
        (OTHER, "withdraw", " ", "no-reason"),
        (OTHER, "withdraw", "кетті", None),
    ],
)
def test_clause_9_nobody_reviews_their_own_roles(holder, decision, reason, code):
    assert rules.decision_fault(holder=holder, me=ME, decision=decision, reason=reason) == code
    assert rules.seconds("confirm", present="confirm", decided_by=OTHER, me=ME)
    assert not rules.seconds("withdraw", present="confirm", decided_by=OTHER, me=ME)
    assert not rules.seconds("confirm", present="confirm", decided_by=ME, me=ME)


@pytest.fixture
def started(administrator, registered, make_person, units_made, give, engine):
    """A review of three: an auditor, a teacher of UGP (high risk), and the reviewer's own role."""
    people = {
        "auditor": make_person(family_name="Аудитова").person_id,
        "teacher": make_person(family_name="Ұстазов", department_code="UGP", kind="teacher").person_id,
        "reviewer": make_person(family_name="Тексерова").person_id,
    }
    give(people["auditor"], "auditor")
    give(people["teacher"], "teacher", "assigned")
    give(people["reviewer"], "librarian")
    assert administrator.submit("/auth/reviews", {}, action="/auth/reviews").status_code == 303
    with unit_of_work(engine) as session:
        review = reviews.find_open(session)
        lines = {line.person_id: line.id for line in session.scalars(select(ReviewLine))}
    return review.id, people, {name: str(lines[person]) for name, person in people.items()}


def sign(client, lines, decision="confirm", reason=""):
    return client.submit("/auth/reviews/lines", {"lines": lines, "decision": decision, "reason": reason})


def test_clause_9_a_review_ends_in_withdrawals_by_an_order(
    administrator, client, started, order, engine, feed_events
):
    review, people, lines = started
    close = f"/auth/reviews/{review}/close"
    reviewer = client(DECIDE, person_id=people["reviewer"])
    second = client(DECIDE)
    assert sign(reviewer, [lines["auditor"]]).status_code == 303
    assert sign(reviewer, [lines["teacher"]], "withdraw").status_code == 422
    assert sign(reviewer, [lines["teacher"]], "withdraw", "ауысқан").status_code == 303
    own = sign(reviewer, [lines["reviewer"]])
    assert own.status_code == 422
    assert "өз рөлдерін тексере алмайды" in own.get_data(as_text=True)
    early = administrator.submit(f"/auth/reviews/{review}", order, action=close)
    assert early.status_code == 422
    assert "2 жол" in early.get_data(as_text=True)
    assert sign(second, [lines["teacher"]], "withdraw", "ауысқан").status_code == 303
    assert sign(second, [lines["reviewer"]]).status_code == 303
    assert administrator.submit(f"/auth/reviews/{review}", order, action=close).status_code == 303
    with engine.connect() as connection:
        query = text("select person_id, withdrawn_order from role_grant where withdrawn_at is not null")
        assert connection.execute(query).all() == [(people["teacher"], "№ 77-к, 20.11.2026")]
    assert [event.data["revoked"] for event in feed_events("auth/access") if "grant_id" in event.data].count(
        True
    ) == 1
    page = administrator.get(f"/auth/reviews/{review}").get_data(as_text=True)
    assert "№ 77-к, 20.11.2026" in page
    assert close not in page


def test_another_decision_begins_anew(client, started, engine):
    _review, _people, lines = started
    first, second = client(DECIDE), client(DECIDE)
    sign(first, [lines["teacher"]])
    sign(second, [lines["teacher"]], "withdraw", "ауысқан")
    with unit_of_work(engine) as session:
        line = session.get_one(ReviewLine, UUID(lines["teacher"]))
        assert (line.decision, line.decided_by, line.seconded_by) == ("withdraw", second.person_id, None)


def test_the_database_keeps_reviewers_apart(started, engine):
    _review, people, lines = started
    values = {"id": lines["teacher"], "holder": people["teacher"], "me": ME}
    bad = {
        "not_the_holder": "update access_review_line set decision = 'confirm', decided_by = :holder where id = cast(:id as uuid)",
        "two_people": "update access_review_line set decision = 'confirm', decided_by = :me, seconded_by = :me where id = cast(:id as uuid)",
        "reason": "update access_review_line set decision = 'withdraw', decided_by = :me where id = cast(:id as uuid)",
    }
    for name, statement in bad.items():
        with pytest.raises(IntegrityError, match=name), unit_of_work(engine) as session:
            session.execute(text(statement), values)


def test_a_unit_sees_and_signs_own_lines_alone(client, started):
    _review, _people, lines = started
    head = client({"auth.review.decide": [("department", "UGP")]})
    page = head.get("/auth/reviews/lines").get_data(as_text=True)
    assert "Ұстазов" in page
    assert "Аудитова" not in page
    form = {"lines": lines["auditor"], "decision": "confirm"}
    assert head.submit("/auth/reviews/lines", form).status_code == 404
    assert head.submit("/auth/reviews/lines", form | {"lines": lines["teacher"]}).status_code == 303


def test_what_is_open_and_overdue_is_shown_and_taken_away(administrator, started, engine):
    review, _people, _lines = started
    late = clock.now() + timedelta(days=31)
    with clock.frozen(late):
        reader = Client(administrator.flask.application, tokens.person_token(ISSUER, administrator.person_id))
        assert "мерзімі өтіп кетті" in reader.get(f"/auth/reviews/{review}").get_data(as_text=True)
        assert "мерзімі өткен" in reader.get("/auth/reviews").get_data(as_text=True)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(administrator.get(f"/auth/reviews/{review}/export").get_data())
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 4
    assert any("Ұстазов" in str(cell) for row in rows for cell in row)
    assert (
        administrator.submit("/auth/reviews/lines", {"decision": "confirm", "lines": []}).status_code == 422
    )


def test_clause_9_a_quarter_begins_its_review_by_itself_once(engine, registered, make_person, give):
    with unit_of_work(engine) as session:
        assert reviews.start_quarter(session) is None
    give(make_person().person_id, "auditor")
    with unit_of_work(engine) as session:
        assert reviews.start_quarter(session).created_by is None
    with unit_of_work(engine) as session:
        assert reviews.start_quarter(session) is None
        with pytest.raises(reviews.ReviewRefused):
            reviews.start(session, actor=ME)
