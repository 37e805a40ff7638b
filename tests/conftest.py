"""One whole house for the journeys and the permission matrix: started once, through the supervisor, with the demo academy."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import testing
from dev.layout import Layout


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testing.House]:
    """The house, ready; its log is shown when it does not start."""
    if running := os.environ.get(
        "HOUSE"
    ):  # PORT:STATE_DIR:PID of one that runs, for those who write journeys
        port, place, pid = running.split(":")
        yield testing.House(Layout(int(port), Path(place)), int(pid))
        return
    folder = tmp_path_factory.mktemp("house")
    made = testing.House(testing.free_layout(folder / "state"))
    made.start()
    yield made
    assert made.stop() == 0, made.tail()
