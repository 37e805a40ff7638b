"""`make bench`: start a house, measure, print the table. STRICT=1 (or --strict) fails when a goal is missed, FULL=1 takes longer."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from sqlalchemy.exc import SQLAlchemyError

from dev.bench import edge, effect, events, grid, load, overload, reads, sign_in, standing, writes
from dev.bench.console import say
from dev.bench.goals import Reached, missed, table
from dev.bench.stage import Stage
from dev.layout import Layout
from dev.testing import House, free_layout

Part = Callable[[Stage], dict[str, Reached]]


def parts(*, full: bool) -> dict[str, Part]:
    """Give what is measured, in its order, by name."""
    return {
        "memory": standing.memory,
        "reads": reads.measure,
        "writes": writes.measure,
        "sign-in": sign_in.measure,
        "edge": lambda stage: edge.measure(stage, full=full),
        "events": events.measure,
        "effect": effect.measure,
        "grid": grid.measure,
        "overload": overload.measure,
        "first": standing.first_request,
        "start": standing.warm_start,
    }


@contextmanager
def running_house() -> Iterator[House]:
    """Give a house of its own on free ports, or the running one that HOUSE=port:state names."""
    if given := os.environ.get("HOUSE"):
        port, _colon, place = given.partition(":")
        running = House(Layout(int(port), Path(place)))
        running.open_windows()
        yield running
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder).chmod(0o755)
        house = House(free_layout(Path(folder, "state")))
        say("starting a house with the demo academy")
        house.start()
        house.open_windows()
        try:
            yield house
        finally:
            house.stop()


def measure(stage: Stage, chosen: dict[str, Part]) -> dict[str, Reached]:
    """Measure part after part; one that cannot be measured is said and does not stop the others."""
    results: dict[str, Reached] = {}
    for name, part in chosen.items():
        try:
            results |= part(stage)
        except (
            load.Void,
            AssertionError,
            LookupError,
            OSError,
            psutil.Error,
            SQLAlchemyError,
            psycopg.Error,
        ) as reason:
            say(f"{name} is void: {type(reason).__name__} {reason}")
    return results


def main(arguments: list[str]) -> int:
    """Run the benchmark.

    Args:
        arguments: of the command line.

    Returns:
        1 when `--strict` and a goal was missed or not measured, 2 when nothing can be measured, else 0.
    """
    every = parts(full=bool(os.environ.get("FULL")))
    parser = argparse.ArgumentParser(prog="dev.bench", description="Measure the goals of speed and size.")
    parser.add_argument("--strict", action="store_true", default=bool(os.environ.get("STRICT")))
    parser.add_argument("--only", nargs="+", choices=every, default=list(every))
    given = parser.parse_args(arguments)
    if (words := load.missing()) is not None:
        say(words)
        return 2
    with running_house() as house:
        results = measure(Stage(house), {name: every[name] for name in given.only})
    print(table(results))
    return int(given.strict and bool(missed(results)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
