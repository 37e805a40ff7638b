"""The rules of statements: states as data, every refusal, numbers and codes, rows and totals, canonical bytes."""

import re
from fractions import Fraction
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import LETTERS, OLDER, RULES

from ejournal.statements import rules, rules_blind, rules_numbers, rules_rows, wording
from ejournal.statements.rules import ACTS, KINDS, STATES, Standing, Wish, issue_refusals, refusals
from ejournal.statements.rules_canonical import canonical, digest

pytestmark = pytest.mark.unit

ME, OTHER = UUID(int=1), UUID(int=2)
ROW = {"admitted": True, "rd": "85", "earlier": [], "mark": None}

# What each act may be done from; everything else is refused with the state alone.
ALLOWED = {
    "mark": {"issued", "filling"},
    "submit": {"issued", "filling"},
    "return": {"submitted"},
    "accept": {"submitted"},
    "rectify": {"accepted"},
    "supersede": {"accepted"},
}


@pytest.mark.parametrize(("act", "state"), list(product(ALLOWED, STATES)))
def test_an_act_is_done_from_its_states_alone(act: str, state: str) -> None:
    found = refusals(act, Standing(kind="examination", state=state, actor=ME))
    if state in ALLOWED[act]:
        assert found == ()
    else:
        assert [(one.code, one.params) for one in found] == [("wrong-state", {"state": state})]


def test_nothing_leads_out_of_a_seal_but_superseding() -> None:
    out = {act.target for act in ACTS.values() if "accepted" in act.sources}
    assert out == {"accepted", "superseded"}
    assert not any("superseded" in act.sources for act in ACTS.values())


@pytest.mark.parametrize(
    ("act", "changes", "codes"),
    [
        ("mark", {"kind": "rating"}, {"no-marks-here"}),
        ("submit", {"unmarked": 3}, {"marks-missing"}),
        ("submit", {"differing": 1}, {"readings-differ"}),
        ("submit", {"key": "missing"}, {"key-missing"}),
        ("submit", {"key": "revoked", "unmarked": 1}, {"key-revoked", "marks-missing"}),
        ("accept", {"examiner": ME}, {"same-person"}),
        ("accept", {"examiner": OTHER}, set()),
        ("accept", {"examiner_key_revoked": True, "key": "revoked"}, {"examiner-key-revoked", "key-revoked"}),
        ("accept", {"unmarked": 9}, set()),
        ("rectify", {"rectified": True}, {"already-rectified"}),
    ],
)
def test_every_reason_is_collected(act: str, changes: dict[str, object], codes: set[str]) -> None:
    state = sorted(ALLOWED[act])[0]
    standing = Standing(**{"kind": "examination", "state": state, "actor": ME, **changes})
    assert {one.code for one in refusals(act, standing)} == codes


@pytest.mark.parametrize(
    ("kind", "changes", "codes"),
    [
        ("rating", {}, set()),
        ("rating", {"empty_midterms": ("rk1", "rk2")}, {"midterm-empty"}),
        ("practice", {"empty_midterms": ("rk1",)}, set()),
        ("rating", {"exists": True}, {"already-issued"}),
        ("rating", {"journal_active": False, "rules_known": False, "fitting": 0}, {"journal-withdrawn", "rules-unknown", "nobody-needs-it"}),
        ("examination", {}, {"source-missing"}),
        ("examination", {"source": "accepted", "source_kind": "rating"}, set()),
        ("examination", {"source": "submitted", "source_kind": "rating"}, {"source-not-sealed"}),
        ("examination", {"source": "superseded", "source_kind": "rating"}, {"source-not-sealed"}),
        ("examination", {"source": "accepted", "source_kind": "practice"}, {"source-missing"}),
        ("retake", {"source": "accepted", "source_kind": "examination", "fitting": 0}, {"nobody-needs-it"}),
        ("retake", {"source": "accepted", "source_kind": "rating"}, {"source-missing"}),
    ],
)  # fmt: skip
def test_every_reason_against_issuing(kind: str, changes: dict[str, object], codes: set[str]) -> None:
    wish = Wish(**{"kind": kind, "journal_active": True, "rules_known": True, "fitting": 5, **changes})
    assert {one.code for one in issue_refusals(wish)} == codes


def test_every_kind_follows_known_kinds_and_has_its_own_letter() -> None:
    assert {code for kind in KINDS.values() for code in kind.follows} <= set(KINDS)
    assert len({kind.letter for kind in KINDS.values()}) == len(KINDS) == 8


@given(st.sampled_from(sorted(KINDS)), st.integers(2016, 2999), st.integers(1, 999_999_999))
def test_a_number_reads_as_it_was_written(kind: str, year: int, serial: int) -> None:
    text = rules_numbers.number_text(kind, year, serial)
    assert rules_numbers.read_number(f"  {text.lower()} ") == (kind, year, serial)


@pytest.mark.parametrize(
    "text", ["", "E-26-1", "Z-2026-00001", "E-2026-1", "E-2026-00001; drop", "Е-2026-00001", "E" * 500]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert rules_numbers.read_number(text) is None


@given(st.text(alphabet=rules_numbers.ALPHABET, min_size=10, max_size=10))
def test_a_code_is_read_whatever_its_dress(code: str) -> None:
    dressed = f"{code[:5].lower()}-{code[5:]} ".replace("0", "O").replace("1", "l")
    assert rules_numbers.read_code(dressed) == code


@pytest.mark.parametrize(
    ("kind", "changes", "state", "final", "letter"),
    [
        ("examination", {}, "waiting", None, None),
        ("examination", {"mark": "91"}, "passed", 87, "B+"),
        ("examination", {"mark": "43"}, "retake", None, "FX"),
        ("examination", {"mark": "24"}, "failed", None, "F"),
        ("examination", {"mark": "absent"}, "failed", None, "F"),
        ("examination", {"mark": "excused"}, "individual", None, None),
        ("examination", {"admitted": False}, "not_admitted", None, None),
        ("retake", {"earlier": ["43"], "mark": "57"}, "passed", 74, "C+"),
        ("retake", {"earlier": ["43"], "mark": "43"}, "failed", None, "F"),
        ("retake", {"earlier": ["43"]}, "retake", None, "FX"),
        ("retake", {"earlier": ["43"], "mark": "excused"}, "individual", None, None),
        ("individual", {"earlier": ["excused"], "mark": "91"}, "passed", 87, "B+"),
        ("individual", {"earlier": ["excused"], "mark": "30"}, "retake", None, "FX"),
        ("individual", {"earlier": ["43", "excused"], "mark": "57"}, "passed", 74, "C+"),
        ("rating", {}, "waiting", None, None),
        ("coursework", {"mark": "50"}, "passed", 50, "D"),
        ("coursework", {"mark": "49"}, "failed", None, "F"),
        ("practice", {"mark": "excused"}, "individual", None, None),
        ("state_exam", {"mark": "95"}, "passed", 95, "A"),
        ("summer", {}, "waiting", None, None),
    ],
)  # fmt: skip
def test_clause_11_what_a_row_comes_to(
    kind: str, changes: dict[str, object], state: str, final: int | None, letter: str | None
) -> None:
    found = rules_rows.outcome({**ROW, **changes}, kind=kind, letters=LETTERS, rules=RULES)
    assert (found["state"], found["final"], found["letter"]) == (state, final, letter)


def test_the_scale_is_that_of_the_period() -> None:
    row = {**ROW, "mark": "72", "rd": "72"}
    told = [
        rules_rows.outcome(row, kind="examination", letters=LETTERS, rules=one)["traditional"]
        for one in (OLDER, RULES)
    ]
    assert told == ["satisfactory", "good"]


def test_without_an_examination_in_the_plan_the_rating_is_the_final_mark() -> None:
    row = {**ROW, "rd": "1343/16"}
    found = rules_rows.outcome(row, kind="examination", letters=LETTERS, rules=RULES, exam_planned=False)
    assert (found["state"], found["final"]) == ("passed", 84)


@pytest.mark.parametrize(
    ("kind", "state", "needed"),
    [
        ("retake", "retake", True), ("retake", "individual", False), ("retake", "failed", False),
        ("individual", "individual", True), ("individual", "retake", False),
        ("summer", "failed", True), ("summer", "not_admitted", True), ("summer", "passed", False),
        ("examination", "waiting", True),
    ],
)  # fmt: skip
def test_who_needs_a_statement_that_follows(kind: str, state: str, needed: bool) -> None:
    assert rules_rows.needs(kind, {"state": state}) is needed


STATES_OF_ROWS = ("waiting", "not_admitted", "individual", "retake", "passed", "failed")
OUTCOMES = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(STATES_OF_ROWS),
            "admitted": st.booleans(),
            "letter": st.sampled_from([None, "A", "B+", "FX", "F"]),
            "traditional": st.sampled_from([None, "excellent", "good", "satisfactory"]),
        }
    )
)


@given(OUTCOMES)
def test_totals_add_up(rows: list[dict[str, object]]) -> None:
    found = rules_rows.totals(rows)
    assert found.listed == len(rows)
    assert sum(found.letters.values()) == sum(1 for row in rows if row["letter"])
    assert found.passed <= found.counted <= found.listed
    if found.counted:
        assert 0 <= found.quality <= found.success <= 100
        assert abs(found.success - Fraction(100 * found.passed, found.counted)) <= Fraction(1, 20)
    else:
        assert (found.success, found.quality) == (None, None)


@given(
    st.dictionaries(
        st.text(max_size=5), st.one_of(st.text(max_size=5), st.none(), st.booleans(), st.integers())
    )
)
def test_canonical_bytes_do_not_depend_on_the_order(data: dict[str, object]) -> None:
    turned = dict(reversed(list(data.items())))
    assert canonical(data) == canonical(turned)
    assert len(digest(canonical(data))) == 64


def test_canonical_bytes_are_these_and_no_others() -> None:
    assert canonical({"b": ["Ә", None], "a": "83.375"}) == '{"a":"83.375","b":["Ә",null]}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})


def test_every_refusal_has_words() -> None:
    source = "".join(Path(str(one.__file__)).read_text(encoding="utf-8") for one in (rules, rules_blind))
    assert set(re.findall(r'Refusal\("([a-z-]+)"', source)) == set(wording.REFUSALS)
