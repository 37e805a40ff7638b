"""A Docker engine: the one that answers, else one of our own over a folder of ours, stopped by whoever started it."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from dev import bootstrap, console
from dev.layout import Refusal

START_SECONDS = 60.0
STOP_SECONDS = 60.0
BEAT = 0.2
PACKAGES = {"dockerd": "docker.io", "docker-compose": "docker-compose", "mmdebstrap": "mmdebstrap"}


class Engine:
    """Docker's daemon and its command.

    Attributes:
        folder: our own daemon's data, socket, process id and log.
    """

    def __init__(self, folder: Path, *, alone: bool = False) -> None:
        """Take a folder; `alone`, and no daemon is used but our own over it."""
        self.folder = folder
        self._address = self._own if alone else ""
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def _own(self) -> str:
        return f"unix://{self.folder.absolute() / 'docker.sock'}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the commands of Docker need to reach this engine; the classic builder needs nothing from a registry."""
        address = {"DOCKER_HOST": self._address} if self._address else {}
        return {**os.environ, **address, "DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}

    def start(self) -> bool:
        """Use the engine that answers, or start our own.

        Returns:
            Whether it was started now.

        Raises:
            Refusal: none answers, and we may not or cannot start one.
        """
        if self.is_up():
            return False
        self._address = self._own
        if self.is_up():
            return False
        if os.geteuid() != 0:
            raise Refusal(
                "No Docker engine answers. Start it, name it with DOCKER_HOST=, or run this as root to start one here."
            )
        need("dockerd")
        self._launch()
        return True

    def stop(self) -> None:
        """End our own daemon; one that was there before us is left alone."""
        pid = self.folder / "pid"
        if not pid.exists():
            return
        number = int(pid.read_text())
        if not _is_dockerd(number):
            pid.unlink()
            return
        console.say("stopping dockerd")
        os.kill(number, 15)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_dockerd(number):
            if time.monotonic() > deadline:
                raise Refusal(f"dockerd, process {number}, does not end; see {self.folder / 'dockerd.log'}")
            time.sleep(BEAT)
        if self._daemon is not None:
            self._daemon.wait()
            self._daemon = None

    def is_up(self) -> bool:
        """Tell whether the daemon answers."""
        if shutil.which("docker") is None:
            return False
        return self._docker("version", "--format", "{{.Server.Version}}", quiet=True).returncode == 0

    def run(self, *arguments: str, **options: object) -> str:
        """Run `docker …` and give what it printed.

        Raises:
            Refusal: it failed, with the end of its words.
        """
        done = self._docker(*arguments, quiet=True, **options)
        if done.returncode:
            words = (done.stderr or done.stdout or "").strip().splitlines()[-15:]
            raise Refusal(f"docker {arguments[0]} failed:\n" + "\n".join(words))
        return str(done.stdout).strip()

    def _docker(
        self, *arguments: str, quiet: bool = False, **options: object
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            ["docker", *arguments],
            env=self.environment,
            capture_output=quiet,
            text=True,
            check=False,
            **options,
        )

    def _launch(self) -> None:
        console.say(f"starting dockerd over {self.folder}")
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder.absolute()
        command = ["dockerd", "--data-root", str(place / "data"), "--exec-root", str(place / "exec")]
        command += ["--pidfile", str(place / "pid"), "--host", self._address]
        with (self.folder / "dockerd.log").open("ab") as log:
            self._daemon = daemon = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_up():
            if daemon.poll() is not None or time.monotonic() > deadline:
                raise Refusal(f"dockerd did not start:\n{console.tail(self.folder / 'dockerd.log')}")
            time.sleep(BEAT)


def need(*programs: str) -> None:
    """Install the Debian packages of programs that are missing, when we may.

    Raises:
        Refusal: with the command that installs them.
    """
    missing = [PACKAGES[name] for name in programs if shutil.which(name) is None]
    try:
        if missing:
            bootstrap.install_packages(missing)
    except bootstrap.Missing as gap:
        raise Refusal(str(gap)) from gap


def compose() -> list[str]:
    """Give the command of Compose: Debian's docker-compose, else the plugin of Docker's own packages.

    Raises:
        Refusal: there is neither, with the command that installs one.
    """
    if shutil.which("docker-compose") is None and _has_plugin():
        return ["docker", "compose"]
    need("docker-compose")
    return ["docker-compose"]


def _has_plugin() -> bool:
    try:
        return (
            subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


def _is_dockerd(number: int) -> bool:
    try:
        return b"dockerd" in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return False
