"""`shanyraq check`: check the invariants of a running house and print them with counts; 1 when one is broken."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from chassis import clock
from dev import console
from dev.invariants import (
    chains,
    claims,
    projections,
    quiet,
    ratings,
    revoked,
    sealed,
    versions,
    view,
    writes,
)
from dev.invariants.report import Report, table
from dev.layout import Layout, Refusal, from_environment

CHECKS: Mapping[str, Callable[[view.View], Sequence[Report]]] = {
    "I1 I2": writes.check,
    "I3": lambda seen: [projections.check(seen)],
    "I4": lambda seen: [versions.check(seen)],
    "I5": lambda seen: [versions.check_loans(seen)],
    "I6": lambda seen: [sealed.check(seen)],
    "I7": lambda seen: [ratings.check(seen)],
    "I8": lambda seen: [chains.check(seen)],
    "I9": lambda seen: [revoked.check(seen)],
}


def run(layout: Layout, *, journals: Path | None = None, limit: float = quiet.LIMIT) -> list[Report]:
    """Check a running house.

    Args:
        layout: of the house.
        journals: a folder of clients' journals, which say what they were answered.
        limit: seconds to wait for quiet at most.

    Returns:
        The nine reports; that the house did not become quiet is a breach of I3.
    """
    given = {"keys": view.public_keys(layout), "files": view.papers(layout)}
    return examine(view.addresses(layout), journals=journals, limit=limit, **given)


def examine(
    urls: Mapping[str, str], *, journals: Path | None = None, limit: float = quiet.LIMIT, **given: Any
) -> list[Report]:
    """Check the databases of a house, wherever they are.

    Args:
        urls: by service.
        journals: a folder of clients' journals.
        limit: seconds to wait for quiet at most.
        given: the `keys` and `files` of the view.

    Returns:
        The nine reports.
    """
    restless = quiet.wait(urls, limit=limit)
    told = claims.read(journals) if journals else []
    with view.opened(urls, claims=told, **given) as seen:
        reports = [report for check in CHECKS.values() for report in check(seen)]
    if restless:
        reports[2].breaches.insert(0, f"not quiet after {limit:g} s: {restless}")
    return reports


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0 when every invariant holds, 1 when one is broken, 2 when nothing can be checked.
    """
    parser = argparse.ArgumentParser(prog="shanyraq check", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--journals", type=Path, help="folder of clients' journals (*.jsonl)")
    parser.add_argument("--wait", type=float, default=quiet.LIMIT, help="seconds to wait for quiet at most")
    given = parser.parse_args(arguments)
    try:
        layout = from_environment(os.environ)
        if not (layout.state / "postgres" / "postmaster.pid").exists():
            raise Refusal(f"Nothing runs on {layout.state}. Start it with `make run`.")
    except Refusal as refusal:
        console.say(str(refusal))
        return 2
    began = clock.monotonic()
    reports = run(layout, journals=given.journals, limit=given.wait)
    console.announce(table(reports))
    console.say(f"checked in {clock.monotonic() - began:.1f} s")
    return int(any(one.breaches for one in reports))


if __name__ == "__main__":
    sys.exit(main())
