"""The state folder: its version, its lock, its generated secrets."""

import fcntl
import hashlib
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chassis.sealing_key import private_key, public_pem
from dev.layout import Layout, Refusal

VERSION = 1
STAMP = "STATE_VERSION"


def check_version(state: Path) -> bool:
    """Refuse a folder that another version wrote, or that is not ours at all.

    Args:
        state: the folder, which need not exist.

    Returns:
        True when the state is new.

    Raises:
        Refusal: saying what the folder is and what to do.
    """
    if state.exists() and not state.is_dir():
        raise Refusal(f"{state} is not a folder. Choose another with STATE_DIR=.")
    if not state.is_dir() or not any(state.iterdir()):
        return True
    stamp = state / STAMP
    found = stamp.read_text().strip() if stamp.exists() else None
    if found is None:
        raise Refusal(
            f"{state} is not empty and not a state folder of ours (no {STAMP}). Choose another with STATE_DIR=."
        )
    if not found.isdigit() or int(found) != VERSION:
        age = "an older" if found.isdigit() and int(found) < VERSION else "a newer or unknown"
        raise Refusal(
            f"{state} was written by {age} version (state {found}, this one is {VERSION}). "
            "Run that version, choose another folder with STATE_DIR=, or forget it with `make reset`."
        )
    return False


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the folder for this process alone.

    Args:
        state: the folder; it is made and stamped when new.

    Yields:
        Nothing; the folder is ours meanwhile.

    Raises:
        Refusal: when another supervisor runs on it.
    """
    check_version(state)
    state.mkdir(parents=True, exist_ok=True)
    (state / STAMP).write_text(f"{VERSION}\n")
    with (state / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refusal(
                f"{state} is in use by another `make run`. Stop it, or choose another STATE_DIR=."
            ) from error
        yield


def is_in_use(state: Path) -> bool:
    """Tell whether a supervisor runs on the folder."""
    try:
        with (state / "lock").open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _write(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(value)


def sealing_key() -> str:
    """Make the private key with which a service seals its audit, as PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def keep(path: Path, value: str) -> str:
    """Write a secret unless it is there.

    Args:
        path: its file.
        value: what it becomes when it is new.

    Returns:
        What is there now.
    """
    if not path.exists():
        _write(path, value)
    return path.read_text()


def prepare(layout: Layout) -> None:
    """Make folders, and once the passwords and keys that services and databases share.

    Each service seals its audit with a key of its own; the public half lies in its folder, for the inspector.

    Args:
        layout: of the run.
    """
    for name in ("log", "gateway", "upgrade", *layout.names):
        (layout.state / name).mkdir(parents=True, exist_ok=True)
    clients = []
    for name in layout.names:
        keep(layout.secret("password", name), secrets.token_urlsafe(24))
        keep(layout.secret("key", name), secrets.token_urlsafe(48))
        client = keep(layout.secret("client", name), secrets.token_urlsafe(32))
        seal = keep(layout.secret("audit", name), sealing_key())
        (layout.state / name / "audit-public.pem").write_text(public_pem(private_key(seal)))
        clients.append(f"{name}={hashlib.sha256(client.encode()).hexdigest()}")
        url = f"postgresql+psycopg://{name}:{password(layout, name)}@127.0.0.1:{layout.postgres_port}/{name}"
        _write(layout.secret("database", name), url)
    _write(layout.secret("clients"), ",".join(clients))


def password(layout: Layout, name: str) -> str:
    """Read the password of a service's database role.

    Args:
        layout: of the run.
        name: of the service.

    Returns:
        The password.
    """
    return layout.secret("password", name).read_text()


def forget(state: Path) -> bool:
    """Remove the folder, unless someone runs on it.

    Args:
        state: the folder.

    Returns:
        False when there was nothing to forget.

    Raises:
        Refusal: when the folder is in use or not ours.
    """
    if not state.exists():
        return False
    if any(state.iterdir()) and not (state / STAMP).exists():
        raise Refusal(f"{state} is not a state folder of ours (no {STAMP}); it was left alone.")
    with (state / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refusal(f"{state} is in use by `make run`. Stop it first.") from error
        shutil.rmtree(state)
    return True
