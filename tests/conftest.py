"""One whole house for the journeys and the permission matrix: started once, through the supervisor, with the demo academy."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import testing
from dev.compose import house as containers
from dev.layout import Layout

BY_THE_CALENDAR = "КИБ-23-1"  # the group whose journals stay in the windows of the calendar


def house_that_runs(told: str) -> testing.House:
    """Take a house by PORT:STATE_DIR:PID of its supervisor, or compose:PORT:STATE_DIR for one of containers."""
    if told.startswith("compose:"):
        return containers.running(told.removeprefix("compose:"))
    port, place, pid = told.split(":")
    return testing.House(Layout(int(port), Path(place)), int(pid))


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testing.House]:
    """The house, ready; its log is shown when it does not start."""
    if running := os.environ.get("HOUSE"):  # one that runs, for those who write journeys
        made = house_that_runs(running)
        made.open_windows(but=BY_THE_CALENDAR)
        yield made
        return
    folder = tmp_path_factory.mktemp("house")
    made = testing.House(testing.free_layout(folder / "state"))
    made.start()
    made.open_windows(but=BY_THE_CALENDAR)
    yield made
    assert made.stop() == 0, made.tail()
