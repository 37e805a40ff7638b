"""A private RabbitMQ node of Debian's package: own name, ports, folders and name server; for tests and `make run AMQP=1`."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
INSTALL = "apt-get install -y --no-install-recommends rabbitmq-server"
START_SECONDS = 60.0
CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{port}
loopback_users.guest = true
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 256MB
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
            RabbitError: not installed, or it did not start.
        """
        if (words := missing()) is not None:
            raise RabbitError(words)
        for name in ("home", "mnesia", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._write("rabbitmq.conf", CONFIG.format(port=self.port))
        self._write("enabled_plugins", "[].")
        if self._names is None:
            self._names = self._spawn("epmd", "-port", str(self.port + 1), "-address", "127.0.0.1")
        self._node = self._spawn(str(PROGRAM))
        self._wait_ready()

    def kill(self) -> None:
        """End the node at once, as a crash would."""
        self._end(self._node, signal.SIGKILL)
        self._node = None

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
