"""People at work in the house of containers while its services are upgraded."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from chassis.service import load as load_service
from chassis.settings import Settings
from dev import console
from dev.bench.stage import Stage
from dev.compose import rolling
from dev.compose.house import ComposeHouse
from dev.layout import Layout
from dev.trial.client import Client, Moment, work
from dev.trial.people import Room
from dev.trial.rolling import PEOPLE, Rolling
from dev.trial.run import NOTHING, Outcome

CALM_SECONDS = 2.0


class ComposeStage(Stage):
    """What a load needs of the house of containers: its databases answer at other addresses here than inside."""

    house: ComposeHouse

    def settings(self, service: str) -> Settings:
        """Read the settings of a service as a program of this machine needs them."""
        declared, _create = load_service(service)
        found: Settings = declared.settings.load(service, {**os.environ, **self._environment})
        return found

    @property
    def _environment(self) -> dict[str, str]:
        return self.house.project.demo_environment()


def measure(layout: Layout, services: Sequence[str]) -> int:
    """Upgrade services under load and print the table.

    Returns:
        1 when anybody was refused or surprised.
    """
    house = ComposeHouse(layout)
    house.open_windows()
    upgrades = Rolling()
    with tempfile.TemporaryDirectory(prefix="rolling-") as name:
        moment = Moment()
        moment.name = NOTHING
        room = Room(ComposeStage(house), moment, Path(name))
        clients: list[Client] = [
            *room.teachers(PEOPLE[0]),
            *room.librarians(PEOPLE[1]),
            *room.clerks(PEOPLE[2]),
            *upgrades.seat(room),
        ]

        def upgrade() -> None:
            for service in services:
                time.sleep(CALM_SECONDS)
                moment.name = f"{service} upgraded"
                upgrades.seconds[moment.name] = rolling.upgrade(house.project, service)
                moment.name = NOTHING

        tally, _seconds = work(clients, moment, upgrade)
    console.announce("\n".join(upgrades.rows(Outcome(tally, (), 0))))
    return int(tally.refusals.total() > 0 or bool(tally.surprises))
