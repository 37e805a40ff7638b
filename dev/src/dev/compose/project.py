"""One project of `docker-compose.yml`: its ports, its state folder and docker-compose on it."""

import os
import subprocess
import sys
import time
from pathlib import Path

from dev import console, ports
from dev.compose import secrets
from dev.images.engine import Engine, compose
from dev.images.plan import extras, images
from dev.layout import ROOT, Layout, Refusal

FILES = ("docker-compose.yml", "deploy/compose/look.yml")
NAME = "shanyraq"


class Project:
    """The house of containers of one layout.

    Attributes:
        layout: its port and state folder; with a look the services and PostgreSQL answer where those of `make run` do.
        look: publish the databases and services too, on 127.0.0.1, for the demo academy and the journeys.
        keycloak: run Keycloak too, and have it say who people are.
    """

    def __init__(self, layout: Layout, engine: Engine, *, look: bool, keycloak: bool = False) -> None:
        self.layout, self.engine, self.look, self.keycloak = layout, engine, look, keycloak

    @property
    def secrets(self) -> Path:
        """The folder of its secrets; the same names as those of `make run`."""
        return self.layout.state / "secrets"

    @property
    def environment(self) -> dict[str, str]:
        """What the variables of the compose files stand for."""
        given = {
            "COMPOSE_PROJECT_NAME": NAME,
            "PORT": str(self.layout.port),
            "PUBLIC_URL": self.layout.url,
            "SECRETS_DIR": str(self.secrets),
            "POSTGRES_PORT": str(self.layout.postgres_port),
        }
        given |= {f"{name.upper()}_PORT": str(self.layout.service_port(name)) for name in self.layout.names}
        if self.keycloak:
            given |= {"IDENTITY": "keycloak", "COMPOSE_PROFILES": "keycloak"}
        return {**self.engine.environment, **given}

    def up(self) -> None:
        """Start everything and wait until the gateway answers.

        Raises:
            Refusal: a secret or an image is missing, a port is taken, or something does not start: with the lines that say why.
        """
        if secrets.is_new(self.secrets):
            secrets.make(self.secrets, self.layout.names)
        self.check()
        started = time.monotonic()
        if self.compose("up", "-d", "--remove-orphans"):
            raise Refusal(f"The house of containers did not start; the last lines of each:\n{self.words()}")
        while not ports.answers(f"{self.layout.url}/_gw/status") and not ports.answers(self.layout.url):
            if time.monotonic() - started > 300:
                raise Refusal(f"{self.layout.url} does not answer:\n{self.words()}")
            time.sleep(0.5)
        console.say(f"all answer after {time.monotonic() - started:.1f} s")

    def check(self) -> None:
        """Refuse to start on missing secrets, images or ports.

        Raises:
            Refusal: naming all of one kind.
        """
        if gone := secrets.missing(self.secrets, self.layout.names):
            raise Refusal(
                f"Secrets are missing or empty in {self.secrets}: {', '.join(gone)}. Put them back as they were, for what was made "
                "with them opens with nothing else; or have new ones made: `make compose-secrets`, then `make compose-up`."
            )
        if not self.containers():
            wanted = self.layout.ports if self.look else (self.layout.port,)
            ports.check(wanted)
        wanted_images = [*images(), *(extras() if self.keycloak else [])]
        if lacking := [one for one in wanted_images if not self.engine.run("images", "-q", one.tag)]:
            tags, names = (", ".join(one.tag for one in lacking)), " ".join(one.name for one in lacking)
            raise Refusal(f'Images are missing: {tags}. Build them with `make images IMAGES="{names}"`.')

    def down(self, *, forget: bool = False) -> None:
        """Stop and remove the containers; the volumes only when their data shall be forgotten."""
        self.compose("down", "--remove-orphans", *(["--volumes"] if forget else []))

    def containers(self, service: str = "") -> list[str]:
        """List the ids of its running containers, or of those of one service."""
        return self._listed(*([f"service={service}"] if service else []))

    def container(self, service: str) -> str:
        """Give the id of the container of a service of the compose file, running or not."""
        return self._listed(f"service={service}", "oneoff=False", ended=True)[0]

    def besides(self, service: str) -> list[str]:
        """List the ids of containers of a service that were begun beside its own, running or not."""
        return self._listed(f"service={service}", "oneoff=True", ended=True)

    def _listed(self, *marks: str, ended: bool = False) -> list[str]:
        """List the ids of containers that bear the marks docker-compose gives them; those that have ended too when asked."""
        labels = [f"label=com.docker.compose.{mark}" for mark in (f"project={NAME}", *marks)]
        filters = [part for label in labels for part in ("--filter", label)]
        return self.engine.run("ps", "-aq" if ended else "-q", *filters).split()

    def words(self) -> str:
        """Read the last lines of every container that is not well."""
        command = [*self._command(), "logs", "--no-color", "--tail", "4"]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout[-4000:]

    def load_demo(self) -> None:
        """Load the demo academy, once.

        Raises:
            Refusal: it could not be loaded.
        """
        done = self.layout.state / "demo-loaded"
        if done.exists():
            return
        console.say("loading the demo academy (first start)")
        if subprocess.run(
            [sys.executable, "-m", "dev.demo"], env=self.demo_environment(), cwd=ROOT, check=False
        ).returncode:
            raise Refusal("The demo academy could not be loaded; see the lines above.")
        done.touch()

    def demo_environment(self) -> dict[str, str]:
        """Compute what a program of this machine needs to work on every service's database."""
        found = {**os.environ, "PUBLIC_URL": self.layout.url, "STATE_DIR": str(self.layout.state)}
        for name in self.layout.names:
            inside = (self.secrets / "database" / name).read_text("utf-8")
            outside = inside.replace(secrets.DATABASE, f"127.0.0.1:{self.layout.postgres_port}")
            found |= {f"{name.upper()}_DATABASE_URL": outside}
            for kind in ("key", "client", "audit"):
                setting = {"key": "SECRET_KEY", "client": "CLIENT_SECRET", "audit": "AUDIT_KEY"}[kind]
                found[f"{name.upper()}_{setting}_FILE"] = str(self.secrets / kind / name)
        return found | {"AUTH_CLIENTS_FILE": str(self.secrets / "clients")}

    def _command(self) -> list[str]:
        files = FILES if self.look else FILES[:1]
        return [*compose(), *(part for file in files for part in ("-f", file))]

    def compose(self, *arguments: str) -> int:
        """Run docker-compose on it; give its exit code."""
        return subprocess.run(
            [*self._command(), *arguments], env=self.environment, cwd=ROOT, stdout=sys.stderr, check=False
        ).returncode
