"""CPU time and memory of the components of a house, from their process trees."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
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

    by_name: Mapping[str, int]

    def all(self, *names: str) -> tuple[int, ...]:
        """Give the roots of the named components, of all when none is named."""
        return tuple(self.by_name[name] for name in names or self.by_name)


def find_roots(ports: Mapping[str, int]) -> Roots:
    """Find the components by the ports they listen on.

    Args:
        ports: by name of the component.

    Returns:
        For each that listens the leader of its process group; others inherit the socket from it.
    """
    names = {port: name for name, port in ports.items()}
    found = {}
    for one in psutil.net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN and one.pid and one.laddr and one.laddr.port in names:
            with suppress(ProcessLookupError):
                found[names[one.laddr.port]] = os.getpgid(one.pid)
    return Roots(found)
