"""Journey 21: a mark is published and proven: a ceremony, a signed root, the learner's receipt, an export checked by one file, the site."""

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dev.browsing import Desk, overflow, violations
from dev.demo import PASSWORD
from dev.testing import House, until

JOURNAL = """
    select j.id::text from journal j
    join journal_teacher t on t.journal_id = j.id and t.person_id = %s::uuid
    join sheet_row r on r.journal_id = j.id and r.person_id = %s::uuid
"""
ROOTS_SECONDS = 15


def keep(page: Any, link: str, place: Path) -> Path:
    with page.expect_download() as download:
        page.locator(link).first.click()
    download.value.save_as(place)
    return place


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the downloaded verifier with Python alone, as an inspector does."""
    command = [sys.executable, "-I", "verify_journal.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def publish(house: House, desk: Any, language: str, people: dict[str, str]) -> tuple[str, str, str]:
    """Let the teacher save a mark of the cadet in a column's form and publish the column."""
    [(journal,)] = house.sql("ejournal", JOURNAL, people["teacher"], people["cadet"])
    columns = house.sql("ejournal", "select columns from journal where id = %s::uuid", journal)[0][0]
    column = [one["id"] for one in columns if one["kind"] == "lesson" and not one["published"]][-1]
    mark = str(60 + secrets.randbelow(40))
    teacher = desk("teacher", language)
    page = teacher.open(f"/journal/journals/{journal}/columns/{column}")
    field = page.locator(f"input[name='v:{people['cadet']}']")
    field.fill(mark)
    field.press("Enter")
    saved = "select value from cell where column_id = %s::uuid and person_id = %s::uuid"
    until(lambda: house.sql("ejournal", saved, column, people["cadet"]) == [(mark,)], "the mark is saved", 10)
    teacher.post(page, "form[action$='/publish'] button")
    return journal, column, mark


KEY = "select key_id from root_key left join root_key_end using (key_id) where ended_at is null"
LATEST = "select max(number) from stream_root"


def go(person: Desk, page: Any, path: str) -> None:
    """Go to a page that may ask for a fresh sign-in first."""
    person.go(page, path)
    if urlsplit(page.url).path == "/auth/step-up":
        page.locator("#f-password").fill(PASSWORD)
        person.post(page, "main form button")
    assert urlsplit(page.url).path == path, page.url


def sign(house: House, officer: Desk, page: Any) -> tuple[str, int]:
    """Hold a ceremony where there was none, then sign a root; give the key's fingerprint and the root's number."""
    go(officer, page, "/journal/integrity/keys")
    assert violations(page) == []
    if not house.sql("ejournal", KEY):
        page.locator("#f-witnesses").fill("Омаров Б., Ким Д.")
        page.locator("#f-basis").fill("№ 12, 01.09.2026")
        officer.post(page, "form[action='/journal/integrity/keys'] button")
        assert violations(page) == []
    [(key,)] = house.sql("ejournal", KEY)
    officer.go(page, "/journal/integrity")
    officer.post(page, "form[action='/journal/integrity/roots'] button")
    assert urlsplit(page.url).path == "/journal/integrity", page.url
    assert violations(page) == []
    [(number,)] = house.sql("ejournal", LATEST)
    return key, number


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_12_a_published_mark_is_proven_without_us(
    house: House, desk: Any, language: str, tmp_path: Path
) -> None:
    people = dict(
        house.sql("auth", "select login, person_id::text from account where login in ('teacher', 'cadet')")
    )
    journal, column, mark = publish(house, desk, language, people)
    officer, cadet = desk("quality", language), desk("cadet", language)
    office = officer.page()
    key, number = sign(house, officer, office)

    # The learner finds the receipt at the own mark, keeps it and has it checked.
    own = cadet.open(f"/journal/my/{journal}")
    cadet.post(own, f"a[href$='/receipts/{column}']")
    assert mark in own.locator("dl.facts").inner_text()
    assert violations(own) == []
    receipt = keep(own, "a.btn[download]", tmp_path / "receipt.json")
    keep(own, "a[href$='verify_journal.py']", tmp_path / "verify_journal.py")
    cadet.go(own, "/journal/receipts")
    own.locator("input[type=file]").set_input_files(receipt)
    cadet.post(own, "main form .btn")
    assert own.locator(".notice.ok").count() == 1
    assert violations(own) + overflow(own) == []

    # The root has reached the site, where anybody may note it down.
    def arrived() -> bool:
        return bool(house.sql("website", "select 1 from witness_root where number = %s and sound", number))

    until(arrived, "the root at the site", ROOTS_SECONDS)
    site = desk("", language).open(f"/{language}/journal-roots")
    assert " ".join(key[at : at + 4] for at in range(0, 16, 4)) in site.locator("main").inner_text()
    kept = keep(site, "a[download]", tmp_path / "site.json")
    until(
        lambda: house.sql("library", "select 1 from witness_root where number = %s", number),
        "the root at the library",
        ROOTS_SECONDS,
    )

    # The quality unit takes the journal away; one file says that all is as it was, and names what is changed.
    officer.go(office, f"/journal/integrity/journals/{journal}")
    assert office.locator("main table tbody tr").count() >= 3
    export = keep(office, "a.btn[download]", tmp_path / "journal.json")
    for file in (export, receipt):
        said = verify(tmp_path, file.name, "--roots", kept.name, "--key", key)
        assert (said.returncode, said.stdout.splitlines()[-1][-8:]) == (0, "0 faults"), said.stdout
    document = json.loads(export.read_text(encoding="utf-8"))
    cells = document["journals"][0]["cells"]
    at = next(n for n, cell in enumerate(cells) if cell.startswith(f"{people['cadet']}:{column}:"))
    cells[at] = cells[at].rpartition(":")[0] + ":100"
    export.write_text(json.dumps(document), encoding="utf-8")
    said = verify(tmp_path, export.name)
    assert said.returncode == 1
    assert f"the mark of learner {people['cadet']} in column {column} was changed" in said.stdout
