"""A real Keycloak for tests and for a person to try: `python -m dev.keycloak` (`make keycloak`).

`KEYCLOAK_URL` names one that runs already. Else the archive comes through Maven, once, into Maven's own cache outside the tree; each
server is unpacked into a folder of its own, so that a run leaves nothing behind and two runs do not meet.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from dev import bootstrap, console, ports

VERSION = "26.5.1"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:tar.gz"
ARCHIVE = f"org/keycloak/keycloak-quarkus-dist/{VERSION}/keycloak-quarkus-dist-{VERSION}.tar.gz"
PACKAGES = {"mvn": "maven", "java": "openjdk-17-jre-headless"}
START_SECONDS, STOP_SECONDS = 600.0, 30.0
PORT = 8180
ADMIN = "admin"
# A server that lives for minutes: the quick compiler alone, and no more memory than it was seen to need.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms64m -Xmx512m"


class KeycloakError(Exception):
    """There is no Keycloak; the words say what to do."""


def missing() -> list[str]:
    """List the Debian packages that getting and running Keycloak needs and this machine lacks.

    Returns:
        Their names; none when `KEYCLOAK_URL` names a server, and no maven where the archive lies in its cache.
    """
    if os.environ.get("KEYCLOAK_URL"):
        return []
    wanted = ["java"] if archive().exists() else ["java", "mvn"]
    return [PACKAGES[program] for program in wanted if shutil.which(program) is None]


def gap() -> str | None:
    """Say what is missing and how to get it, or nothing."""
    lacking = missing()
    return (
        f"Keycloak needs: apt-get install -y --no-install-recommends {' '.join(lacking)}" if lacking else None
    )


def archive() -> Path:
    """Give the place of the archive in Maven's cache, whether it is there or not."""
    return Path.home() / ".m2" / "repository" / ARCHIVE


def fetch() -> Path:
    """Get the archive through Maven unless it lies in its cache (160 MB, once), or a server of our own is not wanted.

    Raises:
        KeycloakError: a program is missing and cannot be installed, or Maven could not get it.
    """
    if lacking := missing():
        try:
            bootstrap.install_packages(lacking)
        except bootstrap.Missing as problem:
            raise KeycloakError(str(problem)) from problem
    if not archive().exists() and not os.environ.get("KEYCLOAK_URL"):
        console.say(f"fetching Keycloak {VERSION} (160 MB, once)")
        command = ["mvn", "-q", "-B", "dependency:get", f"-Dartifact={ARTIFACT}", "-Dtransitive=false"]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode or not archive().exists():
            raise KeycloakError(f"{done.stdout[-1500:]}\nMaven could not fetch Keycloak: {' '.join(command)}")
    return archive()


class Keycloak:
    """One server over one folder, in development mode: own ports, own data, our theme.

    Attributes:
        folder: everything of it; a second start on the same folder goes on with the same data.
        port: of HTTP; health answers on the next one.
        password: of the first administrator, who is called `admin`.
    """

    def __init__(self, folder: Path, port: int, *, theme: Path | None = None) -> None:
        self.folder, self.port = folder.absolute(), port
        self.password = self._keep_password()
        self._theme = theme
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address for `KEYCLOAK_URL`: by name, as browsers treat `localhost` as safe and carry Secure cookies there."""
        return f"http://localhost:{self.port}"

    @property
    def home(self) -> Path:
        """Where the distribution is unpacked."""
        return self.folder / f"keycloak-{VERSION}"

    @property
    def log(self) -> Path:
        """What it said."""
        return self.folder / "keycloak.log"

    def start(self) -> None:
        """Start the server and wait until it says that it is ready.

        Raises:
            KeycloakError: it cannot be had, or did not start.
        """
        self._unpack()
        options = [f"--http-port={self.port}", "--http-host=127.0.0.1", "--health-enabled=true"]
        options += [f"--http-management-port={self.port + 1}", "--cache=local", "--log-level=warn"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self.home / "bin" / "kc.sh"), "start-dev", *options],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ready = f"http://127.0.0.1:{self.port + 1}/health/ready"
        deadline = time.monotonic() + START_SECONDS
        while not ports.answers(ready):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise KeycloakError(
                    f"Keycloak did not start on port {self.port}:\n{console.tail(self.log, 25)}"
                )
            time.sleep(0.2)

    def hang(self) -> None:
        """Stop the server in its tracks: its sockets stay open and take connections, nothing answers."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a hung server go on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End the server and whatever it started, by its own process group."""
        if self._process is None:
            return
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _unpack(self) -> None:
        if not self.home.exists():
            with tarfile.open(fetch()) as packed:
                packed.extractall(self.folder, filter="data")
        if self._theme is not None:
            shutil.copytree(self._theme, self.home / "themes" / self._theme.name, dirs_exist_ok=True)

    def _keep_password(self) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = self.folder / "admin-password"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(24))
        return kept.read_text()

    def _environment(self) -> dict[str, str]:
        ours = {
            "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": self.password,
            "JAVA_OPTS": JAVA,
        }
        return {
            key: value for key, value in os.environ.items() if not key.startswith(("KC_", "JAVA_"))
        } | ours


def try_folder() -> Path:
    """Give the folder of the server a person tries: outside the tree, kept between runs."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "shanyraq" / "keycloak"


def theme() -> Path:
    """Build the sign-in theme from the design's tokens into a temporary folder, and give it."""
    from auth.keycloak import theme as made

    place = Path(tempfile.mkdtemp(prefix="shanyraq-theme-"))
    subprocess.run([sys.executable, "-m", "design.build"], stdout=sys.stderr, check=True)
    return made.write(place)


def environment(server: Keycloak) -> dict[str, str]:
    """Tell a house how to use a server: what `make run` is given, secrets as files."""
    files = {"KEYCLOAK_CLIENT_SECRET": "client-secret", "KEYCLOAK_ACCOUNTS_SECRET": "accounts-secret"}
    for name in files.values():
        kept = server.folder / name
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(32))
    return {
        "IDENTITY": "keycloak",
        "KEYCLOAK_URL": server.url,
        "KEYCLOAK_ADMIN": ADMIN,
        "KEYCLOAK_ADMIN_PASSWORD_FILE": str(server.folder / "admin-password"),
        **{f"{name}_FILE": str(server.folder / file) for name, file in files.items()},
    }


def main() -> int:
    """Run a Keycloak until Ctrl-C, and say how to start the house with it."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    port = int(os.environ.get("KEYCLOAK_PORT") or PORT)
    try:
        with Keycloak(try_folder(), port, theme=theme()) as server:
            given = " \\\n  ".join(f"{name}={value}" for name, value in environment(server).items())
            console.announce(f"Keycloak {VERSION} on {server.url}, data in {server.folder}; Ctrl-C stops it")
            console.announce(
                f"administration: {server.url}/admin/ as {ADMIN}, password in {server.folder}/admin-password"
            )
            console.announce(f"the house with it, in another terminal:\n  {given} \\\n  make run")
            stopping.wait()
    except KeycloakError as problem:
        console.say(str(problem))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
