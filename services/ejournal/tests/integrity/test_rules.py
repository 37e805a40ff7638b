"""The stream's rules: what is hashed, what can be shown, and that a path leads to its root and to no other."""

from base64 import b64encode
from hashlib import sha256
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.verify import EMPTY, is_signed, leaf, root
from ejournal.integrity import rules
from ejournal.integrity.rules_roots import root_faults
from ejournal.integrity.rules_stream import cell_faults, cell_name, paper_faults, replay, statement_faults
from ejournal.integrity.rules_verify import audit_faults, unwitnessed_faults

pytestmark = pytest.mark.unit

TEXTS = st.lists(st.text(max_size=60), min_size=1, max_size=40)
SEEDS = st.binary(min_size=rules.SEED, max_size=rules.SEED)


def test_bytes_are_sorted_without_spaces_and_in_utf8() -> None:
    assert rules.entry_bytes({"n": 2, "kind": "cells.saved", "data": {"б": "ә", "a": None}}) == (
        '{"data":{"a":null,"б":"ә"},"kind":"cells.saved","n":2}'.encode()
    )


def test_a_digest_is_made_of_the_one_before_and_the_bytes() -> None:
    assert rules.chained(rules.BEGINNING, b"x") == sha256(b"\x00" + sha256(b"").digest() + b"x").digest()


@pytest.mark.parametrize(
    ("version", "value", "text"),
    [(1, "95", "p:c:1:95"), (2, None, "p:c:2:"), (3, "excused", "p:c:3:excused"), (4, "0", "p:c:4:0")],
)
def test_a_cell_is_written_in_one_way(version: int, value: str | None, text: str) -> None:
    assert rules.cell_text("p", "c", version, value) == text


@given(SEEDS, TEXTS)
def test_every_cell_can_be_shown_alone(seed: bytes, texts: list[str]) -> None:
    found = rules.commitments(seed, texts)
    assert found == [rules.commitment(rules.salt(seed, at), text) for at, text in enumerate(texts)]


@given(SEEDS, TEXTS, st.data())
def test_another_value_never_opens_a_commitment(seed: bytes, texts: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(texts) - 1))
    other = data.draw(st.text(max_size=60).filter(lambda text: text != texts[at]))
    changed = [*texts[:at], other, *texts[at + 1 :]]
    before, after = rules.commitments(seed, texts), rules.commitments(seed, changed)
    assert [n for n, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]] == [at]
    assert rules.together(before) != rules.together(after)


@given(SEEDS, SEEDS)
def test_equal_marks_look_different_under_other_salts(one: bytes, two: bytes) -> None:
    marks = ["p:c:1:95"] * 5
    assert len(set(rules.commitments(one, marks))) == 5
    assert one == two or not set(rules.commitments(one, marks)) & set(rules.commitments(two, marks))


@given(st.integers(1, 70), st.data())
def test_a_path_leads_to_the_root(size: int, data: st.DataObject) -> None:
    leaves = [leaf(bytes([number])) for number in range(size)]
    at = data.draw(st.integers(0, size - 1))
    way = rules.path(leaves, at)
    assert rules.climb(leaves[at], at, size, way) == root(leaves)
    assert rules.climb(leaf(b"other"), at, size, way) != root(leaves)
    assert rules.climb(leaves[at], at, size, [*way, EMPTY]) is None
    assert not way or rules.climb(leaves[at], at, size, way[:-1]) is None


@given(st.integers(2, 40), st.data())
def test_a_path_of_one_place_proves_no_other(size: int, data: st.DataObject) -> None:
    leaves = [leaf(bytes([number])) for number in range(size)]
    at, other = data.draw(
        st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda p: p[0] != p[1])
    )
    assert rules.climb(leaves[other], at, size, rules.path(leaves, at)) != root(leaves)


def test_a_head_is_its_journal_its_number_and_its_digest() -> None:
    one = rules.head_leaf("a", 1, EMPTY)
    assert (
        len(
            {
                one,
                rules.head_leaf("b", 1, EMPTY),
                rules.head_leaf("a", 2, EMPTY),
                rules.head_leaf("a", 1, b"x" * 32),
            }
        )
        == 4
    )


@pytest.mark.parametrize("name", ["number", "at", "previous", "root", "streams", "key_id"])
def test_every_part_of_a_root_is_signed_and_linked(name: str) -> None:
    signed = {"number": 1, "at": "t", "previous": "p", "root": "r", "streams": 3, "key_id": "k"}
    changed = signed | {name: "another"}
    assert rules.root_statement(signed) != rules.root_statement(changed)
    assert rules.root_link(signed) != rules.root_link(changed)


ACCEPTED = {
    "kind": "statement.accepted",
    "n": 7,
    "data": {"statement": "s", "number": "R-2026-00001", "digest": sha256(b"sealed").hexdigest()},
}


@pytest.mark.parametrize(
    ("told", "statements", "words"),
    [
        ([ACCEPTED], [{"id": "s", "content": "sealed"}], []),
        ([], [], []),
        (
            [ACCEPTED],
            [{"id": "s", "content": "sealed "}],
            ["statement R-2026-00001 was changed: its sealed bytes are not those accepted in entry 7"],
        ),
        ([ACCEPTED], [], ["statement R-2026-00001 was removed: entry 7 tells of its acceptance"]),
        ([], [{"id": "s", "content": "x"}], ["statement s was added: the stream tells of no acceptance"]),
    ],
)
def test_sealed_bytes_of_statements_are_held_against_the_stream(told, statements, words) -> None:
    assert list(statement_faults(told, statements)) == words


def test_marks_of_a_statement_are_no_cells_of_the_journal() -> None:
    seed, cells = b"x" * rules.SEED, ["p:s:1:91"]
    sealed = rules.together(rules.commitments(seed, cells))
    told = [{"n": 1, "kind": "statement.filled", "data": {"cells": sealed}}]
    entry = {"n": 1, "seed": seed.hex(), "opened": cells}
    assert replay([entry], told) == ({}, [])
    assert replay([entry | {"opened": ["p:s:1:92"]}], told)[1] == [
        "entry 1: the cells beside it are not those that were sealed"
    ]


def test_a_cell_that_stands_twice_hides_no_other_that_was_removed() -> None:
    one, other = (f"{uuid4()}:{uuid4()}" for _ in range(2))
    state = {one: f"{one}:1:91", other: f"{other}:2:"}
    assert list(cell_faults(state, [*state.values()], "the sheet")) == []
    assert list(cell_faults(state, [state[one], state[one]], "the sheet")) == [
        f"{cell_name(other)} was removed from the sheet: the stream tells an empty cell (version 2)"
    ]


PAPER = b"%PDF-1.7 a paper"
PRINTED = {
    "kind": "statement.printed",
    "n": 8,
    "data": {
        "statement": "s",
        "number": "R-2026-00001",
        "papers": dict.fromkeys(("kk", "ru"), sha256(PAPER).hexdigest()),
    },
}
WHOLE = b64encode(PAPER).decode()


@pytest.mark.parametrize(
    ("papers", "words"),
    [
        ({"kk": WHOLE, "ru": WHOLE}, []),
        (
            {"kk": WHOLE},
            ["the paper (ru) of statement R-2026-00001 was removed: entry 8 tells of its printing"],
        ),
        (
            {"kk": None, "ru": WHOLE},
            ["the paper (kk) of statement R-2026-00001 was removed: entry 8 tells of its printing"],
        ),
        (
            {"kk": WHOLE, "ru": WHOLE, "en": WHOLE},
            ["the paper (en) of statement R-2026-00001 was added: entry 8 tells of no such paper"],
        ),
    ],
)
def test_papers_of_statements_are_held_against_the_stream(papers, words) -> None:
    assert list(paper_faults([PRINTED], [{"id": "s", "papers": papers}])) == words


@given(st.integers(0, len(PAPER) * 8 - 1))
def test_any_changed_bit_of_a_paper_is_named(bit: int) -> None:
    content = bytearray(PAPER)
    content[bit // 8] ^= 1 << bit % 8
    found = {"kk": WHOLE, "ru": b64encode(bytes(content)).decode()}
    assert list(paper_faults([PRINTED], [{"id": "s", "papers": found}])) == [
        "the paper (ru) of statement R-2026-00001 was changed: its bytes are not those printed in entry 8"
    ]


def test_a_statement_printed_before_papers_were_told_is_no_fault() -> None:
    assert list(paper_faults([ACCEPTED], [{"id": "s", "papers": {"kk": WHOLE}}])) == []


ROW = {"number": 4, "act": "ejournal.statement.issued", "at": "2026-11-01T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("rows", "told", "words"),
    [
        ([ROW], [{"kind": "statement.issued"}], []),
        ([ROW, ROW], [{"kind": "statement.issued"}], []),
        ([], [{"kind": "cells.saved"}, {"kind": "column.published"}, {}], []),
        (
            [ROW],
            [{"kind": "statement.issued"}] * 2,
            ["an audit row was removed: the stream tells statement.issued 2 times, the audit 1 times"],
        ),
        (
            [],
            [{"kind": "appeal.filed"}],
            ["an audit row was removed: the stream tells appeal.filed 1 times, the audit 0 times"],
        ),
    ],
)
def test_what_the_stream_tells_has_its_rows_in_the_audit(rows, told, words) -> None:
    assert list(unwitnessed_faults(rows, told)) == words


@pytest.mark.parametrize(("others", "count"), [([5], 0), ([], 1), (None, 0)])
def test_a_sealed_row_is_here_or_is_about_something_else(others, count) -> None:
    audit = {"key": None, "seals": [], "rows": [], "leaves": [[5, 2, "00"]]}
    if others is not None:
        audit["others"] = others
    found = list(audit_faults(audit, lambda *_: True))
    assert found == ["audit row 5 was removed: seal 2 holds its hash"] * count


def test_an_export_without_a_root_has_no_fault_of_roots() -> None:
    assert root_faults([], set(), keys=(), check=is_signed) == []
