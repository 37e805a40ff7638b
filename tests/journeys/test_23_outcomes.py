"""Journey 23: what came of the earlier term: a learner's transcript, GPA, place and papers; debts and ranks at the registrar's desk."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dev.browsing import NARROW, overflow, text_of, violations
from dev.testing import House

ATTEMPTS = """
    select d.title ->> %s, a.letter, a.points * j.credits, j.credits, a.state
    from attempt a join journal j on j.id = a.journal_id join discipline d on d.discipline_id = j.discipline_id
    where a.person_id = %s::uuid and a.superseded_at is null
"""
WORDS = {
    "kk": ("Транскрипт", "Барлық топтар", "PDF, қазақша", "Жарамсыз"),
    "ru": ("Транскрипт", "Все группы", "PDF, на русском", "Недействителен"),
}


def who(house: House, login: str) -> str:
    [(person,)] = house.sql("auth", "select person_id::text from account where login = %s", login)
    return str(person)


def number(text: str) -> Fraction:
    return Fraction(text.strip().replace(",", "."))


def figures(page: Any) -> list[str]:
    """The figures above the transcript, without their small notes."""
    return [
        str(dd.evaluate("e => e.firstChild.textContent")).strip() for dd in page.locator("dl.kpis dd").all()
    ]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_7_a_learner_reads_the_own_transcript(
    house: House, desk: Any, tmp_path: Path, language: str
) -> None:
    cadet = desk("cadet", language)
    rows = house.sql("ejournal", ATTEMPTS, language, who(house, "cadet"))
    assert rows
    page = cadet.open("/journal/my")
    page.locator("nav a[href='/journal/my/transcript']").first.click()
    page.wait_for_url("**/journal/my/transcript")
    title, _all, paper, invalid = WORDS[language]
    assert title in page.locator("h1").inner_text()
    # GPA is what the attempts give, to two places; every discipline and letter stands there.
    exact = sum(Fraction(row[2]) for row in rows) / sum(Fraction(row[3]) for row in rows)
    gpa = figures(page)[0]
    assert abs(number(gpa) - exact) <= Fraction(1, 200)
    shown = page.locator("main").inner_text()
    assert [row[0] for row in rows if row[0] not in shown or row[1] not in shown] == []
    assert violations(page) == []

    with page.expect_download() as coming:
        page.get_by_text(paper).click()
    kept = tmp_path / "transcript.pdf"
    coming.value.save_as(kept)
    text = " ".join(" ".join(text_of(kept.read_bytes())).split())
    assert f"GPA: {gpa}" in text
    assert [row[0] for row in rows if row[0] not in text] == []

    # The portal's home tells the same; whoever holds another paper is told that it is none of ours.
    home = cadet.open("/portal/")
    assert gpa in home.locator("section[aria-labelledby='studies-h']").inner_text()
    anybody = desk("", language).open("/journal/check/transcript?seal=another")
    assert invalid in anybody.locator("main").inner_text()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_7_the_registrar_sees_debts_and_ranks(house: House, desk: Any, language: str) -> None:
    registrar = desk("registrar", language)
    page = registrar.open("/journal/debts")
    debts = house.sql(
        "ejournal", "select person_id::text from debt where closed_at is null order by opened_at, person_id"
    )
    assert debts
    assert page.locator("main table").first.locator("tbody tr").count() == min(len(debts), 25)
    assert WORDS[language][1] in page.locator("#f-group").inner_text()
    row = page.locator("main table").first.locator("tbody tr").first
    debtor = row.locator("th").inner_text()
    row.locator("a").click()
    page.wait_for_url("**/journal/transcripts/*")
    assert debtor in page.locator("main").inner_text()
    assert page.locator("section:has(#debts) tbody tr").count() >= 1

    ranks = registrar.open("/journal/ranks")
    cells = [
        row.locator("td, th").all_inner_texts()
        for row in ranks.locator("main table").first.locator("tbody tr").all()
    ]
    ranked = [(int(cell[0]), number(cell[3])) for cell in cells if cell[0].strip().isdigit()]
    assert len(ranked) > 10
    assert ranked == sorted(ranked, key=lambda one: one[0])
    assert [gpa for _place, gpa in ranked] == sorted((gpa for _place, gpa in ranked), reverse=True)
    ranks.locator("#f-course").check()
    registrar.post(ranks, "main form button")
    assert "course=1" in ranks.url
    assert violations(ranks) == []


def test_clause_8_a_learner_opens_nobody_elses(house: House, desk: Any) -> None:
    cadet = desk("cadet", "kk", viewport=NARROW)
    other = house.sql(
        "ejournal",
        "select person_id::text from attempt where person_id <> %s::uuid limit 1",
        who(house, "cadet"),
    )[0][0]
    for path in ("/journal/debts", "/journal/ranks", f"/journal/transcripts/{other}"):
        cadet.open(path, expect=403).close()
    assert overflow(cadet.open("/journal/my/transcript")) == []
