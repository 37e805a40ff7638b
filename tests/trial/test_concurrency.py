"""Twenty teachers at once on a house of their own: the checker and the offline verifier have the last word."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dev.bench.stage import Stage
from dev.invariants.report import table
from dev.testing import House, free_layout
from dev.trial import concurrency

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    house = House(free_layout(tmp_path_factory.mktemp("trial") / "state"))
    house.start()
    house.open_windows()
    yield Stage(house)
    assert house.stop() == 0, house.tail()


def test_twenty_teachers_at_once_lose_no_mark_and_double_none(
    stage: Stage, tell: Callable[[str], None]
) -> None:
    verdict = concurrency.many(stage, 20, 5)
    said = "\n".join([*concurrency.rows(verdict), table(verdict.reports)])
    assert verdict.holds, said
    tally = verdict.tally
    assert min(tally.acknowledged.total(), tally.conflicts, tally.replays) > 0, said
    tell(f"20 teachers: {tally.acknowledged.total()} saved, {tally.conflicts} conflicts, 0 lost, 0 doubled")
