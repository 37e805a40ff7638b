"""Scopes, terms, duties that do not go together, and what a registration adds (clause 9)."""

from datetime import date

import pytest

from auth.access import rules

pytestmark = pytest.mark.unit
DAY = date(2026, 11, 23)
PERMISSIONS = {
    "teacher": frozenset({"ejournal.cell.write"}),
    "quality_officer": frozenset({"ejournal.journal.moderate"}),
    "auditor": frozenset({"ejournal.journal.read"}),
}
FORBIDDEN = {"ejournal.cell.write": frozenset({"ejournal.journal.moderate"})}


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (("institution", None), None), (("department", "UGP"), None), (("department", None), "scope-id-missing"),
        (("department", "XXX"), "scope-id-unknown"), (("institution", "UGP"), "scope-id-unwanted"),
        (("group", "1"), "scope-not-for-role"),
    ],
)  # fmt: skip
def test_a_scope_fits_the_role_and_names_what_there_is(scope, code):
    known = {"UGP"} if scope[0] == "department" else None
    assert rules.scope_fault(*scope, allowed=["institution", "department"], known_ids=known) == code


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [(DAY, None, None), (DAY, DAY, None), (DAY, date(2026, 11, 22), "term-reversed"), (date(2026, 1, 1), date(2026, 2, 1), "term-over")],
)  # fmt: skip
def test_a_term_has_an_order_and_is_not_over(start, end, code):
    assert rules.term_fault(start, end, DAY) == code


@pytest.mark.parametrize(
    ("role", "held", "found"),
    [
        ("quality_officer", ["teacher"], [("teacher", "ejournal.cell.write", "ejournal.journal.moderate")]),
        (
            "teacher",
            ["quality_officer"],
            [("quality_officer", "ejournal.journal.moderate", "ejournal.cell.write")],
        ),
        ("auditor", ["teacher", "quality_officer"], []),
        ("teacher", ["teacher"], []),
    ],
)
def test_clause_9_who_enters_marks_does_not_moderate_them(role, held, found):
    assert rules.clashes(role, held, permissions=PERMISSIONS, forbidden=FORBIDDEN) == found


def test_a_registration_adds_new_permissions_only():
    declared = {"a.new": ["teacher", "unheard-of"], "a.known": ["teacher"]}
    assert rules.additions(declared, {"a.known"}, {"teacher"}) == [("teacher", "a.new")]
