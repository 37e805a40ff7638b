"""The library's own house of containers (`deploy/compose/library.yml`), with a Docker engine of its own: a machine beside the academy's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from dev import ports, state
from dev.compose import secrets
from dev.images.build import FOLDER
from dev.images.engine import Engine, compose
from dev.images.plan import images
from dev.layout import ROOT, Layout, Refusal
from dev.testing import House, until

NAME, SERVICE = "department", "library"
FILES = ("deploy/compose/library.yml", "deploy/compose/library-look.yml")
IMAGES = (SERVICE, "gateway", "postgres")
SHARED = ("password", "key", "client", "audit")
READY_SECONDS = 240.0


class Department(House):
    """The library in containers, where otherwise a supervisor would run it.

    Attributes:
        engine: the Docker engine of its machine.
    """

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self.engine = Engine(layout.state / "docker", alone=True)

    def start(self) -> None:
        """Start the engine, load the images `make images` has left, start the containers, and wait until the gateway answers.

        Raises:
            AssertionError: the gateway does not answer in time.
            Refusal: an image was not built, or a container does not start.
        """
        self._keep_secrets()
        self.engine.start()
        for image in images():
            if image.name in IMAGES:
                self._load(FOLDER / f"{image.name}.tar")
        if self._compose("up", "-d"):
            raise Refusal(f"The department's containers did not start:\n{self.tail()}")
        gateway = f"http://{self.layout.bind}:{self.layout.port}/status"
        until(lambda: ports.answers(gateway), "the department's gateway", READY_SECONDS)

    def stop(self) -> int:
        """Stop containers and engine, and forget what they kept."""
        if self.engine.is_up():
            self._compose("down", "--volumes")
        self.engine.stop()
        shutil.rmtree(self.engine.folder, ignore_errors=True)
        return 0

    def tail(self, lines: int = 30) -> str:
        """Read the end of what the containers said."""
        command = [*self._command, "logs", "--no-color", "--tail", str(lines)]
        return subprocess.run(
            command, env=self._environment, cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout[-4000:]

    def _keep_secrets(self) -> None:
        """Give the containers the secrets a house of this layout has; they find their database at another address."""
        state.prepare(self.layout)
        for kind in SHARED:
            given = self.layout.client_secret if kind == "client" else None
            value = (given or self.layout.secret(kind, SERVICE)).read_text("utf-8")
            state.keep(self._secrets / kind / SERVICE, value)
        secrets.make(self._secrets, [SERVICE])

    @property
    def _secrets(self) -> Path:
        return self.layout.state / "containers"

    def _load(self, file: Path) -> None:
        if not file.exists():
            raise Refusal(f"{file} is missing: `make images` builds it.")
        self.engine.run("load", "-q", "-i", str(file))

    @property
    def _environment(self) -> dict[str, str]:
        layout = self.layout
        given = {
            "COMPOSE_PROJECT_NAME": NAME,
            "BIND": layout.bind,
            "PORT": str(layout.port),
            "LIBRARY_PORT": str(urlsplit(layout.address(SERVICE)).port),
            "POSTGRES_PORT": str(layout.postgres_port),
            "PUBLIC_URL": layout.url,
            "PEERS": ",".join(f"{name}={address}" for name, address in layout.elsewhere.items()),
            "JWKS_URL": layout.jwks_url,
            "SECRETS_DIR": str(self._secrets),
        }
        return {**self.engine.environment, **given}

    @property
    def _command(self) -> list[str]:
        return [*compose(), *(part for file in FILES for part in ("-f", file))]

    def _compose(self, *arguments: str) -> int:
        return subprocess.run(
            [*self._command, *arguments], env=self._environment, cwd=ROOT, stdout=sys.stderr, check=False
        ).returncode


def in_containers() -> bool:
    """Tell whether the trial of two machines shall have its department in containers (DEPARTMENT=containers)."""
    return os.environ.get("DEPARTMENT") == "containers"
