"""An intake from XLSX: dry run, faults by row and name, applied once and whole, slips (clause 10, journey 1)."""

import io
from uuid import UUID

import pypdfium2
import pytest
import xlsxwriter
from sqlalchemy import select, text

from auth.access.model import Grant
from auth.accounts.model import Account
from auth.people.model import Intake, Person
from chassis import clock
from chassis.db import unit_of_work

HEAD = ["Личный номер", "Фамилия", "Имя", "Отчество", "Категория", "Учебная группа", "Код кафедры", "Язык"]
ORDER = {"order_number": "12-к", "order_date": "01.09.2026"}


def workbook(rows, head=HEAD, change=None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([head, *rows]):
            sheet.write_row(at, 0, row)
        if change:
            change(sheet)
    return out.getvalue()


def sixty_with_three_bad():
    names = ["Ахметов", "Әлиев", "Қасымов", "Сейітқали", "Иванов", "Ким"]
    rows = [
        [
            f"К-{n:04}",
            names[n % 6],
            "Арман",
            "Болатұлы",
            "курсант",
            "ПД-21",
            "",
            "қазақша" if n % 2 else "русский",
        ]
        for n in range(58)
    ]
    rows += [["П-0001", "Омарова", "Гүлнар", "", "преподаватель", "", "ugp", "казахский"]]
    rows += [["С-0001", "Ли", "Виктор", "", "сотрудник", "", "", "орысша"]]
    rows[4][0] = "К-0003"
    rows[9][5] = ""
    rows[20][7] = "французский"
    return rows


def send(client, data: bytes, name="intake.xlsx"):
    return client.submit("/auth/intakes/upload", {**ORDER, "file": (io.BytesIO(data), name)})


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return words


def test_clause_10_an_intake_of_sixty_with_three_bad_rows(
    administrator, engine, units_made, browser, feed_events
):
    administrator.flask.set_cookie("prefs", "lang=ru")
    answer = send(administrator, workbook(sixty_with_three_bad()))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    dry = administrator.get(answer.location).get_data(as_text=True)
    for words in ("строке 5", "Учебная группа", "французский"):
        assert words in dry
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from person")) == 0

    administrator.submit(answer.location, {}, action=f"{answer.location}/apply")
    again = administrator.submit(answer.location, {}, action=f"{answer.location}/slips")
    assert again.content_type == "application/pdf"
    with unit_of_work(engine) as session:
        assert len(session.scalars(select(Person)).all()) == 57
        roles = session.execute(
            text("select role, scope_type, count(*) from role_grant group by 1, 2 order by 1")
        ).all()
        assert roles == [("learner", "self", 55), ("teacher", "assigned", 1)]
        assert session.scalar(select(Person.department_code).where(Person.kind == "teacher")) == "UGP"
        account = session.scalars(select(Account).where(Account.login.startswith("ahmetov"))).first()
    assert len(feed_events("auth/people")) == 57 + 3
    words = pdf_text(again.get_data())
    assert account.login in words
    password = next(word for word in words.split() if word.count("-") == 2 and len(word) == 14)
    assert password


def test_what_was_seen_is_applied_once(administrator, engine, units_made):
    place = send(administrator, workbook(sixty_with_three_bad())).location
    page = administrator.get(place).get_data(as_text=True)
    first = administrator.submit(place, {}, action=f"{place}/apply")
    assert first.status_code == 303
    form = {"_csrf": page.split('name="_csrf" value="')[1].split('"')[0], "_key": "another", "version": "1"}
    second = administrator.post(f"{place}/apply", data=form)
    assert second.status_code == 303
    with unit_of_work(engine) as session:
        assert len(session.scalars(select(Person)).all()) == 57
        assert len(session.scalars(select(Grant)).all()) == 56


def test_somebody_entered_meanwhile_stops_the_whole_file(administrator, engine, units_made, make_person):
    place = send(administrator, workbook(sixty_with_three_bad())).location
    make_person(number="К-0001")
    answer = administrator.submit(place, {}, action=f"{place}/apply")
    assert answer.status_code == 422
    assert "К-0001" in answer.get_data(as_text=True)
    with unit_of_work(engine) as session:
        assert len(session.scalars(select(Person)).all()) == 1
        assert session.get(Intake, UUID(place.rsplit("/", 1)[1])).applied_at is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (workbook([], head=[*HEAD[:-1], "Вес"]), "Вес"),
        (workbook([["=1+1", "", "", "", "", "", "", ""]]), "A2"),
        (workbook([], change=lambda sheet: sheet.merge_range("A2:B2", "x")), "2"),
        (workbook([["К-1"]] * 5001), "5000"),
        (b"not a workbook", "Excel"),
    ],
)
def test_a_bad_file_is_refused_in_the_persons_language(administrator, engine, data, words):
    answer = send(administrator, data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    with unit_of_work(engine) as session:
        assert session.scalars(select(Intake)).all() == []


def test_the_template_is_given_in_kazakh_and_russian(administrator):
    for language in ("kk", "ru"):
        answer = administrator.get(f"/auth/intakes/template/{language}")
        assert answer.get_data().startswith(b"PK")


def test_slips_of_an_intake_are_not_printed_by_who_may_reset_in_one_faculty(
    administrator, client, units_made
):
    place = send(administrator, workbook(sixty_with_three_bad())).location
    administrator.submit(place, {}, action=f"{place}/apply")
    rights = {"auth.person.import": [("institution", None)], "auth.account.reset": [("faculty", "F1")]}
    half = client(rights, auth_time=clock.now())
    assert half.submit(place, {}, action=f"{place}/slips").status_code == 404
