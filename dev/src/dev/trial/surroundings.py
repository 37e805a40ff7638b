"""What a house stands in, and what can become of that: a small disk that fills, a network that is cut, a clock that jumps.

Each needs root; where it cannot be had, the trial goes without it and says so.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dev import bootstrap
from dev.nursery import end_with_parent
from dev.testing import House, until

DISK_BYTES = 1 << 30
FIRST_BITE, LAST_BITE = 1 << 26, 1 << 12
HOUR = 3600
WAIT_SECONDS = 60.0
LAST_SERVICE_PORT = 32767
"""Where the ports end that services may have; the kernel gives out those above to whoever asks."""
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """This machine does not let us; the message says why."""


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Unavailable(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        raise Unavailable(f"{' '.join(command)}: {done.stderr.strip()}")


# --- a disk -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Disk:
    """A small disk in memory."""

    folder: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Fill the disk to the last page, and free it afterwards."""
        ballast = self.folder / "ballast"
        try:
            with ballast.open("wb") as file:
                _fill(file.fileno())
            yield
        finally:
            ballast.unlink(missing_ok=True)


def _fill(file: int) -> None:
    bite, size = FIRST_BITE, 0
    while bite >= LAST_BITE:
        try:
            os.posix_fallocate(file, size, bite)
            size += bite
        except OSError:
            bite //= 2


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mount a small disk on a folder.

    Raises:
        Unavailable: nobody but root may.
    """
    folder.mkdir(parents=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "shanyraq-faults", str(folder))
    try:
        yield Disk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


# --- a network --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wire:
    """A network of two addresses: ours, and one in a namespace of its own.

    Attributes:
        name: of the namespace.
        near: our address.
        far: the other one.
    """

    name: str
    near: str
    far: str

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let this thread open connections and start programs at the far end."""
        with Path("/proc/thread-self/ns/net").open("rb") as home:
            with Path(f"/run/netns/{self.name}").open("rb") as place:
                _enter(place.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())

    def listener(self, port: int) -> socket.socket:
        """Listen at the far end, from here."""
        with self.inside():
            return socket.create_server((self.far, port))

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Let every packet vanish for a while."""
        self._turn("down")
        try:
            yield
        finally:
            self._turn("up")

    @contextmanager
    def deaf(self, caller: Literal["near", "far"]) -> Iterator[None]:
        """Let what one end asks the other vanish for a while, on open connections too; the other end's questions are answered.

        Questions go to ports of services, answers to ports the kernel gives out. What containers of the far end ask and are asked
        is forwarded there.
        """
        chain, side = ("INPUT", "-i") if caller == "near" else ("OUTPUT", "-o")
        rule = (side, "far", "-p", "tcp", "--dport", f"1:{LAST_SERVICE_PORT}", "-j", "DROP")
        for each in (chain, "FORWARD"):
            self._within("iptables", "-w", "-I", each, *rule)
        try:
            yield
        finally:
            for each in (chain, "FORWARD"):
                self._within("iptables", "-w", "-D", each, *rule)

    def _turn(self, way: str) -> None:
        self._within("ip", "link", "set", "far", way)

    def _within(self, *command: str) -> None:
        _run("ip", "netns", "exec", self.name, *command)


def _enter(place: int) -> None:
    if _LIBC.setns(place, _CLONE_NEWNET):
        raise Unavailable(f"cannot enter a namespace: {os.strerror(ctypes.get_errno())}")


@contextmanager
def wire() -> Iterator[Wire]:
    """Lay a wire into a new namespace of the network.

    Raises:
        Unavailable: namespaces, or the filter of packets in them, are not to be had.
    """
    number = os.getpid()
    name, near, net = f"faults-{number}", f"f{number}", f"198.18.{number % 256}"
    _run("ip", "netns", "add", name)
    try:
        _run("ip", "link", "add", near, "type", "veth", "peer", "name", "far", "netns", name)
        _run("ip", "address", "add", f"{net}.1/30", "dev", near)
        _run("ip", "link", "set", near, "up")
        for command in (
            ("address", "add", f"{net}.2/30", "dev", "far"),
            ("link", "set", "far", "up"),
            ("link", "set", "lo", "up"),
        ):
            _run("ip", "netns", "exec", name, "ip", *command)
        _run("ip", "netns", "exec", name, "iptables", "-w", "-L", "-n")
        yield Wire(name, f"{net}.1", f"{net}.2")
    finally:
        with suppress(Unavailable):
            _run("ip", "link", "delete", near)
        _run("ip", "netns", "delete", name)


# --- a clock ----------------------------------------------------------------------------------------------------------


def library_of_time() -> str:
    """Find libfaketime, installed when it is not there.

    Raises:
        Unavailable: it cannot be had.
    """
    if not (found := _libraries()):
        try:
            bootstrap.install_packages(["libfaketime"])
        except bootstrap.Missing as gap:
            raise Unavailable(str(gap)) from gap
        found = _libraries()
    if not found:
        raise Unavailable("libfaketime is not where Debian has it")
    return str(found[0])


def _libraries() -> Sequence[Path]:
    return sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


@dataclass(frozen=True)
class Clock:
    """A clock that jumps."""

    file: Path

    def jump(self, seconds: int) -> None:
        """Set the clock so many seconds off the true time, at once."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n")
        fresh.replace(self.file)


@contextmanager
def jumping(house: House, service: str, library: str) -> Iterator[Clock]:
    """Let a service run with a clock of its own, in the place of the one the supervisor began; afterwards that is back."""
    file = house.layout.state / f"clock-{service}"
    clock = Clock(file)
    clock.jump(0)
    environment = {
        **house.layout.service_environment(service),
        **house.settings,
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    log = house.layout.state / "log" / f"{service}.clock.log"
    with house.killed(service), log.open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "chassis", service, "serve"],
            env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - our threads hold no lock that a child needs
        )  # fmt: skip
        try:
            until(lambda: house.is_up(service), f"{service} is up with a clock of its own", WAIT_SECONDS)
            yield clock
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
