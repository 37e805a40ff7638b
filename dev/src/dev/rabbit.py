"""A private RabbitMQ node of Debian's package: own name, ports, folders and name server; for tests and `make run AMQP=1`."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from dev import ports

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
CONTROL = PROGRAM.with_name("rabbitmqctl")
INSTALL = "apt-get install -y --no-install-recommends rabbitmq-server"
START_SECONDS, CONTROL_SECONDS, PORTS_SECONDS = 120.0, 120.0, 5.0
DISK, MEMORY = "50MB", "256MB"
# Limits no machine keeps: more disk left than there is, less memory used than the node needs.
ALARMING = {
    "disk": ("set_disk_free_limit", "1000000GB"),
    "memory": ("set_vm_memory_high_watermark", "absolute", "1MB"),
}
AT_EASE = {
    "disk": ("set_disk_free_limit", DISK),
    "memory": ("set_vm_memory_high_watermark", "absolute", MEMORY),
}
CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{port}
loopback_users.guest = true
disk_free_limit.absolute = {disk}
vm_memory_high_watermark.absolute = {memory}
log.console = false
log.file.level = warning
"""


class RabbitError(Exception):
    """The node cannot be started; the message is for the operator."""


def missing() -> str | None:
    """Say what is missing and how to get it, or nothing."""
    return None if PROGRAM.exists() else f"RabbitMQ is missing: {INSTALL}"


class Rabbit:
    """One node over one folder. Its process group ends with `stop` or `kill`; the folder stays, so that it starts again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder.absolute(), port
        self.name = f"shanyraq-{secrets.token_hex(4)}@localhost"
        self._names: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address for `AMQP_URL`."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"

    @property
    def pid(self) -> int:
        """The node's first process; 0 when it does not run."""
        return self._node.pid if self._node else 0

    def start(self) -> None:
        """Start the node and wait until it speaks AMQP.

        Raises:
            RabbitError: not installed, its ports are taken, or it did not start.
        """
        if (words := missing()) is not None:
            raise RabbitError(words)
        for name in ("home", "mnesia", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._write("rabbitmq.conf", CONFIG.format(port=self.port, disk=DISK, memory=MEMORY))
        self._write("enabled_plugins", "[].")
        if self._names is None:
            self._await_free_ports()
            self._names = self._spawn("epmd", "-port", str(self.port + 1), "-address", "127.0.0.1")
        self._node = self._spawn(str(PROGRAM))
        self._wait_ready()

    def _await_free_ports(self) -> None:
        """Wait for what a node just stopped still holds; anybody else's node would be mistaken for ours."""
        deadline = time.monotonic() + PORTS_SECONDS
        while taken := [port for port in range(self.port, self.port + 3) if not ports.is_free(port)]:
            if time.monotonic() > deadline:
                raise RabbitError(f"port {', '.join(map(str, taken))} is taken by another program")
            time.sleep(0.1)

    def kill(self) -> None:
        """End the node at once, as a crash would."""
        self._end(self._node, signal.SIGKILL)
        self._node = None

    def lose_disk(self) -> None:
        """Forget everything the node kept: queues, messages, exchanges, users. It must not run."""
        shutil.rmtree(self.folder / "mnesia")

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl on the node.

        Returns:
            What it printed.

        Raises:
            RabbitError: it failed.
        """
        done = subprocess.run(
            [str(CONTROL), "-q", "-n", self.name, *arguments],
            env=self._environment(), cwd=self.folder, capture_output=True, text=True, check=False,
            timeout=CONTROL_SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise RabbitError(f"rabbitmqctl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    @contextmanager
    def alarmed(self, what: Literal["disk", "memory"]) -> Iterator[None]:
        """Let the node find too little disk or memory for a while: it then takes nothing from publishers."""
        self.control(*ALARMING[what])
        try:
            yield
        finally:
            self.control(*AT_EASE[what])

    def stop(self) -> None:
        """End the node and its name server."""
        self._end(self._node, signal.SIGTERM)
        self._end(self._names, signal.SIGKILL)
        self._node = self._names = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self.stop()

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        place = self.folder
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(place / "home"),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self.port + 1),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.port + 2),
            "RABBITMQ_CONF_ENV_FILE": str(place / "none"),
            "RABBITMQ_CONFIG_FILE": str(place / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(place / "mnesia"),
            "RABBITMQ_LOG_BASE": str(place / "log"),
            "RABBITMQ_PID_FILE": str(place / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "output.log").open("ab") as output:
            return subprocess.Popen(
                command,
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._speaks():
            if self._node is None or self._node.poll() is not None or time.monotonic() > deadline:
                tail = (self.folder / "output.log").read_text("utf-8", errors="replace")[-2000:]
                raise RabbitError(f"RabbitMQ did not start on port {self.port}:\n{tail}")
            time.sleep(0.1)

    def _speaks(self) -> bool:
        """Whether the node answers a wrong protocol header with the right one, as AMQP 0-9-1 demands."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.sendall(b"AMQP\x00\x00\x00\x00")
                return probe.recv(4) == b"AMQP"
        except OSError:
            return False

    @staticmethod
    def _end(process: subprocess.Popen[bytes] | None, kind: signal.Signals) -> None:
        if process is None or process.poll() is not None:
            return
        os.killpg(process.pid, kind)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def remove(folder: Path) -> None:
    """Remove a node's folder; the node must be stopped."""
    shutil.rmtree(folder, ignore_errors=True)
