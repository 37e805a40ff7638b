"""All checks and tests, and what they need: `python -m dev.test [pytest arguments]`."""

import os
import shutil
import subprocess
import sys

from dev import bootstrap, check, chromium, console, keycloak, rabbit
from dev.layout import ROOT

# A worker for each core; what shares a house or a broker stays with one worker (see `lane` in conftest.py).
EVERYTHING = (
    "-n",
    str(min(4, os.cpu_count() or 1)),
    "--dist",
    "loadgroup",
    "--no-loadscope-reorder",
    "--durations",
    "15",
)


def missing_packages() -> list[str]:
    """List the Debian packages of the servers and tools that tests drive and this machine lacks."""
    servers = [] if rabbit.missing() is None else ["rabbitmq-server"]
    filters = [] if shutil.which("iptables", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") else ["iptables"]
    return [*servers, *filters, *keycloak.missing()]


def prepare() -> None:
    """Install a browser and a broker when we may, and build the design.

    What cannot be installed is named with its command; the tests that need it are left out, and the run then fails
    unless ALLOW_MISSING=1.
    """
    for packages in (missing_packages(), [] if chromium.is_there(chromium.SHELL) else [chromium.SHELL]):
        _install(packages)
    if chromium.program() is None:  # a Debian without the shell
        _install([chromium.WHOLE])
    try:
        keycloak.fetch()
    except keycloak.KeycloakError as gap:
        console.say(str(gap))
    subprocess.run([sys.executable, "-m", "design.build"], stdout=sys.stderr, check=True)


def _install(packages: list[str]) -> None:
    if packages:
        try:
            bootstrap.install_packages(packages)
        except bootstrap.Missing as gap:
            console.say(str(gap))


def main(arguments: list[str]) -> None:
    """Hold the quick loop's checks, then become pytest; with arguments pytest alone."""
    os.chdir(ROOT)
    prepare()
    if not arguments and check.main([name for name in check.commands() if name != "unit"]):
        sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-q", *(arguments or EVERYTHING)])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
