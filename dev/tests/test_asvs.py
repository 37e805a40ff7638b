"""The tables of docs/security are whole, and what they name is there."""

from dataclasses import replace

import pytest

from dev.asvs import Entry, faults, levels, pages, read, render_asvs, render_threats, wanted

pytestmark = pytest.mark.unit
GOOD = Entry("9.1.1", "signed", "met", "RS256", ("dev/tests/test_asvs.py::test_a_good_entry_has_no_fault",))


def test_a_good_entry_has_no_fault() -> None:
    assert list(faults([GOOD], ["9.1.1"])) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (replace(GOOD, tests=("dev/tests/test_asvs.py::test_nothing",)), "there is no test"),
        (
            replace(GOOD, tests=("dev/tests/test_none.py::test_a_good_entry_has_no_fault",)),
            "there is no test",
        ),
        (replace(GOOD, tests=()), "no test and no document"),
        (replace(GOOD, tests=(), see=("docs/none.md",)), "is not there"),
        (replace(GOOD, state="nearly"), "is no state"),
        (replace(GOOD, state="open", how=" "), "does not say how"),
    ],
)
def test_a_claim_without_its_proof_is_a_fault(entry: Entry, said: str) -> None:
    [fault] = faults([entry], ["9.1.1"])
    assert said in fault


def test_a_table_answers_for_each_requirement_once_and_for_no_other() -> None:
    found = list(faults([GOOD, GOOD, replace(GOOD, number="1.1.1")], ["9.1.1", "9.1.2"]))
    assert found == [
        "9.1.2 is missing",
        "1.1.1 is no requirement we answer for",
        "9.1.1 stands there 2 times",
    ]


def test_the_standard_has_as_many_requirements_in_these_chapters_as_we_count() -> None:
    """ASVS 5.0.0: chapters 6 to 9 have 47, 19, 13 and 7 requirements."""
    by_chapter = [sum(number.startswith(f"{chapter}.") for number in levels()) for chapter in "6789"]
    assert by_chapter == [47, 19, 13, 7]
    assert len(wanted()) == 72


def test_the_tables_are_whole_and_the_pages_true() -> None:
    for page, (text, found) in pages().items():
        assert found == []
        assert page.read_text(encoding="utf-8") == text


def test_a_page_shows_every_entry_with_its_result() -> None:
    open_ = Entry("6.3.3", "a second factor", "open", "not yet")
    shown = render_asvs([GOOD, open_])
    assert "2 requirements: 1 met, 0 not applicable, 1 not met." in shown
    assert "| 6.3.3 | 2 | a second factor | not yet |  | **not met** |" in shown
    for entry in read("threats"):
        assert f"| {entry.asks} |" in render_threats([entry])
