"""Journey 1: an intake of sixty, three of them bad; slips on paper; a cadet signs in, chooses a password, lands at home."""

import re
import secrets
from typing import Any

import pytest

from auth.people.layout import INTAKE
from dev.browsing import text_of
from dev.demo.workbooks import fill_in
from dev.testing import House, until

OWN_PASSWORD = "Дала мен қыран төрт 44"
WORDS = {
    "kk": {"faults": "Енгізілмейтін жолдар", "good": "57", "bad": "3"},
    "ru": {"faults": "Строки, которые не вносятся", "good": "57", "bad": "3"},
}


def intake(prefix: str, language: str) -> list[dict[str, str]]:
    """Sixty cadets of one group; rows 11, 31 and 51 of the sheet cannot be taken."""
    people = [
        {
            "number": f"{prefix}{position:03d}",
            "family_name": "Тестілеуов",
            "given_name": "Ақан",
            "patronymic": "Серікұлы",
            "kind": "learner",
            "group_code": "ҚҚ-26-1",
            "language": language,
        }
        for position in range(60)
    ]
    people[9]["family_name"] = ""
    people[29]["number"] = f"{prefix}000"
    people[49]["group_code"] = ""
    return people


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_an_intake_becomes_a_cadet_at_home(house: House, desk: Any, tmp_path: Any, language: str) -> None:
    prefix = f"Q{language.upper()}{secrets.token_hex(2)}"
    sheet = tmp_path / "қабылдау.xlsx"
    sheet.write_bytes(fill_in(INTAKE, intake(prefix, language), language=language))
    admin = desk("admin", language)
    page = admin.open("/auth/intakes/upload")
    page.locator("#f-file").set_input_files(sheet)
    page.locator("#f-order_number").fill("77-қ")
    page.locator("#f-order_date").fill("20.11.2026")
    admin.post(page, "main form .btn:not(.quiet)")

    # The dry run names each bad row and why; nobody is entered.
    faults = page.get_by_role("table", name=WORDS[language]["faults"]).locator("tbody tr")
    rows = [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in faults.all()]
    assert [row[0] for row in rows] == ["11", "31", "51"]
    assert all(len(row[3]) > 10 for row in rows)
    assert len({row[3] for row in rows}) == 3
    assert house.sql("auth", "select count(*) from person where number like %s", f"{prefix}%") == [(0,)]

    admin.post(page, "main form[action$='/apply'] button")
    assert house.sql("auth", "select count(*) from person where number like %s", f"{prefix}%") == [(57,)]

    # The slips: eight on a sheet, each with a login and a first password.
    with page.expect_download() as download:
        page.locator("form[action$='/slips'] button").click()
    sheets = text_of(download.value.path().read_bytes())
    assert len(sheets) == 8
    login, password = first_slip(sheets[0])

    cadet = desk("", language)
    page = cadet.sign_in(login, password)
    assert "/auth/password" in page.url
    # Nothing else opens before the password is changed.
    cadet.go(page, "/portal/")
    assert "/auth/password" in page.url
    page.locator("#f-new").fill(OWN_PASSWORD)
    page.locator("#f-again").fill(OWN_PASSWORD)
    cadet.post(page, "main form button")
    cadet.go(page, "/portal/")
    assert page.url == f"{house.url}/portal/"
    until(lambda: greets(cadet, page, "Ақан"), "the portal has heard of the cadet", 10)
    assert page.locator("html").get_attribute("lang") == language


def greets(cadet: Any, page: Any, name: str) -> bool:
    cadet.go(page, "/portal/")
    return name in page.locator("h1").inner_text()


def first_slip(text: str) -> tuple[str, str]:
    """Read the login and the password of the first slip as a person would: they follow their labels."""
    found = re.search(r"(?:Логин|Login)\s+(\S+).*?(?:пароль|құпиясөз)\S*\s+(\S+)", text, re.S | re.I)
    assert found, text[:600]
    return found[1], found[2]
