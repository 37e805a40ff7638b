"""`python -m dev.compose up|secrets|upgrade|rolling|test|down`: the house of containers.

Configured by PORT, COMPOSE_STATE, DEMO, KEYCLOAK, FORGET and SERVICE.
"""

import importlib
import os
import subprocess
import sys

from dev import console
from dev.compose import rolling, secrets
from dev.compose.project import Project
from dev.images.__main__ import DOCKER
from dev.images.engine import Engine
from dev.layout import ROOT, Refusal, from_environment

JOURNEYS = "tests/journeys/test_[1-8]_*.py"


def up(project: Project) -> int:
    """Start it, with the demo academy unless DEMO=0."""
    project.engine.start()
    project.up()
    if project.look:
        project.load_demo()
    console.announce(f"ready {project.layout.url}")
    return 0


def make_secrets(project: Project) -> int:
    """Make the secrets that are missing, and say which."""
    first = secrets.is_new(project.secrets)
    made = secrets.make(project.secrets, project.layout.names)
    console.announce("\n".join(made) if made else f"every secret is there, in {project.secrets}")
    for name in project.layout.names:
        if not first and {f"password/{name}", f"database/{name}"} <= set(made):
            console.say(
                f"PostgreSQL still knows the old password of {name}: give it the one of password/{name} (alter role)"
            )
    return 0


def test(project: Project) -> int:
    """Run journeys 1-8 against it; it stays as it was, running or not."""
    project.engine.start()
    was_running = bool(project.containers())
    try:
        up(project)
        house = f"compose:{project.layout.port}:{project.layout.state}"
        journeys = [str(path) for path in sorted(ROOT.glob(JOURNEYS))]
        command = [sys.executable, "-m", "pytest", "-q", "--durations", "12", *journeys]
        return subprocess.run(command, env={**os.environ, "HOUSE": house}, cwd=ROOT, check=False).returncode
    finally:
        if not was_running:
            down(project)


def renew(project: Project) -> int:
    """Upgrade services to the images their names mean now, one after the other."""
    project.engine.start()
    if not project.containers():
        raise Refusal("The house of containers does not run. Start it with `make compose-up`.")
    project.keycloak = project.keycloak or bool(project.containers("keycloak"))
    for service in os.environ.get("SERVICE", "").replace(",", " ").split() or project.layout.names:
        console.announce(f"{service} upgraded in {rolling.upgrade(project, service):.1f} s")
    return 0


def measure(project: Project) -> int:
    """Upgrade the services while people work, and count who was refused."""
    project.engine.start()
    services = os.environ.get("SERVICE", "").replace(",", " ").split() or project.layout.names
    load = importlib.import_module("dev.compose.load")  # needs what only tests need
    return int(load.measure(project.layout, services))


def down(project: Project) -> int:
    """Stop it, and our own dockerd."""
    if project.engine.is_up() or (DOCKER / "pid").exists():
        project.engine.start()
        project.down(forget=bool(os.environ.get("FORGET")))
        if os.environ.get("FORGET"):
            (project.layout.state / "demo-loaded").unlink(missing_ok=True)
    project.engine.stop()
    return 0


COMMANDS = {
    "up": up,
    "secrets": make_secrets,
    "upgrade": renew,
    "rolling": measure,
    "test": test,
    "down": down,
}


def main(arguments: list[str]) -> int:
    """Run one command; 2 when refused, with the reason on the console."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        console.say(f"usage: python -m dev.compose {'|'.join(COMMANDS)}")
        return 2
    given = {**os.environ, "STATE_DIR": os.environ.get("COMPOSE_STATE") or "var/compose", "ONLY": ""}
    try:
        look = arguments[0] in {"test", "rolling"} or os.environ.get("DEMO", "1") != "0"
        keycloak = os.environ.get("KEYCLOAK", "") not in {"", "0"} or arguments[0] == "down"
        return COMMANDS[arguments[0]](
            Project(from_environment(given), Engine(DOCKER), look=look, keycloak=keycloak)
        )
    except Refusal as refusal:
        console.say(str(refusal))
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
