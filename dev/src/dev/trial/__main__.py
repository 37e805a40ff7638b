"""`make faults`: three kinds of people work while a house is killed, frozen, cut and cheated; then the checker says what stands.

First the services read each other's feeds, through a proxy that repeats and displaces events all the time; then RabbitMQ carries
them. Every client keeps a journal on disk of what it asked and was answered, and asks again with the same key until there is an answer.
"""

import argparse
import sys
import time
from collections.abc import Sequence

from dev import console
from dev.invariants.report import table
from dev.trial.damage import Site, faults
from dev.trial.run import Outcome, carry_by_broker, rows, site, trial

MINUTES, SHORT_MINUTES = 17.0, 5.0
CHECK_SECONDS = 40.0
"""Kept for the checker at the end of each half."""
PEOPLE = (12, 4, 2)


def half(place: Site, seconds: float, *, broker: bool = False) -> Outcome:
    """Damage the house until the time is nearly over, check it, and print its tables."""
    end = time.monotonic() + seconds - CHECK_SECONDS
    outcome = trial(place, faults(place, broker=broker), until_=end, people=PEOPLE)
    carrier = "RabbitMQ" if broker else "feeds"
    console.announce("\n".join([f"\nevents by {carrier}", *rows(outcome), "", table(outcome.reports)]))
    return outcome


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial.

    Returns:
        1 when something was lost, doubled or broken.
    """
    parser = argparse.ArgumentParser(prog="dev.trial", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--minutes", type=float, default=MINUTES, help="for everything, starts and checks too"
    )
    parser.add_argument("--short", action="store_true", help=f"{SHORT_MINUTES:g} minutes")
    given = parser.parse_args(arguments)
    end = time.monotonic() + 60 * (SHORT_MINUTES if given.short else given.minutes)
    with site(everything=True) as place:
        left = end - time.monotonic()
        outcome = half(place, left / 2 if place.broker else left)
        if place.broker:
            carry_by_broker(place)
            outcome = outcome.plus(half(place, end - time.monotonic(), broker=True))
            console.announce("\n".join(["\nall", *rows(outcome)]))
    return int(not outcome.holds)


if __name__ == "__main__":
    sys.exit(main())
