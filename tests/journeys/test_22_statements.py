"""Journey 22: from the rating to the sealed examination statement, its papers, the public check of a changed bit, a rectification."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from dev import large_journal
from dev.bench.stage import Stage
from dev.browsing import text_of, violations
from dev.demo import PASSWORD
from dev.testing import House, until

ROWS = 6
RK = ("100", "96", "98", "97", "99", "95")
EXAM = ("91", "64", "78", "70", "83", "95")
WORDS = {
    "kk": ("Емтихан ведомосы", "Ведомость жарамды", "сәйкес келеді", "СӘЙКЕС ЕМЕС", "күшін жойған"),
    "ru": (
        "Экзаменационная ведомость",
        "Ведомость действительна",
        "изменений нет",
        "НЕ совпадает",
        "заменена",
    ),
}
BECAUSE = {
    "kk": "Жазба жұмысы қайта қаралды",
    "ru": "Письменная работа просмотрена ещё раз",
}
ORDER = {"order_number": "145-л", "order_date": "25.12.2026"}


@pytest.fixture
def journal(house: House) -> Iterator[str]:
    """A journal of the first teacher's that nobody else sees: freezing is for good, and other journeys need theirs."""
    [(teacher,)] = house.sql("auth", "select person_id from account where login = 'teacher'")
    stage = Stage(house)
    with stage.session("ejournal") as session:
        made = large_journal.make(session, rows=ROWS, columns=30, teachers=[teacher])
    house.sql("ejournal", "update journal set control = 'exam' where id = %s returning id", made)
    yield str(made)
    with stage.session("ejournal") as session:
        large_journal.put_away(session, UUID(str(made)))


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
    assert violations(page) == []
    person.post(page, "main form .btn:not(.quiet)")
    assert urlsplit(page.url).path == path, page.locator("main").inner_text()


def type_column(house: House, teacher: Any, page: Any, path: str) -> None:
    """Type the marks of a column into its form, which saves by itself."""
    teacher.go(page, path)
    fields = page.locator("ol.grid-one input[name^='v:']")
    for at, mark in enumerate(RK):
        fields.nth(at).fill(mark)
        fields.nth(at).press("Enter")
    page.wait_for_selector("[data-save][data-s=ok]")
    column = path.rpartition("/")[2]
    count = "select count(value) from cell where column_id = %s::uuid"
    until(lambda: house.sql("ejournal", count, column) == [(ROWS,)], "the marks are saved", 10)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_11_a_statement_from_issue_to_rectification(
    house: House, desk: Any, journal: str, language: str, tmp_path: Any
) -> None:
    title = WORDS[language][0]
    teacher, registrar = desk("teacher", language), desk("registrar", language)
    page, office = teacher.page(), registrar.page()
    keep_key(teacher, page)
    keep_key(registrar, office)

    # Both midterm controls are marked, then the registrar freezes the rating: the grid says so, cell by cell.
    columns = house.sql("ejournal", "select columns from journal where id = %s::uuid", journal)[0][0]
    for one in columns:
        if one["kind"] != "lesson":
            type_column(house, teacher, page, f"/journal/journals/{journal}/columns/{one['id']}")
    registrar.go(office, f"/journal/journals/{journal}/statements")
    registrar.post(office, "main form:has(input[value='rating']) .btn")
    rating = urlsplit(office.url).path
    teacher.go(page, f"/journal/journals/{journal}")
    assert page.locator("table.grid th[data-locked]").count() == len(columns)
    assert page.locator("table.grid td.locked").count() == len(columns) * ROWS
    assert page.locator("input.cell").count() == 0
    assert violations(page) == []
    act(teacher, page, rating, "submit")
    act(registrar, office, rating, "accept")

    # From it the examination statement, with exactly its learners; the teacher fills it and signs.
    registrar.post(office, "main form:has(input[value='examination']) .btn")
    examination = urlsplit(office.url).path
    fill(teacher, page, examination, EXAM)
    act(teacher, page, examination, "submit")
    act(registrar, office, examination, "accept")
    assert violations(office) == []
    assert "B" in office.locator("main table").first.inner_text()

    # The papers, and what anybody may learn of them.
    [(number, code)] = house.sql(
        "ejournal",
        "select 'E-' || year || '-' || lpad(serial::text, 5, '0'), code from statement where id = %s::uuid",
        examination.rpartition("/")[2],
    )
    papers = {one: office.request.get(f"{house.url}{examination}/pdf/{one}").body() for one in WORDS}
    for one, (words, *_rest) in WORDS.items():
        assert words in text_of(papers[one])[0]
        assert number in text_of(papers[one])[0]
    assert title in text_of(papers[language])[0]
    check(desk("", language), papers[language], number, code, WORDS[language], tmp_path)
    rectify(teacher, page, registrar, office, examination)
    anybody = desk("", language).open(f"/journal/check?number={number}&code={code}")
    assert WORDS[language][4] in anybody.locator("main").inner_text()


def fill(teacher: Any, page: Any, path: str, marks: tuple[str, ...]) -> None:
    teacher.go(page, f"{path}/marks")
    fields = page.locator("ol.grid-one input[name^='v:']")
    assert fields.count() == len(marks)
    for at, mark in enumerate(marks):
        fields.nth(at).fill(mark)
    assert violations(page) == []
    teacher.post(page, "main form .btn:not(.quiet)")


def check(anybody: Any, paper: bytes, number: str, code: str, words: tuple[str, ...], folder: Any) -> None:
    """Hold a paper and the same with one bit changed against the public page."""
    _title, valid, same, other, _superseded = words
    page = anybody.open(f"/journal/check?number={number}&code={code}")
    assert valid in page.locator("main").inner_text()
    assert violations(page) == []
    for content, said in ((paper, same), (bytes([*paper[:-50], paper[-50] ^ 1, *paper[-49:]]), other)):
        file = folder / "held.pdf"
        file.write_bytes(content)
        page.locator("input[name=number]").fill(number)
        page.locator("input[name=code]").fill(code)
        page.locator("input[type=file]").set_input_files(str(file))
        anybody.post(page, "main form .btn")
        assert said in page.locator("main").inner_text()


def rectify(teacher: Any, page: Any, registrar: Any, office: Any, path: str) -> None:
    """Correct a clerical error of a sealed statement by another one, signed by the same two persons."""
    go(registrar, office, f"{path}/rectification")
    office.locator("#f-reason").select_option("clerical")
    for name, text in ORDER.items():
        office.locator(f"#f-{name}").fill(text)
    registrar.post(office, "main form .btn:not(.quiet)")
    made = urlsplit(office.url).path
    assert made != path
    assert ORDER["order_number"] in office.locator("main").inner_text()
    fill(teacher, page, made, ("92", *EXAM[1:]))
    act(teacher, page, made, "submit")
    act(registrar, office, made, "accept")
    registrar.go(office, path)
    assert office.locator(f"main a[href='{made}']").count() == 1


@pytest.fixture
def twice(house: House) -> Iterator[str]:
    """A practice statement of a journal with two teachers, whose department has a head."""
    query = "select person_id from account where login in ('teacher', 'teacher2') order by login"
    teachers = [person for (person,) in house.sql("auth", query)]
    stage = Stage(house)
    with stage.session("ejournal") as session:
        made = large_journal.make(session, rows=3, columns=30, teachers=teachers, department="ADM")
    yield str(made)
    with stage.session("ejournal") as session:
        large_journal.put_away(session, made)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_11_two_teachers_enter_blind_and_a_third_person_settles(
    house: House, desk: Any, twice: str, language: str
) -> None:
    registrar, head = desk("registrar", language), desk("head", language)
    office = registrar.open(f"/journal/journals/{twice}/statements")
    registrar.post(office, "main form:has(input[value='practice']) .btn")
    path = urlsplit(office.url).path
    registrar.post(office, f"form[action='{path}/blind'] .btn")

    # Each teacher alone: nothing of the other entry is to be seen, and what was handed in changes no more.
    for login, marks in (("teacher", ("91", "60", "75")), ("teacher2", ("91", "66", "75"))):
        teacher = desk(login, language)
        page = teacher.open(path)
        page.locator(f"main a[href='{path}/entry'], a[href='{path}/entry']").first.click()
        page.wait_for_url(f"**{path}/entry")
        fields = page.locator("ol.grid-one input[name^='v:']")
        assert [fields.nth(at).input_value() for at in range(fields.count())] == ["", "", ""]
        for at, mark in enumerate(marks):
            fields.nth(at).fill(mark)
        teacher.post(page, f"main form[action='{path}/entry'] .btn:not(.quiet)")
        assert violations(page) == []
        teacher.post(page, f"form[action='{path}/entry/hand-in'] .btn")
        teacher.go(page, f"{path}/entry")
        assert page.locator("ol.grid-one input[name^='v:']:not([readonly]):not([disabled])").count() == 0

    # The head of department sees the one difference, settles it with a reason; the statement has its marks.
    page = head.open(f"{path}/comparison")
    assert violations(page) == []
    shown = page.locator("main").inner_text()
    assert "60" in shown
    assert "66" in shown
    assert page.locator("main form[action$='/comparison']").count() == 1
    page.locator("main form [name=v]").fill("64")
    page.locator("main form [name=because]").fill(BECAUSE[language])
    head.post(page, f"main form[action='{path}/comparison'] .btn")
    assert BECAUSE[language] in page.locator("main").inner_text()
    query = "select mark from statement_row where statement_id = %s::uuid order by mark"
    assert house.sql("ejournal", query, path.rpartition("/")[2]) == [("64",), ("75",), ("91",)]
