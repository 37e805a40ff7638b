"""Rolling upgrade of a service of the house of containers: another container serves while its own are made anew.

The gateway is steered to the address of the container that runs (`gateway.steer`). One of the new image is begun beside it, under the same
name on the networks, so that peers find it; once it is healthy the gateway is steered there. Only when no process of nginx knows the old
address any more does docker-compose make the service's own containers anew. The gateway is steered to those, the one beside goes, and
the service is found by its name again. When the one beside does not become healthy it is removed, and nothing has happened.

A container has its name a moment before its address answers, and its address is gone a moment before its name: whoever is sent there
meanwhile waits in vain.
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
PORT = 8000
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
    began, left = time.monotonic(), project.besides(service)
    migrations = ("run", "--rm", "--no-deps", f"{service}-migrate")
    _do(project, f"{service} cannot be migrated; the old one goes on", *migrations)
    _steer(project, service, *(left or [project.container(service)]))
    beside = _begin(project, service)
    _remove(project, *left)
    anew = ("up", "-d", "--no-deps", "--force-recreate")
    _do(project, f"{service} cannot be made anew; {beside} serves in its place", *anew, service)
    own = project.container(service)
    _wait(project, own, f"{service} did not become healthy; {beside} serves in its place")
    _steer(project, service, own)
    _remove(project, beside)
    _steer(project, service, own, f"{service}:{PORT}")
    time.sleep(KNOWN_SECONDS)
    _steer(project, service)
    _do(project, f"the worker of {service} cannot be made anew", *anew, f"{service}-worker")
    return time.monotonic() - began


def _begin(project: Project, service: str) -> str:
    """Begin a container beside the one that runs, and have everybody sent there; give its name."""
    beside = f"{NAME}_{service}_beside_{time.time_ns() // 1_000_000}"
    start = ("run", "-d", "--no-deps", "--use-aliases", "--name", beside, service)
    try:
        _do(project, f"the new {service} cannot be started; the old one goes on", *start)
        _wait(project, beside, f"The new {service} did not become healthy; the old one goes on")
        _steer(project, service, beside)
    except Refusal:
        _steer(project, service)
        _remove(project, beside)
        raise
    return beside


def _steer(project: Project, service: str, *places: str) -> None:
    """Have the gateway send what is for a service to these places alone; none: to its name. Then nobody is sent anywhere else.

    Args:
        project: of the gateway.
        service: the name of the service.
        places: containers, or addresses with a port.
    """
    there = [place if ":" in place else f"{_address(project, place)}:{PORT}" for place in places]
    command = ("python3", "-m", "gateway.steer", f"{service}={','.join(there)}")
    project.engine.run("exec", project.container("gateway"), *command)
    console.say(f"the gateway sends people of {service} to {' and '.join(places) or 'its name'}")


def _address(project: Project, container: str) -> str:
    """Give the address at which the gateway reaches a container."""
    found = json.loads(
        project.engine.run("inspect", "--format", "{{json .NetworkSettings.Networks}}", container)
    )
    return str(found[f"{NAME}_services"]["IPAddress"])


def _do(project: Project, problem: str, *arguments: str) -> None:
    if project.compose(*arguments):
        raise Refusal(f"{problem}:\n{project.words()}")


def _remove(project: Project, *containers: str) -> None:
    """Let containers end as they like to, then take them away; there may be none."""
    for container in containers:
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
