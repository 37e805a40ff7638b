"""CPU time and memory of the components of a house, from their process trees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psutil

GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)


def tree(pid: int) -> list[psutil.Process]:
    """List a process and all that descend from it; empty when it is gone."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except GONE:
        return []


def seconds(pids: Iterable[int]) -> float:
    """Sum the CPU time of process trees, children that have ended included.

    Args:
        pids: roots of the trees.

    Returns:
        Seconds, growing over the life of each root.
    """
    total = 0.0
    for process in (one for pid in pids for one in tree(pid)):
        try:
            times = process.cpu_times()
        except GONE:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def proportional_memory(pids: Iterable[int]) -> float:
    """Sum the memory of process trees, shared pages counted once (PSS), in MB of a million bytes."""
    total = 0
    for process in (one for pid in pids for one in tree(pid)):
        try:
            total += process.memory_full_info().pss
        except GONE:
            continue
    return total / 1e6


@dataclass(frozen=True)
class Roots:
    """The roots of a house's process trees, by component."""

    by_name: Mapping[str, tuple[int, ...]]

    def all(self, *names: str) -> tuple[int, ...]:
        """Give the roots of the named components, of all when none is named."""
        return tuple(pid for name in names or self.by_name for pid in self.by_name[name])


def find_roots(supervisor: int, ports: Mapping[str, int]) -> Roots:
    """Find the components among the children of a supervisor.

    Args:
        supervisor: its process.
        ports: port of each service.

    Returns:
        Roots of `postgres`, `gateway` and each service.
    """
    found: dict[str, tuple[int, ...]] = {}
    for child in psutil.Process(supervisor).children():
        try:
            name = _name(child, ports)
        except GONE:
            continue
        found[name] = (*found.get(name, ()), child.pid)
    return Roots(found)


def _name(child: psutil.Process, ports: Mapping[str, int]) -> str:
    command = child.cmdline()
    for name in ports:
        if command[-3:-1] == ["chassis", name]:
            return name
    program = command[0] if command else child.name()
    for part, name in (("nginx", "gateway"), ("postgres", "postgres")):
        if part in program:
            return name
    return "other"
