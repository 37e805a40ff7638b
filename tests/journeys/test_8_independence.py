"""Journey 8: kill -9 of one service's process group; the others go on, and what happened meanwhile arrives, once."""

import secrets
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from chassis import clock
from dev.demo import academy
from dev.demo.workbooks import fill_in
from dev.testing import House, until
from portal.imports.kinds import KINDS

PAGES = {
    "auth": ("admin", "/auth/people"),
    "portal": ("cadet", "/portal/"),
    "ejournal": ("teacher", "/journal/"),
    "library": ("librarian", "/library/lending"),
    "website": ("editor", "/website/edit/"),
}
GONE = ("жауап бермей", "не отвечает")
SETTLE = 30.0


@pytest.mark.parametrize("service", list(PAGES))
def test_one_is_killed_the_others_go_on(
    house: House, desk: Any, signed_in: dict[str, Any], tmp_path: Any, service: str
) -> None:
    if service == "auth":
        signed_in.clear()  # while auth is away a token is not renewed for writing: begin with fresh ones
    desks = {name: desk(login, "kk") for name, (login, _path) in PAGES.items()} | {
        "registrar": desk("registrar", "kk")
    }
    pages = {name: desks[name].open(PAGES[name][1]) for name in PAGES}
    # Kept for later: the pages of the site that anybody may see.
    public = [
        f"/{language}/{section}" for language in ("kk", "ru") for section in ("", "news", "about", "contacts")
    ]
    with httpx.Client(base_url=house.url) as visitor:
        seen = {path: visitor.get(path).status_code for path in public}
        assert set(seen.values()) == {200}
        with house.killed(service):
            happens, shown = MEANWHILE[service](house, desks, pages, tmp_path)
            for name, (_login, path) in PAGES.items():
                if name != service:
                    desks[name].go(pages[name], path)
            desks[service].expected.update({502, 503, 504})
            for language in ("kk", "ru"):
                gone(house, desk, language, service, PAGES[service])
            assert {visitor.get(path).status_code for path in public} == {200}
        # Back: the same page, and what happened meanwhile, once.
        desks[service].go(pages[service], PAGES[service][1])
        until(lambda: happens() == 1, f"what happened without {service} has arrived", SETTLE)
        until(lambda: behind(house) == 0, "every cursor stands at the head of its feed", SETTLE)
        assert happens() == 1
        desks["portal"].go(pages["portal"], "/portal/")
        assert (
            not shown
            or pages["portal"].locator(f"section[aria-labelledby=loans-h] li:has-text('{shown}')").count()
            == 1
        )
        for name in PAGES:
            assert house.sql(name, "select count(*) from chassis.parked_event") == [(0,)]
            assert house.sql(name, "select count(*) from chassis.cursor where alarm is not null") == [(0,)]


def gone(house: House, desk: Any, language: str, service: str, page_of: tuple[str, str]) -> None:
    """The gateway's own page, in Kazakh and in Russian, complete and styled without the service."""
    person = desk(page_of[0], language)
    person.expected.update({502, 503, 504})
    page = person.page()
    answer = page.goto(house.url + page_of[1])
    assert answer is not None
    assert answer.status in {502, 503, 504}
    words = page.locator("main").inner_text()
    assert all(word in words for word in GONE), words


def behind(house: House) -> int:
    """Count the cursors that are not at the head of the log they follow."""
    heads: dict[str, int] = {}
    for name in PAGES:
        heads |= dict(
            house.sql(name, "select feed, coalesce(max(sequence), 0) from chassis.event_log group by feed")
        )
    cursors = [row for name in PAGES for row in house.sql(name, "select feed, last from chassis.cursor")]
    return sum(heads.get(feed, 0) != last for feed, last in cursors)


# How often what was done has arrived, and what the cadet's home shows of it.
Happening = tuple[Callable[[], int], str]


def lend(house: House, desks: Any, pages: Any, _folder: Any) -> Happening:
    """A book is issued whose title no book on loan has in its own; its reader's home shows it."""
    [(barcode, title)] = house.sql(
        "library",
        "select barcode, title from copy join record r on r.id = record_id where state = 'held' "
        "and not exists (select from loan join copy taken on taken.id = copy_id "
        "join record other on other.id = taken.record_id where position(r.title in other.title) > 0) "
        "order by random() limit 1",
    )
    number = academy.generate(clock.today()).shown()["cadet"]
    page = pages["library"]
    page.locator("#f-card").fill(number)
    desks["library"].post(page, "main form[method=get] button")
    page.locator("#f-barcode").fill(barcode)
    desks["library"].post(page, "form[action$='/lending/issue'] button")
    [(loan,)] = house.sql(
        "library", "select loan.id from loan join copy c on c.id = copy_id where barcode = %s", barcode
    )
    counted = "select count(*) from loan where id = %s"
    return lambda: house.sql("portal", counted, loan)[0][0], title


def hire(house: House, desks: Any, pages: Any, _folder: Any) -> Happening:
    """Somebody is entered in auth; every reader of the feed has the person once."""
    number = f"Ж{secrets.token_hex(3).upper()}"
    page = pages["auth"]
    desks["auth"].go(page, "/auth/people/new")
    for field, text in {"family_name": "Жаңаев", "given_name": "Арман", "number": number}.items():
        page.locator(f"#f-{field}").fill(text)
    desks["auth"].post(page, "main form.form .btn:not(.quiet)")
    return lambda: house.sql("library", "select count(*) from reader where number = %s", number)[0][0], ""


def teach(house: House, desks: Any, pages: Any, folder: Any) -> Happening:
    """A discipline is assigned; its journal opens once."""
    made = academy.generate(clock.today())
    code = f"IND{secrets.token_hex(2).upper()}"
    subject = {"group_code": made.groups[0].code, "discipline_code": code, "period_code": made.term.code}
    rows = {
        "disciplines": {
            "code": code,
            "title_kk": f"Тәуелсіздік {code}",
            "title_ru": f"Независимость {code}",
            "department_code": "ADM",
        },
        "curriculum": {**subject, "credits": "3", "control": "exam", "hours": "90"},
        "assignments": {**subject, "number": made.shown()["teacher"]},
    }
    registrar = desks["registrar"]
    page = registrar.page()
    for name, row in rows.items():
        registrar.go(page, "/portal/imports")
        sheet = folder / f"{name}.xlsx"
        sheet.write_bytes(fill_in(KINDS[name].layout, [row]))
        page.locator("#f-kind").select_option(name)
        page.locator("#f-file").set_input_files(sheet)
        registrar.post(page, "main form[enctype] button")
        registrar.post(page, "main form[action$='/apply'] button")
    counted = "select count(*) from journal join discipline d using (discipline_id) where d.code = %s"
    return lambda: house.sql("ejournal", counted, code)[0][0], ""


MEANWHILE: dict[str, Callable[..., Happening]] = {
    "portal": lend,
    "library": hire,
    "ejournal": teach,
    "auth": lend,
    "website": lend,
}
