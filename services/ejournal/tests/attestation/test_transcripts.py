"""Transcripts, ranks and debts as people and programs read them."""

import io
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from services.ejournal.tests.academy import LEARNER, WRITER
from sqlalchemy import select

from chassis.audit import ROW
from chassis.db import unit_of_work
from ejournal.attestation import certificate, transcript

INSTITUTION = [("institution", None)]
REGISTRAR = dict.fromkeys(
    ("ejournal.debt.read", "ejournal.transcript.read", "ejournal.rank.read"), INSTITUTION
)


@pytest.fixture
def told(desk):
    """One learner passes at once, one after FX, one is not admitted."""
    desk.accept({0: ("83.9375", 91), 1: ("78", 43), 2: ("49",)})
    desk.accept({1: ("78", 43, 57)}, "retake")
    return desk


@pytest.fixture
def registrar(told, client):
    return client(REGISTRAR)


@pytest.fixture
def learner(academy, told, client):
    return client(LEARNER, academy.learners[1])


def body(answer: Any) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def test_clause_11_example_5_the_learner_sees_both_attempts(learner) -> None:
    page = body(learner.get("/journal/my/transcript"))
    for words in ("FX", "C+", "2,33", "қайта тапсыру (FX)", "Топтағы орын", "2 білім алушының ішінде"):
        assert words in page
    data = learner.get("/journal/api/v1/my/transcript").get_json()
    [period] = data["periods"]
    assert [(a["number"], a["exam"], a["letter"], a["final"]) for a in period["attempts"]] == [
        (1, "43", "FX", None), (2, "57", "C+", "70"),
    ]  # fmt: skip
    assert (data["gpa"], period["gpa"], data["place"], data["ranked"], data["transfers"]) == (
        "2.33",
        "2.33",
        2,
        2,
        True,
    )


def test_clause_11_example_7_a_debt_is_told_to_learner_and_registrar(academy, registrar, client) -> None:
    page = body(registrar.get("/journal/debts"))
    assert "Серікбаева Айгерім" in page
    assert "емтиханға жіберілмеді" in page
    assert "Әлиев" not in page
    [debt] = registrar.get("/journal/api/v1/debts?group=ҚІ-24-1").get_json()["items"]
    assert (debt["person_id"], debt["reason"], debt["letter"]) == (
        str(academy.learners[2]),
        "not_admitted",
        None,
    )
    assert registrar.get("/journal/api/v1/debts?group=X").get_json()["total"] == 0
    own = client(LEARNER, academy.learners[2])
    assert len(own.get("/journal/api/v1/my/debts").get_json()["items"]) == 1
    assert "емтиханға жіберілмеді" in body(own.get("/journal/my/transcript"))


def test_clause_7_ranks_of_a_group(academy, registrar) -> None:
    page = body(registrar.get("/journal/ranks"))
    assert page.index("Әлиев Арман") < page.index("Ким Даурен") < page.index("Серікбаева")
    assert "Білім алушылардың GPA бойынша бөлінуі" in page
    ranks = registrar.get(f"/journal/api/v1/ranks?group_id={academy.group}").get_json()["items"]
    assert [(one["place"], one["gpa"], one["debts"]) for one in ranks] == [
        (1, "3.33", 0),
        (2, "2.33", 0),
        (None, None, 1),
    ]
    course = registrar.get(
        f"/journal/api/v1/ranks?group_id={academy.group}&course=true&period_id={academy.period}"
    )
    assert course.get_json()["items"] == ranks
    empty = registrar.get(f"/journal/api/v1/ranks?group_id={academy.group}&period_id={uuid4()}").get_json()[
        "items"
    ]
    assert {one["place"] for one in empty} == {None}
    assert body(registrar.get(f"/journal/ranks?group={academy.group}&course=1&period={academy.period}"))
    assert registrar.get(f"/journal/api/v1/ranks?group_id={uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (("faculty", "investigation"), True), (("faculty", "police"), False), (("group", "ҚІ-24-1"), True),
        (("group", "КР-24-1"), False),
    ],
)  # fmt: skip
def test_clause_8_transcripts_stay_within_the_scope(academy, told, client, scope, allowed) -> None:
    dean = client({code: [scope] for code in REGISTRAR})
    expected = 200 if allowed else 403
    person = academy.learners[0]
    assert dean.get(f"/journal/transcripts/{person}").status_code == expected
    assert dean.get(f"/journal/transcripts/{person}/kk").status_code == expected
    assert dean.get(f"/journal/api/v1/transcripts/{person}").status_code == expected
    assert dean.get(f"/journal/ranks?group={academy.group}").status_code == expected
    assert dean.get("/journal/api/v1/debts").get_json()["total"] == (1 if allowed else 0)
    with unit_of_work(academy.engine) as session:
        acts = session.scalars(select(ROW.c.act).order_by(ROW.c.act)).all()
    refused = ["ejournal.rank.refused", *["ejournal.transcript.refused"] * 3]
    assert [act for act in acts if act.startswith("ejournal.")] == (
        ["ejournal.transcript.taken"] if allowed else refused
    )


def test_a_department_sees_the_groups_it_teaches(academy, told, client) -> None:
    head = client(
        {code: [("department", "criminal-law")] for code in ("ejournal.debt.read", "ejournal.rank.read")}
    )
    assert head.get("/journal/api/v1/debts").get_json()["total"] == 1
    assert head.get(f"/journal/ranks?group={academy.group}").status_code == 200
    assert "transcripts/" not in body(head.get("/journal/ranks"))
    other = client(
        {code: [("department", "history")] for code in ("ejournal.debt.read", "ejournal.rank.read")}
    )
    assert other.get("/journal/api/v1/debts").get_json()["total"] == 0
    assert "Сізге ашық топ жоқ" in body(other.get("/journal/ranks"))
    assert "Академиялық берешек жоқ" in body(other.get("/journal/debts"))


def test_clause_8_learners_and_teachers_read_nobody_elses(academy, told, client, anonymous) -> None:
    for path in (
        "debts",
        "ranks",
        f"transcripts/{academy.learners[0]}",
        f"transcripts/{academy.learners[0]}/kk",
    ):
        assert client(LEARNER, academy.learners[1]).get(f"/journal/{path}").status_code == 403
        assert client(WRITER, academy.teacher).get(f"/journal/{path}").status_code == 403
        assert anonymous.get(f"/journal/{path}").headers["Location"].startswith("/auth/login?next=")
    assert client(LEARNER).get("/journal/my/transcript").status_code == 404
    assert client(REGISTRAR).get(f"/journal/transcripts/{academy.teacher}").status_code == 404


WORDS = {
    "kk": (
        "Қазақстан Республикасы Ішкі істер министрлігінің академиясы",
        "Бет",
        "Транскрипт",
        "Қылмыстық құқық",
        "қайта тапсыру (FX)",
        "қанағаттанарлықсыз",
    ),
    "ru": (
        "Академия Министерства внутренних дел Республики Казахстан",
        "Страница",
        "Транскрипт",
        "Уголовное право",
        "пересдача (FX)",
        "неудовлетворительно",
    ),
    "en": ("Transcript", "Criminal law", "retake (FX)", "unsatisfactory"),
}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_clause_25_the_paper_speaks_three_languages(learner, language) -> None:
    answer = learner.get(f"/journal/my/transcript/{language}")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.data)
    shown = " ".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", " ")
    for words in (*WORDS[language], "Ким Даурен", "C+", "FX"):
        assert words in shown, shown


def test_files_that_are_not_there(learner) -> None:
    assert learner.get("/journal/my/transcript/de").status_code == 404


def test_the_table_for_a_spreadsheet(learner) -> None:
    answer = learner.get("/journal/my/transcript/xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[7:9] for row in rows[1:]] == [["—", "FX"], ["70", "C+"]]


def sealed(app: Any, academy: Any, person: Any) -> str:
    with unit_of_work(academy.engine) as session:
        found = transcript.get_own_or_raise(session, person_id=person)
    secret = app.extensions["chassis"].settings.secret_key
    return certificate.seal(found, secret=secret)


def test_a_transcript_can_be_checked_by_whoever_holds_it(app, academy, told, anonymous) -> None:
    seal = sealed(app, academy, academy.learners[1])
    page = body(anonymous.get("/journal/check/transcript", query_string={"seal": seal}))
    assert "Жарамды" in page
    assert "2,33" in page
    assert "Ким" not in page
    told.accept({1: ("78", 80)}, "individual")
    later = body(anonymous.get("/journal/check/transcript", query_string={"seal": seal}))
    assert "Ескірген" in later
    data = anonymous.get("/journal/api/v1/transcripts/check", query_string={"seal": seal}).get_json()
    assert (data["valid"], data["current"], data["gpa"], data["lines"]) == (True, False, "2.33", 2)


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1] + ("A" if s[-1] != "A" else "B"), lambda s: "x" + s, lambda s: s[:20]]
)
def test_a_changed_seal_is_told(app, academy, told, anonymous, change) -> None:
    seal = change(sealed(app, academy, academy.learners[1]))
    assert "Жарамсыз" in body(anonymous.get("/journal/check/transcript", query_string={"seal": seal}))
    data = anonymous.get("/journal/api/v1/transcripts/check", query_string={"seal": seal}).get_json()
    assert data == {
        "valid": False,
        "day": None,
        "gpa": None,
        "credits_earned": None,
        "lines": None,
        "current": None,
    }
    assert "QR-код" in body(anonymous.get("/journal/check/transcript"))
