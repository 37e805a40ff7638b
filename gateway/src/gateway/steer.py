"""`python -m gateway.steer ejournal=172.18.0.9:8000`: send what is for a service to that address alone, until told otherwise.

An address that is named by the name server a moment longer than it answers costs whoever is sent there. Whoever takes a container away
steers the gateway to another one first; when this command ends, no process of nginx knows the old address any more. Without an address
(`ejournal=`) the service is found by its name again; several, separated by commas, take turns. A gateway that is started again knows
nothing of it.
"""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gateway import nginx
from gateway.__main__ import Wrong, settings

RELIEVED_SECONDS = 30.0
"""An nginx process that is relieved ends within `worker_shutdown_timeout`."""
BEAT = 0.1


def steer(chosen: nginx.Settings, to: Mapping[str, str]) -> None:
    """Have the nginx that runs on these settings take other addresses.

    Args:
        chosen: its settings.
        to: service → the address that serves, or several, comma-separated; empty: the one of the settings.

    Raises:
        Wrong: a service is unknown, the configuration does not hold, or nginx does not take it over.
    """
    if unknown := sorted(set(to) - set(chosen.upstreams)):
        raise Wrong(f"{', '.join(unknown)}: no such service. There are: {', '.join(chosen.upstreams)}.")
    if problem := nginx.rewrite(
        replace(chosen, upstreams={**chosen.upstreams, **{name: at for name, at in to.items() if at}})
    ):
        raise Wrong(problem)
    _relieve(int((chosen.folder / "nginx.pid").read_text()))


def _relieve(master: int) -> None:
    """Have nginx take its configuration over; wait until every process on the old one has ended."""
    before = _children(master)
    os.kill(master, signal.SIGHUP)
    deadline = time.monotonic() + RELIEVED_SECONDS
    while before & _children(master):
        if time.monotonic() > deadline:
            raise Wrong("nginx does not take over its configuration; its log says why")
        time.sleep(BEAT)


def _children(parent: int) -> set[int]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = entry.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == parent and state[0] != "Z":
            found.add(int(entry.parent.name))
    return found


def main(arguments: Sequence[str]) -> int:
    """Steer the gateway of this container.

    Returns:
        0 when nginx has taken it over, 1 with the reason on the console.
    """
    to = {name: address for name, _, address in (one.partition("=") for one in arguments)}
    try:
        steer(settings(os.environ), to)
    except (Wrong, nginx.NginxMissing, OSError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
