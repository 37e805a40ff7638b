"""`make rolling`: people work while each part of a house is upgraded in turn, and then begun again on the schema of a later release.

Nobody may be refused, not once: a refusal after which the same is asked again counts as failed here. Then the checker says what stands.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial

from dev import console, upgrade
from dev.bench.stage import Stage
from dev.invariants.report import table
from dev.trial.client import Answer, Client, Effects, Seat
from dev.trial.damage import Fault, Site
from dev.trial.later import later_schema
from dev.trial.people import Room
from dev.trial.run import Outcome, site, trial

PEOPLE = (10, 4, 2)
PAGES = {
    "admin": ("/auth/people",),
    "registrar": ("/portal/",),
    "teacher": ("/journal/", "/portal/"),
    "librarian": ("/library/",),
    "editor": ("/website/edit/", "/kk/"),
}
"""Who opens what."""


class Reader(Client):
    """Opens pages of every service, one after the other.

    Attributes:
        pages: answered, by what was going on.
    """

    kind = "page"

    def __init__(self, seat: Seat, paths: Sequence[str]) -> None:
        super().__init__(seat)
        self._paths = paths
        self.pages = Counter[str]()

    def turn(self) -> None:
        """Open a page."""
        moment, path = self.seat.moment.name, self.chance.choice(self._paths)
        answer = self._until_answered("", "GET", path, None)
        self.refused = ""
        if answer is None:
            self.tally.unanswered += 1
        elif answer.status >= 400:
            self.tally.surprises.append(f"{self.name}: {path} was answered {answer.status}")
        self.pages[moment] += 1

    def told(self, answer: Answer) -> Effects:
        """Nothing is done by reading."""
        raise NotImplementedError


class Rolling:
    """The upgrades of a trial, and how long each took.

    Attributes:
        seconds: by name.
        readers: who open pages meanwhile.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.readers: list[Reader] = []

    def seat(self, room: Room) -> Sequence[Client]:
        """Seat somebody for the pages of every service."""
        seats = room.seats("reader", [room.person(login) for login in PAGES])
        self.readers = [Reader(seat, paths) for seat, paths in zip(seats, PAGES.values(), strict=True)]
        return self.readers

    def forward(self, part: str) -> Fault:
        """Upgrade a part."""
        name = f"{part} upgraded"
        return Fault(name, partial(self._upgrade, name=name, part=part), kill=False)

    def back(self, service: str) -> Fault:
        """Bring the schema of a later release under the service that runs, then begin the service of today on it."""
        name = f"{service} on a later schema"

        def act(place: Site) -> None:
            with later_schema(Stage(place.house), service):
                self._upgrade(place, name=name, part=service, back=True)

        return Fault(name, act, kill=False)

    def _upgrade(self, place: Site, *, name: str, part: str, back: bool = False) -> None:
        began = time.monotonic()
        upgrade.ask(place.house.layout, [part], back=back)
        self.seconds[name] = time.monotonic() - began

    def rows(self, outcome: Outcome) -> list[str]:
        """Write the table."""
        tally, pages = outcome.tally, Counter[str]()
        for reader in self.readers:
            pages.update(reader.pages)
        lines = [f"{'part':28}{'seconds':>9}{'writes':>9}{'pages':>8}{'failed':>8}{'longest answer':>16}"]
        lines += [
            f"{name:28}{self.seconds[name]:>9.1f}{tally.acknowledged[name]:>9,}{pages[name]:>8,}"
            f"{tally.refusals[name]:>8,}{tally.longest.get(name, 0.0):>14.2f} s"
            for name in self.seconds
        ]
        lines.append(
            f"{'all, calm between too':28}{sum(self.seconds.values()):>9.1f}{tally.acknowledged.total():>9,}{pages.total():>8,}"
            f"{tally.refusals.total():>8,}{max(tally.longest.values(), default=0.0):>14.2f} s"
        )
        return [
            *lines,
            f"{tally.unanswered} never answered; {len(tally.surprises)} surprises",
            *tally.surprises[:5],
        ]


def roll(place: Site, parts: Sequence[str], *, people: tuple[int, int, int]) -> tuple[Outcome, list[str]]:
    """Upgrade the parts of a house under load, and each service once more on a later schema; then check.

    Returns:
        What it came to, and the table of it.
    """
    rolling = Rolling()
    services = [part for part in parts if part in place.house.layout.services]
    chosen = [*map(rolling.forward, parts), *map(rolling.back, services)]
    outcome = trial(place, chosen, until_=0, people=people, more=rolling.seat)
    return outcome, rolling.rows(outcome)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial.

    Returns:
        1 when anybody was refused, or something was lost, doubled or broken.
    """
    parser = argparse.ArgumentParser(prog="dev.trial.rolling", description=(__doc__ or "").partition("\n")[0])
    parser.parse_args(arguments)
    with site(everything=False) as place:
        outcome, rows = roll(place, (*place.house.layout.services, upgrade.GATEWAY), people=PEOPLE)
    console.announce("\n".join([*rows, "", table(outcome.reports)]))
    return int(not outcome.holds or outcome.tally.refusals.total() > 0)


if __name__ == "__main__":
    sys.exit(main())
