"""The commands behind the Makefile: `python -m dev run|upgrade|reset|psql|window`, configured by environment variables."""

import importlib.util
import os
import subprocess
import sys

from dev import console, layout, state, upgrade
from dev.supervisor import Supervisor, gateway_settings, psql
from gateway import nginx


def run(place: layout.Layout) -> int:
    """Build the design, then run the house until Ctrl-C."""
    state.check_version(place.state)
    _build_design()
    Supervisor(place).run()
    return 0


def _build_design() -> None:
    if importlib.util.find_spec("design.build") is not None:
        subprocess.run([sys.executable, "-m", "design.build"], stdout=sys.stderr, check=True)


def renew(place: layout.Layout) -> int:
    """Build the design, then have the running house take over the code of today, part by part."""
    _build_design()
    parts = os.environ.get("SERVICE", "").replace(",", " ").split()
    console.announce(upgrade.ask(place, parts, back=bool(os.environ.get("BACK"))))
    return 0


def configure(place: layout.Layout) -> int:
    """Write the configuration of the gateway that runs; the supervisor tells it to take it over."""
    if problem := nginx.rewrite(gateway_settings(place)):
        raise layout.Refusal(problem)
    return 0


def reset(place: layout.Layout) -> int:
    """Forget the state folder."""
    console.say(
        f"forgot {place.state}" if state.forget(place.state) else f"nothing to forget in {place.state}"
    )
    return 0


def ask(place: layout.Layout) -> int:
    """Ask a service's database as its owner."""
    return psql(place, os.environ.get("DB", ""), os.environ.get("SQL", ""))


def demo(place: layout.Layout) -> int:
    """Load the demo academy into the running house."""
    if state.check_version(place.state) or not (place.state / "postgres" / "postmaster.pid").exists():
        raise layout.Refusal(f"Nothing runs on {place.state}. Start it with `make run`.")
    command = [sys.executable, "-m", "dev.demo"]
    return subprocess.run(command, env=place.environment_of_all(), cwd=layout.ROOT, check=False).returncode


def window(place: layout.Layout) -> int:
    """Announce planned work on the status page, or with WITHDRAW= take it back; it counts whether anything runs or not."""
    return _status(place, "announce")


def windows(place: layout.Layout) -> int:
    """List the planned work that lies ahead."""
    return _status(place, "list")


def _status(place: layout.Layout, command: str) -> int:
    if state.check_version(place.state):
        raise layout.Refusal(f"There is no house on {place.state}. Start it with `make run`.")
    environment = place.prober_environment()
    return subprocess.run(
        [sys.executable, "-m", "gateway.status", command], env=environment, check=False
    ).returncode


COMMANDS = {
    "run": run,
    "upgrade": renew,
    "configure": configure,
    "reset": reset,
    "psql": ask,
    "demo": demo,
    "window": window,
    "windows": windows,
}


def main(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: its name.

    Returns:
        The exit code: 2 when refused, with the reason on the console.
    """
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        console.say(f"usage: python -m dev {'|'.join(COMMANDS)}")
        return 2
    try:
        return COMMANDS[arguments[0]](layout.from_environment(os.environ))
    except layout.Refusal as refusal:
        console.say(str(refusal))
        return 2
    except subprocess.CalledProcessError as error:
        console.say(f"failed: {error}")
        return error.returncode or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
