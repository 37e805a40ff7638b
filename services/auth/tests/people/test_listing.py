"""Lists of people as an administrator of twelve thousand needs them, and what is taken out of them."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from auth.people import listing, rules
from chassis import clock
from chassis.db import unit_of_work

API = "/auth/api/v1/people"


@pytest.fixture
def four(make_person, units_made, engine):
    """A teacher of a department, a learner of the faculty, two of no unit; accounts that end at different times."""
    made = {
        "UGP": make_person(kind="teacher", department_code="UGP", family_name="Аманов", password=None),
        "F1": make_person(kind="learner", department_code="F1", group_code="ПД-21", family_name="Байжанов", password=None),
        "-": make_person(family_name="Ғаниев", password=None),
        "left": make_person(family_name="Досжанов", password=None),
    }  # fmt: skip
    days = {"UGP": -1, "F1": 10, "-": 90}
    with unit_of_work(engine) as session:
        for key, day in days.items():
            session.execute(
                text("update account set expires_on = :day, expires_order = '№ 1' where person_id = :id"),
                {"day": clock.today() + timedelta(days=day), "id": made[key].person_id},
            )
        session.execute(
            text("update person set status = 'left' where id = :id"), {"id": made["left"].person_id}
        )
    return made


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "Аманов Байжанов Ғаниев Досжанов"), ("unit=F1", "Аманов Байжанов"), ("unit=UGP", "Аманов"),
        ("unit=AMVD", "Аманов Байжанов"), ("group=ПД-21", "Байжанов"), ("kind=staff", "Ғаниев Досжанов"), ("status=left", "Досжанов"),
        ("expiry=over", "Аманов"), ("expiry=soon", "Байжанов"), ("expiry=set", "Аманов Байжанов Ғаниев"), ("expiry=none", "Досжанов"),
        ("kind=staff&status=active&q=ған", "Ғаниев"), ("unit=NONE", ""), ("unit=F1&page=2", ""),
    ],
)  # fmt: skip
def test_filters_of_the_list_and_of_its_exports(administrator, four, query, names):
    shown = administrator.get(f"{API}?{query}").json
    assert [item["family_name"] for item in shown["items"]] == names.split()
    assert shown["total"] == (2 if "page=2" in query else len(names.split()))
    if "page" not in query:
        taken = administrator.get(f"/auth/people/export/csv?{query}").get_data().decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(taken), delimiter=";"))[1:]
        assert [line[1] for line in lines] == names.split()


def test_a_word_that_is_no_choice_is_refused_by_the_api_and_ignored_by_the_page(administrator, four):
    assert administrator.get(f"{API}?expiry=now").status_code == 422
    assert "Аманов" in administrator.get("/auth/people?expiry=now&kind=king").get_data(as_text=True)


def test_the_list_is_one_statement(engine, session, four):
    said = []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    from sqlalchemy import true

    lines, total = listing.page_of(
        session, where=true(), filters=listing.Filters(expiry="set"), today=clock.today(), page=1
    )
    assert (len(lines), total) == (3, 3)
    assert len([one for one in said if one.startswith("SELECT")]) == 1


def test_exports_stay_within_the_scope_and_are_audited(client, engine, four):
    clerk = client({code: [("faculty", "F1")] for code in ("auth.person.read", "auth.person.export")})
    page = clerk.get("/auth/people?kind=teacher").get_data(as_text=True)
    assert "/auth/people/export/xlsx?kind=teacher" in page
    data = clerk.get("/auth/people/export/xlsx").get_data()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        words = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "Аманов" in words
    assert "Ғаниев" not in words
    with engine.connect() as connection:
        after = connection.scalar(
            text("select after from chassis.audit_row where act = 'auth.people.exported'")
        )
    assert after == {"filters": {}, "people": 2, "form": "xlsx"}
    assert clerk.get("/auth/people/export/exe").status_code == 404


def test_what_looks_like_a_formula_leaves_as_a_text(administrator, engine, make_person):
    """Also what came in before names were checked: exports defuse by themselves (CWE-1236)."""
    person = make_person(password=None)
    with unit_of_work(engine) as session:
        session.execute(
            text(
                "update person set family_name = '=HYPERLINK(\"http://x\")', given_name = '@SUM(A1)', patronymic = '-2+3' where id = :id"
            ),
            {"id": person.person_id},
        )
    taken = administrator.get("/auth/people/export/csv").get_data().decode("utf-8-sig")
    cells = next(csv.reader(io.StringIO(taken.split("\r\n")[1]), delimiter=";"))
    assert cells[1:4] == ['\'=HYPERLINK("http://x")', "'@SUM(A1)", "'-2+3"]
    with zipfile.ZipFile(io.BytesIO(administrator.get("/auth/people/export/xlsx").get_data())) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.unit
def test_choices_of_expiry_are_all_answered():
    for word in rules.EXPIRIES:
        assert listing._expiry(word, date(2026, 11, 25)) is not None
