"""GPA, transfer score and rank."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import RULES, number

from ejournal.attestation.rules_rating import (
    Achievement,
    TranscriptRow,
    counting_rows,
    debts,
    gpa,
    may_transfer,
    rank,
)

pytestmark = pytest.mark.unit
P = RULES.parameters


def rows(letters: str, credits: str) -> list[TranscriptRow]:
    pairs = zip(letters.split(), credits.split(), strict=True)
    return [
        TranscriptRow(f"D{n}", letter, RULES.band_of(letter).points, number(weight))
        for n, (letter, weight) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("letters", "credits", "expected"),
    [
        ("A B F", "3 2 3", "2.25"),  # example 11
        ("B+ A- C+ A C- F", "6 5 5 4 5 5", "2.48"),  # example 12
        ("A A A A- A- A-", "5 5 5 5 4 6", "3.84"),  # example 13: a float gives 3.83
    ],
)
def test_clause_7_gpa(letters: str, credits: str, expected: str) -> None:
    assert gpa(rows(letters, credits), P) == number(expected)


def test_clause_7_example_12_from_the_final_marks() -> None:
    finals = [RULES.band(number(mark)).letter for mark in (88, 93, 71, 96, 64)]
    transcript = rows(" ".join([*finals, "F"]), "6 5 5 4 5 5")
    average = gpa(transcript, P)
    assert average == number("2.48")
    assert may_transfer(average, P)
    assert debts(transcript, P) == ["D5"]


def test_latest_attempt_counts_and_letters_without_points_do_not() -> None:
    fx, f, a = (RULES.band_of(letter) for letter in ("FX", "F", "A"))
    transcript = [
        TranscriptRow("law", "FX", fx.points, number(5), 1),
        TranscriptRow("law", "A", a.points, number(5), 2),
        TranscriptRow("drill", "P", number(0), number(3)),
        TranscriptRow("logic", "F", f.points, number(5)),
    ]
    assert gpa(transcript, P) == 2
    assert len(counting_rows(transcript, P)) == 2
    assert gpa([], P) is None
    assert not may_transfer(None, P)
    assert not may_transfer(number("1.99"), P)


def test_clause_7_ties_share_a_rank() -> None:
    people = [
        Achievement("a", number("3.5"), number(30), number(88)),
        Achievement("b", number("3.2"), number(30), number(80)),
        Achievement("c", number("3.2"), number(30), number(80)),
        Achievement("d", number("3.2"), number(30), number(79)),
        Achievement("e", number("3.2"), number(25), number(99)),
    ]
    assert rank(people) == {"a": 1, "b": 2, "c": 2, "d": 4, "e": 5}


transcripts = st.lists(
    st.builds(
        lambda name, band, weight: TranscriptRow(name, band.letter, band.points, Fraction(weight)),
        st.uuids().map(str), st.sampled_from(RULES.scale), st.integers(1, 9),
    ),
    min_size=1, max_size=20,
)  # fmt: skip


@given(transcript=transcripts)
def test_gpa_can_be_recomputed_from_the_transcript(transcript: list[TranscriptRow]) -> None:
    average = gpa(transcript, P)
    assert average is not None
    assert average == gpa(transcript[::-1], P)
    assert 0 <= average <= 4
    exact = sum(r.points * r.credits for r in transcript) / sum(r.credits for r in transcript)
    assert abs(average - exact) <= Fraction(1, 200)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=12))
def test_rank_counts_those_who_are_better(people: list[tuple[int, int]]) -> None:
    given_people = [Achievement(n, Fraction(g), Fraction(c), Fraction(0)) for n, (g, c) in enumerate(people)]
    places = rank(given_people)
    for number_, (g, c) in enumerate(people):
        assert places[number_] == 1 + sum((other > (g, c)) for other in people)
