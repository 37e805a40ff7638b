"""Journey 22: from the rating statement to the sealed examination statement, its paper, and the public page that tells a changed bit."""

from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest

from dev.browsing import violations
from dev.demo import PASSWORD
from dev.testing import House

# Freezing changes a journal for the rest of the house's life: none of the journals that other journeys use.
USED = ("ҚҚ-26-1", "КР-25-1")
WORDS = {
    "kk": ("Емтихан ведомосы", "Ведомость жарамды", "сәйкес келеді", "СӘЙКЕС ЕМЕС"),
    "ru": ("Экзаменационная ведомость", "Ведомость действительна", "изменений нет", "НЕ совпадает"),
}


def free_journal(house: House, login: str) -> str:
    """Find a journal of a teacher that nobody else uses and that has no statement yet."""
    [(person,)] = house.sql("auth", "select person_id::text from account where login = %s", login)
    found = house.sql(
        "ejournal",
        """select j.id::text from journal j join study_group g using (group_id) join journal_teacher t on t.journal_id = j.id
        where t.person_id = %s::uuid and g.code <> all(%s) and j.frozen_at is null and j.control = 'exam'
        order by g.code desc, j.id""",
        person,
        list(USED),
    )
    return str(found[0][0])


def go(person: Any, page: Any, path: str) -> None:
    """Go to a page that may ask for a fresh sign-in first."""
    page.goto(person.house.url + path, wait_until="load")
    if urlsplit(page.url).path == "/auth/step-up":
        page.locator("#f-password").fill(PASSWORD)
        person.post(page, "main form button")
    assert urlsplit(page.url).path == path, page.url


def keep_key(person: Any, page: Any) -> None:
    """Make a signing key, unless the person has one."""
    go(person, page, "/journal/keys")
    if page.locator("main a[href='/journal/keys/new'], a[href='/journal/keys/new']").count():
        go(person, page, "/journal/keys/new")
        person.post(page, "main form .btn:not(.quiet)")
    assert page.locator("main table tbody tr").count() >= 1


def act(person: Any, page: Any, path: str, name: str) -> None:
    """Do an act on a statement on its own page."""
    go(person, page, f"{path}/{name}")
    person.post(page, "main form .btn:not(.quiet)")
    assert urlsplit(page.url).path == path, page.locator("main").inner_text()


def fill(page: Any, marks: list[str]) -> None:
    """Type marks into the form of a column or of a statement, again from the first mark when they run out."""
    page.evaluate(
        """marks => document.querySelectorAll("main li input[name^='v:']").forEach((field, at) => { field.value = marks[at % marks.length]; })""",
        marks,
    )


@pytest.mark.parametrize(("language", "login"), [("kk", "teacher"), ("ru", "teacher2")])
def test_clause_11_a_statement_from_issue_to_check(
    house: House, desk: Any, language: str, login: str, tmp_path: Any
) -> None:
    journal = free_journal(house, login)
    title, valid, same, other = WORDS[language]
    teacher, registrar = desk(login, language), desk("registrar", language)
    desk_page, office = teacher.page(), registrar.page()
    keep_key(teacher, desk_page)
    keep_key(registrar, office)

    # The second midterm control is marked, then the registrar freezes the rating.
    columns = house.sql("ejournal", "select columns from journal where id = %s::uuid", journal)[0][0]
    for kind in ("rk1", "rk2"):
        column = next(one["id"] for one in columns if one["kind"] == kind)
        teacher.go(desk_page, f"/journal/journals/{journal}/columns/{column}")
        fill(desk_page, ["88", "74", "91", "67"])
        teacher.post(desk_page, "main form:has(.grid-one) .btn:not(.quiet)")
    registrar.go(office, f"/journal/journals/{journal}/statements")
    registrar.post(office, "main form:has(input[value='rating']) .btn")
    rating = urlsplit(office.url).path
    assert rating.startswith("/journal/statements/")
    act(teacher, desk_page, rating, "submit")
    act(registrar, office, rating, "accept")

    # From it the examination statement, with exactly its learners; the teacher fills it and signs.
    registrar.post(office, "main form:has(input[value='examination']) .btn")
    examination = urlsplit(office.url).path
    teacher.go(desk_page, f"{examination}/marks")
    fill(desk_page, ["91", "43", "78", "60"])
    teacher.post(desk_page, "main form .btn:not(.quiet)")
    assert violations(desk_page) == []
    act(teacher, desk_page, examination, "submit")
    act(registrar, office, examination, "accept")
    assert "B" in office.locator("main table").first.inner_text()

    # The paper, and what anybody may learn of it.
    paper = office.request.get(f"{house.url}{examination}/pdf/{language}").body()
    text = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range()
    assert title in text
    [(number, code)] = house.sql(
        "ejournal",
        "select 'E-' || year || '-' || lpad(serial::text, 5, '0'), code from statement where id = %s::uuid",
        examination.rpartition("/")[2],
    )
    assert number in text
    anybody = desk("", language).open(f"/journal/check?number={number}&code={code}")
    assert valid in anybody.locator("main").inner_text()
    assert violations(anybody) == []
    for content, said in ((paper, same), (bytes([*paper[:-50], paper[-50] ^ 1, *paper[-49:]]), other)):
        file = tmp_path / "held.pdf"
        file.write_bytes(content)
        anybody.locator("input[name=number]").fill(number)
        anybody.locator("input[name=code]").fill(code)
        anybody.locator("input[type=file]").set_input_files(str(file))
        with anybody.expect_navigation():
            anybody.locator("main form .btn").click()
        assert said in anybody.locator("main").inner_text()
