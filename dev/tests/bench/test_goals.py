"""The table of goals."""

import pytest

from dev.bench.goals import AT_LEAST, GOALS, Goal, Reached, figure, missed, table, verdict

pytestmark = pytest.mark.unit
MOST, LEAST = Goal("A", "cost", 0.5, " ms"), Goal("B", "share", 0.9, "", AT_LEAST)


@pytest.mark.parametrize(
    ("goal", "reached", "said"),
    [
        (MOST, Reached(0.5), "met"),
        (MOST, Reached(0.51), "MISSED"),
        (LEAST, Reached(0.9), "met"),
        (LEAST, Reached(0.89), "MISSED"),
        (LEAST, Reached(None, "wrk is missing"), "not measured"),
        (MOST, None, "not measured"),
    ],
)
def test_verdict(goal: Goal, reached: Reached | None, said: str) -> None:
    assert verdict(goal, reached) == said


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0333333, "0.0333"), (1.5, "1.5"), (460, "460"), (1234.5, "1234"), (0, "0"), (3.0, "3")],
)
def test_figure(value: float, shown: str) -> None:
    assert figure(value) == shown


def test_table_has_goal_reached_and_verdict() -> None:
    lines = table({"A": Reached(0.25, "8/s"), "B": Reached(0.5)}, [MOST, LEAST]).splitlines()
    assert lines[1].split() == ["A", "cost", "≤", "0.5", "ms", "0.25", "ms", "met", "8/s"]
    assert lines[2].split() == ["B", "share", "≥", "0.9", "0.5", "MISSED"]


def test_what_was_not_measured_counts_as_missed() -> None:
    assert missed({"A": Reached(0.25)}, [MOST, LEAST]) == ["B"]


def test_goals_have_numbers_of_their_own() -> None:
    numbers = [goal.number for goal in GOALS]
    assert len(numbers) == len(set(numbers))
    assert {"P1", "P2", "P3", "P4", "P5", "P7", "P8", "P11", "P13", "P14"} <= set(numbers)
