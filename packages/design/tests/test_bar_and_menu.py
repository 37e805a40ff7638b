"""The bar and the menu: who sees what, and where one is."""

import pytest

from chassis import i18n
from design import bar, menu


def nobody(_code: str) -> bool:
    return False


def everybody(_code: str) -> bool:
    return True


def all_paths(shown: tuple[bar.Entry, ...]) -> set[str]:
    return {one.path for entry in shown for one in ((entry,) if entry.path else entry.sections)}


def test_a_signed_in_nobody_sees_what_needs_no_permission() -> None:
    assert [entry.path for entry in bar.entries(nobody)] == ["/portal/", "/portal/timetable", "/library/"]


def test_the_journal_stands_for_whoever_may_open_a_part_of_it() -> None:
    for code in ("ejournal.own.read", "ejournal.board.read", "ejournal.statement.read"):
        assert "/journal/" in [entry.path for entry in bar.entries(lambda one, wanted=code: one == wanted)]


def test_the_words_of_the_bar_are_the_same_whatever_a_service_says() -> None:
    people = next(entry.label for entry in bar.ENTRIES if entry.path == "/auth/people")
    with i18n.speaking(i18n.Words("ru", {"People": "Люди"})):
        assert (str(people), i18n.gettext("People")) == ("Пользователи", "Люди")


def test_each_permission_opens_its_entry() -> None:
    for entry in bar.ENTRIES:
        wanted = entry.permission or next(filter(None, (one.permission for one in entry.sections)), None)
        assert entry in bar.entries(lambda code, wanted=wanted: code == wanted)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/portal/", "/portal/"),
        ("/portal", "/portal/"),
        ("/portal/groups/1", "/portal/"),
        ("/portal/timetable/find", "/portal/timetable"),
        ("/portal/timetables", "/portal/"),
        ("/journal/journals/7", "/journal/"),
        ("/auth/people/import", "/auth/people"),
        ("/auth/units/7", "/auth/people"),
        ("/auth/intakes/new", "/auth/people"),
        ("/auth/access/dean", "/auth/access"),
        ("/auth/roles/teacher/edit", "/auth/access"),
        ("/auth/emergency-accounts", "/auth/people"),
        ("/auth/accounts/ending", "/auth/people"),
        ("/journal/moderation/days/2026-11-20", "/journal/"),
        ("/auth/me", None),
        ("/libraries", None),
    ],
)
def test_where_one_is(path: str, here: str | None) -> None:
    assert bar.current(path) == here


def test_sections_are_those_of_the_entry_and_only_open_ones() -> None:
    assert [s.path for s in bar.sections("/library/lending", nobody)] == ["/library/", "/library/my"]
    assert "/library/lending" in [s.path for s in bar.sections("/library/", everybody)]
    pages = ("moderation", "hours", "substitutions", "reopenings", "windows", "integrity")
    work = {f"/journal/{page}" for page in pages}
    assert work <= all_paths(bar.sections("/journal/", everybody))
    assert not work & all_paths(bar.sections("/journal/", nobody))
    assert bar.sections("/website/edit/", everybody) == ()
    assert bar.sections("/portal/timetable", nobody) == (), "a choice of one is no choice"
    assert bar.sections("/nowhere", everybody) == ()


def test_a_group_holds_what_is_open_and_one_section_stands_alone() -> None:
    groups = [s for s in bar.sections("/journal/", everybody) if not s.path]
    assert all(len(group.sections) > 1 for group in groups)
    board = {"ejournal.board.read", "ejournal.journal.read"}
    seen = bar.sections("/journal/", board.__contains__)
    assert [s.path for s in seen] == ["/journal/", "/journal/moderation", "/journal/hours"]
    both = board | {"ejournal.windows.change"}
    group = bar.sections("/journal/", both.__contains__)[1]
    assert all_paths((group,)) == {"/journal/moderation", "/journal/windows"}
    assert bar.sections("/journal/", both.__contains__)[1] is group, "kept pieces of a page are found by it"
    assert bar.current("/journal/windows/2026-1", (group,)) == "/journal/windows"


def test_clause_19_all_eleven_sections_stand_under_six_entries() -> None:
    grouped = [code for _label, codes in menu.GROUPS for code in codes]
    assert len(menu.GROUPS) == 6
    assert sorted(grouped) == sorted(menu.SECTIONS)
    assert len(menu.SECTIONS) == 11


def test_the_menu_marks_where_one_is_and_leaves_out_what_is_not_there() -> None:
    groups = menu.site_menu(lambda code: f"/kk/{code}", "news", ["news", "schedule", "about"])
    assert [len(group.items) for group in groups] == [1, 2]
    assert [group.here for group in groups] == [False, True]
    assert [(item.url, item.here) for item in groups[1].items] == [
        ("/kk/news", True),
        ("/kk/schedule", False),
    ]
