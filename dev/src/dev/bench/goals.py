"""The goals as data, and the table that says which were reached."""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Compare = Callable[[Any, Any], bool]
AT_MOST, AT_LEAST = operator.le, operator.ge

# Measured on this kind of machine before the house was built; source: the design's page on performance.
MOODLE_GRADER_MS = 116.0
MOODLE_MARK_MS = 18.6
MOODLE_BULK_MS = 185.0
MOODLE_LEARNER_MS = 98.0


@dataclass(frozen=True)
class Goal:
    """What is to be reached.

    Attributes:
        number: of the goal, with a letter where it has several parts.
        text: what is measured, and against what.
        limit: the figure.
        unit: printed behind figures.
        compare: how a reached figure must stand to the limit.
    """

    number: str
    text: str
    limit: float
    unit: str = ""
    compare: Compare = AT_MOST

    def met_by(self, value: float) -> bool:
        """Tell whether a figure meets the goal."""
        return self.compare(value, self.limit)

    @property
    def wanted(self) -> str:
        """The limit in words."""
        return f"{'≤' if self.compare is AT_MOST else '≥'} {figure(self.limit)}{self.unit}"


@dataclass(frozen=True)
class Reached:
    """What was measured for one goal; `value` is None when it could not be, and `note` says why."""

    value: float | None
    note: str = ""


GOALS = (
    Goal("P1", "journal page, CPU: a 150th of Moodle's grader report (116 ms)", MOODLE_GRADER_MS / 150, " ms"),
    Goal("P1b", "dearest page without a read model, CPU: a 40th of the same", MOODLE_GRADER_MS / 40, " ms"),
    Goal("P2", "journal JSON, throughput: share of L", 0.75, " L", AT_LEAST),
    Goal("P2b", "journal JSON, p95: times L's", 2, " L"),
    Goal("P3", "one mark, throughput with 8 clients: share of L", 0.6, " L", AT_LEAST),
    Goal("P3b", "one mark, throughput with 32 clients: share of L", 0.6, " L", AT_LEAST),
    Goal("P3c", "one mark, CPU: a 25th of Moodle's (18.6 ms)", MOODLE_MARK_MS / 25, " ms"),
    Goal("P4", "a column of 25 marks, CPU: times one mark's", 1.5, " x"),
    Goal("P4b", "a column of 25 marks: times faster than Moodle's bulk call (185 ms)", 150, " x", AT_LEAST),
    Goal("P5", "a learner's own page, CPU: a 150th of Moodle's (98 ms)", MOODLE_LEARNER_MS / 150, " ms"),
    Goal("P6", "sign-in, CPU: times the bare argon2id (19 MiB, t=2, p=1)", 1.08, " x"),
    Goal("P6b", "other pages while 300 sign in at once, p95: times their quiet p95", 2, " x"),
    Goal("P6c", "of 300 who sign in at once, who do not get in", 0),
    Goal("P6d", "pages refused while 300 sign in at once", 0),
    Goal("P7", "gateway, CPU of a proxied request", 0.03, " ms"),
    Goal("P7b", "gateway, p50 added to the service's own", 0.15, " ms"),
    Goal("P7c", "gateway, CPU of checking a token", 0.03, " ms"),
    Goal("P8", "kept public page, throughput: share of nginx static files", 0.9, "", AT_LEAST),
    Goal("P8b", "errors on public pages while the website is stopped", 0),
    Goal("P11", "memory of the suite without database (PSS)", 460, " MB"),
    Goal("P11b", "ready after a warm start", 10, " s"),
    Goal("P12", "at four times its capacity: good answers, share of the capacity", 0.9, "", AT_LEAST),
    Goal("P12b", "after that, seconds until the p95 is usual again", 5, " s"),
    Goal("P13", "first request after a restart: times the warm p95", 3, " x"),
    Goal("P14", "event in its projection at 20/s, p50", 30, " ms"),
    Goal("P14b", "event in its projection at 20/s, p99", 150, " ms"),
    Goal("P14c", "events caught up after a stop", 1000, "/s", AT_LEAST),
    Goal("G1", "grid of 60 x 60, typing and moving: longest interaction (INP)", 100, " ms"),
    Goal("G2", "grid of 60 x 60, whole-sheet acts: longest interaction (INP)", 200, " ms"),
    Goal("G3", "page of a full grid of 60 x 60, HTML", 400, " KB"),
    Goal("P15a", "grant felt at the gateway and in each service, feeds alone, worst p99", 1000, " ms"),
    Goal("P15b", "withdrawal felt there, feeds alone, worst p99", 1000, " ms"),
    Goal("P15c", "block felt there, feeds alone, worst p99", 1000, " ms"),
    Goal("P15ra", "grant felt there with RabbitMQ, worst p99", 1000, " ms"),
    Goal("P15rb", "withdrawal felt there with RabbitMQ, worst p99", 1000, " ms"),
    Goal("P15rc", "block felt there with RabbitMQ, worst p99", 1000, " ms"),
)  # fmt: skip


def figure(value: float) -> str:
    """Write a figure with three significant digits."""
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def verdict(goal: Goal, reached: Reached | None) -> str:
    """Say whether a goal was met."""
    if reached is None or reached.value is None:
        return "not measured"
    return "met" if goal.met_by(reached.value) else "MISSED"


def table(results: Mapping[str, Reached], goals: Iterable[Goal] = GOALS) -> str:
    """Write the table of goals.

    Args:
        results: by number of the goal.
        goals: in the order of the table.

    Returns:
        Lines: number, what, goal, reached, met or not, note.
    """
    rows = [("#", "what", "goal", "reached", "", "beside it")]
    for goal in goals:
        reached = results.get(goal.number)
        value = reached.value if reached else None
        shown = "-" if value is None else f"{figure(value)}{goal.unit}"
        rows.append(
            (
                goal.number,
                goal.text,
                goal.wanted,
                shown,
                verdict(goal, reached),
                reached.note if reached else "",
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)) for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def missed(results: Mapping[str, Reached], goals: Iterable[Goal] = GOALS) -> list[str]:
    """List the numbers of the goals that were not met; what was not measured was not met."""
    return [goal.number for goal in goals if verdict(goal, results.get(goal.number)) != "met"]
