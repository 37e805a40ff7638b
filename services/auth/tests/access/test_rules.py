"""Scopes, terms, duties that do not go together, and what a registration adds (clause 9)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.access import rules
from auth.access.rules_why import Fact, explain
from chassis.permissions import Grant, decide

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


DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))
TERMS = st.tuples(DAYS, st.none() | DAYS)


@given(TERMS, TERMS)
def test_terms_overlap_when_a_day_lies_in_both(first, second):
    days = [date.fromordinal(n) for n in range(date(2026, 11, 1).toordinal(), date(2027, 1, 2).toordinal())]
    shared = [day for day in days if all(a <= day <= (b or day) for a, b in (first, second))]
    assert rules.overlap(first, second) == rules.overlap(second, first)
    assert rules.overlap(first, second) == bool(shared) or any(b and b < a for a, b in (first, second))


@pytest.mark.parametrize(
    ("scope", "beyond"),
    [
        (("institution", None), True), (("faculty", "F1"), False), (("faculty", "F2"), True), (("department", "UGP"), False),
        (("department", "KPD"), True), (("group", "ҚҚ-26-1"), True), (("self", None), False), (("assigned", None), False),
        (("library_module", "lending"), True),
    ],
)  # fmt: skip
def test_clause_9_who_gives_roles_in_a_unit_gives_no_wider_ones(scope, beyond):
    assert rules.is_beyond_reach(*scope, within={"F1", "UGP"}) is beyond
    assert not rules.is_beyond_reach(*scope, within=None)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"scope_type": "assigned"}, ("grant", "ones-own")),
        ({"is_deputy": True}, ("grant", "deputy-of-a-deputy")),
        ({"valid_from": date(2026, 8, 31)}, ("valid_from", "before-the-grant")),
        ({"valid_to": date(2027, 1, 1)}, ("valid_to", "beyond-the-grant")),
        ({"term": (date(2026, 9, 1), None), "valid_to": date(2030, 1, 1)}, None),
    ],
)
def test_clause_9_a_deputy_stays_within_what_is_replaced(change, fault):
    asked = {
        "scope_type": "department", "term": (date(2026, 9, 1), date(2026, 12, 31)), "valid_from": DAY,
        "valid_to": date(2026, 12, 1), "is_deputy": False,
    } | change  # fmt: skip
    assert rules.deputy_fault(**asked) == fault


@pytest.mark.parametrize("code", ["Head", "a", "начальник", "x" * 41, "two words", "1st", ""])
def test_a_code_of_a_role_is_plain(code):
    assert rules.role_code_fault(code) == "bad-role-code"
    assert rules.role_code_fault("shift_head_2") is None


def test_clause_9_one_role_does_not_unite_duties_that_do_not_go_together():
    forbidden = {"a": frozenset({"b"}), "c": frozenset({"a"})}
    assert rules.clashes_within(["c", "b", "a"], forbidden) == [("a", "b"), ("a", "c")]
    assert rules.clashes_within(["b", "c"], forbidden) == []


PLACES = st.sampled_from([
    ("institution", None), ("faculty", "F1"), ("faculty", "F2"), ("department", "UGP"), ("department", "KPD"),
    ("group", "G1"), ("assigned", None), ("self", None),
])  # fmt: skip
ASKED = st.sampled_from(
    [
        [],
        [("department", "UGP"), ("faculty", "F1")],
        [("department", "KPD")],
        [("group", "G1")],
        [("faculty", "F2")],
    ]
)
FACTS = st.lists(
    st.builds(
        Fact, id=st.uuids(), role=st.sampled_from(["teacher", "dean", "auditor"]), place=PLACES, valid_from=DAYS,
        valid_to=st.none() | DAYS, withdrawn=st.none() | st.just("№ 5"), deputy_for=st.none() | st.uuids(),
    ),
    max_size=6,
)  # fmt: skip


@given(
    FACTS,
    ASKED,
    DAYS,
    st.sets(st.sampled_from(["teacher", "dean", "auditor"])),
    st.sets(st.sampled_from(rules.SCOPES)),
)
def test_clause_9_the_answer_agrees_with_what_services_decide(facts, places, today, roles, kinds):
    held = [
        Grant("x.read", *fact.place, fact.valid_from, fact.valid_to)
        for fact in facts
        if fact.withdrawn is None and fact.role in roles
    ]
    answer = explain(facts, roles=roles, kinds=kinds, places=places, today=today)
    assert answer.can == decide(held, "x.read", today).only(kinds).covers(*places)
    assert bool(answer.reasons) != answer.can
    barred = explain(facts, roles=roles, kinds=kinds, places=places, today=today, account="blocked")
    assert not barred.can
    assert barred.bars[0].code == "account-blocked"


def one(**change):
    plain = {"role": "dean", "place": ("faculty", "F1"), "valid_from": date(2026, 9, 1), "valid_to": None}
    return Fact(id=__import__("uuid").uuid4(), **plain | change)


@pytest.mark.parametrize(
    ("fact", "codes"),
    [
        (one(), []),
        (one(withdrawn="№ 9", valid_to=date(2026, 10, 1)), ["withdrawn"]),
        (one(valid_from=date(2026, 12, 1)), ["not-begun"]),
        (one(valid_to=date(2026, 11, 1)), ["over"]),
        (one(valid_to=date(2026, 11, 1), deputy_for=one().id), ["deputy-over"]),
        (one(place=("faculty", "F2")), ["elsewhere"]),
        (one(place=("assigned", None)), ["ones-own"]),
        (one(place=("group", "G1")), ["scope-unfit"]),
        (one(role="teacher"), ["no-role"]),
        (one(place=("faculty", "F2"), valid_to=date(2026, 11, 1)), ["over", "elsewhere"]),
    ],
)
def test_clause_9_each_reason_against_has_its_name(fact, codes):
    answer = explain(
        [fact], roles={"dean"}, kinds=("faculty", "assigned"), places=[("faculty", "F1")], today=DAY
    )
    assert [reason.code for reason in answer.reasons] == codes
    assert [
        reason.code for reason in explain([fact], roles=set(), kinds=(), places=[], today=DAY).reasons
    ] == ["no-role-has-it"]
