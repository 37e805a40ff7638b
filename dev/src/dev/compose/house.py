"""The house of containers for tests that end services: what `dev.testing.House` does with process groups, done with containers."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx

from dev.compose.project import Project
from dev.images.__main__ import DOCKER
from dev.images.engine import Engine
from dev.layout import Layout
from dev.testing import House, until

BAD_GATEWAY = 502


class ComposeHouse(House):
    """A running house of containers; whoever tests it has started it with its look (`make compose-test`)."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        engine = Engine(DOCKER)
        engine.start()
        self.project = Project(layout, engine, look=True)

    def kill(self, service: str) -> None:
        """End web and worker of a service at once, as a crash would."""
        self.project.engine.run("kill", *self._containers(service))

    @contextlib.contextmanager
    def killed(self, service: str) -> Iterator[None]:
        """End a service as a crash would; Docker does not start again what was killed by hand.

        Yields:
            Nothing; the service is gone. Afterwards it is started again, and we wait until it is ready.
        """
        try:
            self.kill(service)
            until(lambda: not self.is_up(service), f"{service} is gone")
            # Until Docker's name server has forgotten the address, the gateway waits for it and says 504 instead.
            page = f"{self.url}{self.layout.routes.prefix(service)}/edit/"
            until(
                lambda: httpx.get(page).status_code == BAD_GATEWAY,
                f"the gateway knows that {service} is gone",
            )
            yield
        finally:
            self.project.engine.run("start", *self._containers(service))
            until(lambda: self.is_up(service), f"{service} is back", 120)

    def _containers(self, service: str) -> list[str]:
        return [self.project.container(service), self.project.container(f"{service}-worker")]


def running(place: str) -> ComposeHouse:
    """Take a running house of containers by `PORT:STATE_DIR`."""
    port, _, state = place.partition(":")
    return ComposeHouse(Layout(int(port), Path(state)))
