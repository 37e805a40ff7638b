"""Short trials of a whole house: twenty teachers at once, one kind of damage after the other, upgrades under load; the checker has the last word."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dev.bench.stage import Stage
from dev.invariants.report import table
from dev.trial import concurrency, rolling, run
from dev.trial.damage import Site, faults

pytestmark = [pytest.mark.crash, pytest.mark.timeout(900)]

ONE_OF_EACH_KIND = {
    "ejournal killed",
    "worker of library killed",
    "gateway killed",
    "PostgreSQL killed",
    "auth frozen",
    "peers cut off by the proxy",
}


@pytest.fixture(scope="module")
def place() -> Iterator[Site]:
    with run.site(everything=False) as made:
        yield made


def test_twenty_teachers_at_once_lose_no_mark_and_double_none(
    place: Site, tell: Callable[[str], None]
) -> None:
    verdict = concurrency.many(Stage(place.house), 20, 5, enough=1)
    said = "\n".join([*concurrency.rows(verdict), table(verdict.reports)])
    assert verdict.holds, said
    tally = verdict.tally
    assert min(tally.acknowledged.total(), tally.conflicts, tally.replays) > 0, said
    tell(f"20 teachers: {tally.acknowledged.total()} saved, {tally.conflicts} conflicts, 0 lost, 0 doubled")


def test_killed_frozen_and_cut_off_the_house_loses_nothing(place: Site, tell: Callable[[str], None]) -> None:
    every = faults(place)
    chosen = [one for one in every if one.name in ONE_OF_EACH_KIND]
    assert {one.name for one in chosen} == ONE_OF_EACH_KIND
    outcome = run.trial(place, chosen, until_=0, people=(6, 2, 1))
    said = "\n".join([*run.rows(outcome), table(outcome.reports)])
    assert outcome.holds, said
    assert min(outcome.disordered, outcome.tally.refusals.total(), outcome.tally.acknowledged.total()) > 0, (
        said
    )
    tell(f"{outcome.kills} kills: {outcome.tally.acknowledged.total()} acknowledged, 0 lost, 0 doubled")


def test_services_are_upgraded_under_load_and_nobody_is_refused(
    place: Site, tell: Callable[[str], None]
) -> None:
    outcome, rows = rolling.roll(place, ["ejournal", "gateway"], people=(6, 2, 1))
    said = "\n".join([*rows, table(outcome.reports)])
    assert outcome.holds, said
    assert outcome.tally.refusals.total() == 0, said
    assert outcome.times == {"ejournal upgraded": 1, "ejournal on a later schema": 1, "gateway upgraded": 1}
    assert min(outcome.tally.acknowledged[name] for name in outcome.times) > 0, said
    tell(f"upgraded under load: {outcome.tally.acknowledged.total()} acknowledged, 0 refused")
