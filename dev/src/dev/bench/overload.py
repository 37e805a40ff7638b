"""P12: four times as many requests as the house can answer. What it still answers, and how soon it is itself again."""

from collections.abc import Sequence
from statistics import median

from dev.bench import load
from dev.bench.console import say
from dev.bench.goals import Reached
from dev.bench.reads import get
from dev.bench.stage import Stage

CONNECTIONS, ROUNDS, ROUND_SECONDS = 8, 3, 2
TIMES, CROWD, FLOOD_SECONDS = 4, 1000, 8
USUAL = 1.5
"""The p95 is usual again when it is at most so many times the one before."""
LOOKS = 10


def measure(stage: Stage) -> dict[str, Reached]:
    """Find the capacity of a hot read, ask for four times as much from a thousand browsers, and look how the house comes back."""
    say(f"P12: {TIMES} times the capacity")
    requests = [
        get(stage, f"/journal/api/v1/journals/{desk.journal_id}", desk.token) for desk in stage.desks()
    ]
    usual = [_quiet(stage, requests, ROUND_SECONDS) for _round in range(ROUNDS)]
    capacity, p95 = median(run.per_second for run in usual), median(run.p95 for run in usual)
    if any(run.errors for run in usual):
        raise load.Void("requests are refused without an overload")
    pause = 1000 * CROWD / (TIMES * capacity)
    flood = load.wrk(stage.gateway, requests, connections=CROWD, seconds=FLOOD_SECONDS, pause=pause)
    note = (
        f"capacity {capacity:.0f}/s, then {CROWD} browsers: {flood.good / flood.seconds:.0f}/s good, p95 {flood.p95:.0f} ms, "
        f"{flood.errors} refused"
    )
    back, seen = _back_to(stage, requests, USUAL * p95)
    return {
        "P12": Reached(flood.good / flood.seconds / capacity, note),
        "P12b": Reached(back, f"p95 {p95:.1f} ms before, {', '.join(f'{one:.1f}' for one in seen)} ms after"),
    }


def _quiet(stage: Stage, requests: Sequence[load.Request], seconds: int) -> load.Run:
    return load.wrk(stage.gateway, requests, connections=CONNECTIONS, seconds=seconds)


def _back_to(stage: Stage, requests: Sequence[load.Request], p95: float) -> tuple[float | None, list[float]]:
    """Look every second; give after how many the p95 was usual, and what was seen."""
    seen: list[float] = []
    for second in range(1, LOOKS + 1):
        run = _quiet(stage, requests, 1)
        seen.append(run.p95)
        if not run.errors and run.p95 <= p95:
            return float(second), seen
    return None, seen
