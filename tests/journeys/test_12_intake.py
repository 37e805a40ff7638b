"""Journey 12: an intake seen before it is done and taken back once; a faculty's clerk in the own faculty; the list taken away (clauses 9, 10)."""

import secrets
from typing import Any

import pytest

from auth.people.layout import INTAKE
from dev.browsing import violations
from dev.demo.workbooks import fill_in
from dev.testing import House

OWN, FOREIGN = "FLE", "FFS"
WORDS = {
    "kk": {
        "rows": "Әр жол не істейді",
        "kinds": ["енгізіледі", "деректері өзгереді"],
        "closed": "Кері қайтарылды",
    },
    "ru": {
        "rows": "Что делает каждая строка",
        "kinds": ["вносится", "запись изменяется"],
        "closed": "Отменено",
    },
}


def person(prefix: str, number: int, **fields: str) -> dict[str, str]:
    """A cadet of the own faculty."""
    return {
        "number": f"{prefix}{number}",
        "family_name": "Қабылов",
        "given_name": "Ерасыл",
        "patronymic": "",
        "kind": "learner",
        "group_code": "ҚҚ-26-1",
        "department_code": OWN,
        "language": "kk",
        **fields,
    }


def send(admin: Any, page: Any, folder: Any, rows: list[dict[str, str]]) -> str:
    """Upload a file as a person does, and answer the address of what was judged."""
    sheet = folder / "қабылдау.xlsx"
    sheet.write_bytes(fill_in(INTAKE, rows, language=admin.language))
    admin.go(page, "/auth/intakes/upload")
    page.locator("#f-file").set_input_files(sheet)
    page.locator("#f-order_number").fill("88-қ")
    page.locator("#f-order_date").fill("20.11.2026")
    admin.post(page, "main form .btn:not(.quiet)")
    return str(page.url)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_10_an_intake_is_seen_done_and_taken_back(
    house: House, desk: Any, tmp_path: Any, language: str
) -> None:
    prefix, words = f"J{language.upper()}{secrets.token_hex(3)}", WORDS[language]
    admin = desk("admin", language)
    page = admin.page()
    # One is there already; the second file changes this one and enters another.
    send(admin, page, tmp_path, [person(prefix, 1)])
    admin.post(page, "main form[action$='/apply'] button")
    place = send(admin, page, tmp_path, [person(prefix, 1, group_code="ҚҚ-25-1"), person(prefix, 2)])
    table = page.get_by_role("table", name=words["rows"]).locator("tbody tr")
    happens = sorted(row.locator("td").nth(2).inner_text().strip() for row in table.all())
    assert happens == sorted(words["kinds"])
    assert page.locator("del").inner_text().endswith("ҚҚ-26-1")
    assert page.locator("ins").inner_text().endswith("ҚҚ-25-1")
    assert violations(page) == []

    admin.post(page, "main form[action$='/apply'] button")
    assert groups(house, prefix) == [("ҚҚ-25-1", "active"), ("ҚҚ-26-1", "active")]
    admin.post(page, page.locator("a[href$='/undo']"))
    assert violations(page) == []
    page.locator("#f-reason").fill("қате файл")
    admin.post(page, "main form button.danger")
    assert page.url == place
    assert words["closed"] in page.locator("main").inner_text()
    assert violations(page) == []
    assert groups(house, prefix) == [("ҚҚ-26-1", "active"), ("ҚҚ-26-1", "left")]
    page.close()


def groups(house: House, prefix: str) -> list[tuple[str, str]]:
    return house.sql(
        "auth", "select group_code, status from person where number like %s order by number", f"{prefix}%"
    )


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_9_a_clerk_works_in_the_own_faculty(
    house: House, desk: Any, tmp_path: Any, language: str
) -> None:
    clerk = desk("clerk", language)
    page = clerk.open("/auth/people")
    assert violations(page) == []
    places = {cell.inner_text() for cell in page.locator("main tbody tr td:nth-child(4)").all()}
    assert FOREIGN not in places
    [(own,)] = house.sql("auth", "select count(*) from person where department_code = any(%s)", units(house))
    assert str(own) in page.locator("main, header").all_inner_texts()[0] + page.locator("body").inner_text()
    with page.expect_download() as download:
        page.locator("a[href^='/auth/people/export/csv']").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == own + 1

    [(stranger,)] = house.sql(
        "auth", "select id::text from person where department_code = %s limit 1", FOREIGN
    )
    clerk.go(page, f"/auth/people/{stranger}", expect=404)
    clerk.go(page, "/auth/people/new")
    offered = [option.get_attribute("value") for option in page.locator("#f-department_code option").all()]
    assert set(offered) == {"", *units(house)}

    number = f"C{language.upper()}{secrets.token_hex(3)}"
    for field, text in (
        ("number", number),
        ("family_name", "Әділов"),
        ("given_name", "Нұрбек"),
        ("group_code", "ҚҚ-26-1"),
    ):
        page.locator(f"#f-{field}").fill(text)
    page.locator("#f-kind").select_option("learner")
    clerk.expected.add(422)
    clerk.post(page, "main form .btn:not(.quiet)")
    assert page.locator("#f-department_code").get_attribute("aria-invalid") == "true"
    page.locator("#f-department_code").select_option(OWN)
    clerk.post(page, "main form .btn:not(.quiet)")
    clerk.post(page, "main form[action$='/account'] button")
    assert violations(page) == []
    # Whoever holds a role in administration is seen, and served by the administrator alone.
    [(mine,)] = house.sql("auth", "select person_id::text from account where login = 'clerk'")
    clerk.go(page, f"/auth/people/{mine}")
    assert page.locator("a[href$='/slip']").count() == 0
    page.close()


def units(house: House) -> list[str]:
    rows = house.sql(
        "auth",
        "select u.code from unit u left join unit p on p.id = u.parent_id where u.code = %s or p.code = %s",
        OWN,
        OWN,
    )
    return [code for (code,) in rows]
