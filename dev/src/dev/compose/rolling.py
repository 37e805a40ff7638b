"""Rolling upgrade of a service of the house of containers: another container serves while its own are made anew.

A container of the new image is begun beside the one that runs, under the same name on the networks; the gateway's name server gives both
addresses. Then docker-compose makes the service's own containers anew: what the old one no longer takes, the gateway sends to the other.
In the end the one beside goes. When it does not become healthy it is removed, and nothing has happened.

A container's address vanishes with it, a moment before the gateway hears of that. Whoever is sent there meanwhile waits two seconds,
and some are told then to ask again (504, nothing was saved): a list of addresses that has changed stops nginx's own second try.
"""

import json
import time
from contextlib import suppress

from dev import console
from dev.compose.project import NAME, Project
from dev.layout import Refusal

HEALTHY_SECONDS = 120.0
KNOWN_SECONDS = 3.0
"""The gateway asks for addresses every second; Docker's name server needs a moment more."""
BEAT = 0.3


def upgrade(project: Project, service: str) -> float:
    """Upgrade web and worker of a service to the image its name means now.

    Args:
        project: that runs.
        service: its name.

    Returns:
        The seconds it took.

    Raises:
        Refusal: it is unknown or does not run, cannot be migrated, or its new container does not become healthy; the old one goes on.
    """
    if service not in project.layout.names:
        raise Refusal(f"SERVICE={service}: no such service. There are: {', '.join(project.layout.names)}.")
    began, beside = time.monotonic(), f"{NAME}_{service}_beside"
    _remove(project, beside)
    _do(
        project,
        f"{service} cannot be migrated; the old one goes on",
        "run",
        "--rm",
        "--no-deps",
        f"{service}-migrate",
    )
    try:
        start = ("run", "-d", "--no-deps", "--use-aliases", "--name", beside, service)
        _do(project, f"the new {service} cannot be started; the old one goes on", *start)
        _wait(project, beside, f"The new {service} did not become healthy; the old one goes on")
        time.sleep(KNOWN_SECONDS)
        anew = ("up", "-d", "--no-deps", "--force-recreate", service)
        _do(project, f"{service} cannot be made anew; {beside} serves in its place", *anew)
        _wait(project, project.container(service), f"{service} did not become healthy")
        time.sleep(KNOWN_SECONDS)
    finally:
        _remove(project, beside)
    _do(project, f"the worker of {service} cannot be made anew", *anew[:-1], f"{service}-worker")
    return time.monotonic() - began


def _do(project: Project, problem: str, *arguments: str) -> None:
    if project.compose(*arguments):
        raise Refusal(f"{problem}:\n{project.words()}")


def _remove(project: Project, container: str) -> None:
    """Let a container end as it likes to, then take it away; there may be none."""
    with suppress(Refusal):
        project.engine.run("stop", "--time", "30", container)
        project.engine.run("rm", "--force", container)


def _wait(project: Project, container: str, problem: str) -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS
    while (state := _state(project, container)) != "healthy":
        if state in {"exited", "dead"} or time.monotonic() > deadline:
            raise Refusal(f"{problem}; its state is {state}.")
        time.sleep(BEAT)
    console.say(f"{container} is healthy")


def _state(project: Project, container: str) -> str:
    found = json.loads(project.engine.run("inspect", "--format", "{{json .State}}", container))
    return str(found["Health"]["Status"] if found["Status"] == "running" else found["Status"])
