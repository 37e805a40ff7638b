"""Every page type: axe finds nothing in both languages, light and dark; nothing scrolls sideways on a phone; the keyboard is enough."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.journeys.things import things

from chassis import clock
from design.menu import SECTIONS
from dev.browsing import NARROW, overflow, violations
from dev.testing import House

SITE = (
    "/{language}/",
    *(f"/{{language}}/{section}" for section in SECTIONS),
    "/{language}/search?q=право",
    "/{language}/journal-roots",
)
PAGES: dict[str, tuple[str, ...]] = {
    "": (*SITE, "/{language}/news/{news}", "/auth/login", "/library/", "/library/?q=құқық", "/library/records/{record}", "/auth/one-time-code", "/status", "/portal/docs", "/journal/check/transcript", "/nothing-here"),
    "cadet": ("/portal/", "/portal/marks", "/portal/timetable", "/portal/notices", "/portal/calendar", "/journal/my", "/journal/my/{journal}", "/journal/my/transcript", "/journal/my/appeals", "/journal/my/attempts/{attempt}/appeal", "/journal/receipts", "/library/my", "/auth/me", "/auth/me/sessions", "/auth/me/sign-ins", "/auth/second-factor", "/auth/password"),
    "teacher": ("/portal/", "/portal/timetable", "/portal/teaching", "/journal/", "/journal/journals/{journal}", "/journal/journals/{journal}/columns/{column}", "/journal/journals/{journal}/files", "/journal/journals/{journal}/imports/{journal_import}", "/journal/statements/{blind}", "/journal/statements/{blind}/entry", "/journal/statements/{compared}/entry", "/journal/journals/{foreign}", "/journal/statements", "/journal/keys", "/journal/journals/{journal}/reopening", "/journal/journals/{journal}/columns/{column}/history", "/journal/journals/{journal}/lessons", "/journal/journals/{journal}/lessons/{column}"),
    "registrar": (
        "/portal/", "/portal/imports", "/portal/imports/{run}", "/portal/groups", "/portal/groups/{group}", "/portal/movements", "/portal/movements/new", "/portal/movements/{order}", "/portal/duties", "/portal/duties/new", "/portal/curriculum",
        "/portal/disciplines", "/portal/teaching", "/portal/timetable/find", "/portal/timetable/groups/{group}", "/portal/calendar/periods/new", "/portal/calendar/periods/{period}",
        "/portal/calendar/days-off/new", "/portal/notices/new", "/journal/", "/journal/statements", "/journal/statements?q=R-2026-00001",
        "/journal/statements/{compared}", "/journal/statements/batches", "/journal/keys", "/journal/journals/{journal}/statements",
        "/journal/windows", "/journal/debts", "/journal/ranks", "/journal/appeals", "/journal/appeals/{appeal}", "/journal/transcripts/{graduate}",
        "/journal/rules", "/journal/rules/kz-mia-2016", "/journal/rules/drafts/{draft}", "/journal/rules/reports/{report}", "/journal/letters", "/journal/letters/new", "/journal/letters/absent/edit",
        "/journal/midterm-imports", "/journal/midterm-imports/{midterm_import}", "/journal/substitutions", "/journal/journals/{journal}/substitutions",
    ),
    "admin": (
        "/auth/people", "/auth/people/new", "/auth/people/{person}", "/auth/people/{person}/edit", "/auth/policy", "/auth/people/{person}/sign-ins", "/auth/people/{person}/sign-ins/end", "/auth/people/{person}/second-factor", "/auth/sign-ins/end", "/auth/keys", "/auth/people/{person}/block",
        "/auth/people/{person}/code", "/auth/people/{person}/term", "/auth/people/{person}/delete",
        "/auth/accounts/ending", "/auth/accounts/terms", "/auth/accounts/terms?group={cohort}",
        "/auth/people/{person}/slip", "/auth/people/{person}/grants/new", "/auth/intakes", "/auth/intakes/upload", "/auth/intakes/{intake}", "/auth/intakes/{intake}/undo",
        "/auth/units", "/auth/units/new", "/auth/access", "/auth/access/teacher", "/auth/permissions", "/auth/roles/new", "/auth/roles/teacher/edit", "/auth/people/{person}/deputies/new",
        "/auth/grant-imports", "/auth/grant-imports/upload", "/auth/why?person={person}&permission=ejournal.cell.write", "/auth/why?permission=journal", "/auth/reviews", "/auth/reviews/lines", "/auth/keycloak", "/auth/emergency-accounts",
        "/auth/programs", "/auth/programs/new", "/library/operator", "/auth/audit", "/auth/audit?act=auth.person.created&text=T0040", "/auth/audit/1", "/auth/audit/seals",
    ),
    "clerk": ("/auth/people", "/auth/people/new"),
    "librarian": ("/library/cataloguing/imports", "/library/cataloguing/imports/{batch}", "/library/lending", "/library/lending?card={reader}", "/library/readers", "/library/records/{record}"),
    "editor": ("/website/edit/", "/website/edit/new?section=news", "/website/edit/new?section=schedule", "/website/edit/{item}"),
    "quality": ("/portal/", "/journal/", "/journal/hours", "/journal/journals/{journal}/lessons", "/journal/moderation", "/journal/moderation/days/{day}", "/journal/moderation/journals/{journal}", "/journal/moderation/escalations", "/journal/reopenings", "/journal/statements", "/journal/officers/keys", "/journal/integrity", "/journal/integrity/journals/{journal}", "/journal/integrity/keys"),
    "head": ("/portal/", "/journal/", "/journal/moderation/escalations", "/journal/hours", "/journal/moderation", "/journal/statements/{compared}", "/journal/statements/{compared}/comparison"),
}  # fmt: skip
VALUES = {
    "news": ("website", "select number || '-x' from item where section = 'news' and state = 'published' limit 1"),
    "item": ("website", "select id from item where section = 'news' limit 1"),
    "record": ("library", "select record_id from copy limit 1"),
    "batch": ("library", "select id from import_batch limit 1"),
    "reader": ("library", "select r.card from loan l join reader r on r.person_id = l.reader_id limit 1"),
    "run": ("portal", "select id from import_run limit 1"),
    "group": ("portal", "select id from study_group limit 1"),
    "period": ("portal", "select id from period limit 1"),
    "person": ("auth", "select p.id from person p join account a on a.person_id = p.id where p.number = 'T0040'"),
    "cohort": ("auth", "select group_code from person where group_code is not null limit 1"),
    "intake": ("auth", "select id from intake limit 1"),
    "journal": (
        "ejournal",
        """select j.id from journal j join study_group g using (group_id) join discipline d using (discipline_id)
        join period p using (period_id) where g.code like 'ҚҚ-__-1' and d.code = 'ADM101' order by p.code desc limit 1""",
    ),
    "graduate": ("ejournal", "select person_id from attempt order by accepted_at limit 1"),
    "foreign": ("ejournal", "select j.id from journal j join study_group g using (group_id) where g.code like 'КР-__-1' limit 1"),
}  # fmt: skip
ATTEMPT = (
    "select id from attempt where person_id = %s::uuid and superseded_at is null order by accepted_at limit 1"
)
REFUSALS = {"/journal/journals/{foreign}": 403, "/nothing-here": 404}
LOOKS = (("kk", "light"), ("ru", "dark"), ("kk", "dark"), ("ru", "light"))


@pytest.fixture(scope="module")
def values(house: House) -> Iterator[dict[str, str]]:
    """What stands in the addresses of pages about one thing."""
    found = {name: str(house.sql(database, query)[0][0]) for name, (database, query) in VALUES.items()}
    columns = house.sql("ejournal", "select columns from journal where id = %s::uuid", found["journal"])[0][0]
    [(cadet,)] = house.sql("auth", "select person_id::text from account where login = 'cadet'")
    [(attempt,)] = house.sql("ejournal", ATTEMPT, cadet)
    with things(house, found["journal"]) as made:
        yield (
            found
            | made
            | {"column": columns[0]["id"], "attempt": str(attempt), "day": clock.today().isoformat()}
        )


def visits(login: str, values: dict[str, str], language: str) -> Iterator[tuple[str, int]]:
    for path in PAGES[login]:
        yield path.format(language=language, **values), REFUSALS.get(path, 200)


@pytest.mark.parametrize("look", range(len(LOOKS)), ids=["-".join(look) for look in LOOKS])
@pytest.mark.parametrize("login", list(PAGES))
def test_axe_finds_nothing(desk: Any, values: dict[str, str], login: str, look: int) -> None:
    """WCAG 2.2 AA and best practice, on every page type of every role: each in both languages and both themes, in turn in two of the looks.

    Words depend on the language and colours on the theme, nothing on the pair.
    """
    language, theme = LOOKS[look]
    person = desk(login, language, theme=theme)
    page = person.page()
    found = []
    for path, status in list(visits(login, values, language))[look // 2 :: 2]:
        person.go(page, path, expect=status)
        found += violations(page)
    assert found == []


@pytest.mark.parametrize("login", list(PAGES))
def test_nothing_scrolls_sideways_on_a_phone(desk: Any, values: dict[str, str], login: str) -> None:
    person = desk(login, "ru", viewport=NARROW)
    page = person.page()
    found = []
    for path, status in visits(login, values, "ru"):
        person.go(page, path, expect=status)
        found += overflow(page)
    assert found == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_signing_in_and_entering_marks_need_no_mouse(
    house: House, desk: Any, values: dict[str, str], language: str
) -> None:
    teacher = desk("", language)
    page = teacher.open("/auth/login?next=/journal/")
    for text in ("teacher", "Shanyraq-Demo-21"):
        tab_to(page, f"#f-{'login' if text == 'teacher' else 'password'}")
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url("**/journal/")
    tab_to(page, f"a[href='/journal/journals/{values['journal']}']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "input.cell")
    page.keyboard.press("Home")
    for key in ("ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.type("75")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-save][data-s=ok]")
    page.keyboard.press("ArrowUp")
    focused = page.evaluate(
        "[document.activeElement.value, document.activeElement.getAttribute('aria-label')]"
    )
    assert focused[0] == "75"
    assert len(focused[1]) > 10
    # Taken back, by keys as well; and the grid lets go of the keyboard at its end.
    page.keyboard.press("Control+z")
    page.wait_for_selector("[data-save][data-s=ok]")
    page.keyboard.press("Control+End")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.matches('input.cell')")


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there, seeing it on the way."""
    for _step in range(80):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")
