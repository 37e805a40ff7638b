"""The secrets of the house of containers, as files: made once, kept, and named when one is missing."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chassis import contracts, permissions
from chassis.broker import EXCHANGE, prefix
from chassis.sealing_key import private_key, public_pem
from chassis.service import load
from dev.state import keep, sealing_key

SALT = 4
KEYCLOAK = tuple(f"keycloak/{name}" for name in ("admin", "client", "accounts", "database"))
DATABASE, BROKER = "postgres:5432", "rabbitmq:5672"


def make(folder: Path, names: Iterable[str]) -> list[str]:
    """Make every secret that is not there yet, or empty; those that are there stay.

    A password that stands in another file too is taken from there, and what is computed from one made anew is computed anew.

    Args:
        folder: for its owner alone; inside it files are readable, because a container reads them as a user of its own.
        names: of the services.

    Returns:
        Which were made, by their places in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    made = _Secrets(folder)
    for place in ("postgres", *KEYCLOAK):
        made.keep(place, secrets.token_urlsafe(32))
    clients, users = [], {}
    for name in names:
        password = made.keep(f"password/{name}", made.password_in(f"database/{name}"))
        made.keep(f"database/{name}", f"postgresql+psycopg://{name}:{password}@{DATABASE}/{name}")
        made.keep(f"key/{name}", secrets.token_urlsafe(48))
        client = made.keep(f"client/{name}", secrets.token_urlsafe(32))
        clients.append(f"{name}={hashlib.sha256(client.encode()).hexdigest()}")
        seal = made.keep(f"audit/{name}", sealing_key())
        made.keep(f"audit-public/{name}", public_pem(private_key(seal)), anew=f"audit/{name}" in made.new)
        users[name] = made.keep(f"broker/{name}", made.password_in(f"amqp/{name}"))
        made.keep(
            f"amqp/{name}", f"amqp://{name}:{users[name]}@{BROKER}/%2F", anew=f"broker/{name}" in made.new
        )
    made.keep("clients", ",".join(clients), anew=any(one.startswith("client/") for one in made.new))
    anew = any(one.startswith("broker/") for one in made.new)
    made.keep("definitions", json.dumps(definitions(users), indent=1), anew=anew)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)
    return made.new


class _Secrets:
    """The files of a folder.

    Attributes:
        new: those written now.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.new: list[str] = []

    def keep(self, place: str, value: str, *, anew: bool = False) -> str:
        """Write a secret unless it is there; give what is there now."""
        path = self.folder / place
        if anew or not _is_there(path):
            path.unlink(missing_ok=True)
            self.new.append(place)
        return keep(path, value)

    def password_in(self, place: str) -> str:
        """Give the password in an address that is there, else a new one."""
        path = self.folder / place
        found = urlsplit(path.read_text("utf-8")).password if _is_there(path) else None
        return found or secrets.token_urlsafe(24)


def is_new(folder: Path) -> bool:
    """Tell whether no secret was ever made here."""
    return not any(path.is_file() for path in folder.rglob("*"))


def missing(folder: Path, names: Iterable[str]) -> list[str]:
    """Name the secrets that are missing or empty."""
    kinds = ("password", "database", "key", "client", "audit", "amqp")
    wanted = [
        "postgres",
        "clients",
        "definitions",
        *KEYCLOAK,
        *(f"{kind}/{name}" for kind in kinds for name in names),
    ]
    return [one for one in wanted if not _is_there(folder / one)]


def _is_there(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def definitions(passwords: Mapping[str, str]) -> dict[str, Any]:
    """Say who may do what in RabbitMQ: each service has its own queue, publishes its own feeds, and reads those it consumes.

    Args:
        passwords: service → its password at the broker.
    """
    own = {name: f"^(shanyraq\\.events|shanyraq\\.{name})$" for name in passwords}
    return {
        "users": [
            {
                "name": name,
                "password_hash": password_hash(given),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "",
            }
            for name, given in passwords.items()
        ],
        "vhosts": [{"name": "/"}],
        "permissions": [
            {"user": name, "vhost": "/", "configure": may, "write": may, "read": may}
            for name, may in own.items()
        ],
        "topic_permissions": [
            {
                "user": name,
                "vhost": "/",
                "exchange": EXCHANGE,
                "write": f"^{name}\\.",
                "read": reads(feeds_of(name)),
            }
            for name in passwords
        ],
        "exchanges": [
            {
                "name": EXCHANGE,
                "vhost": "/",
                "type": "topic",
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
        ],
    }


def feeds_of(name: str) -> list[str]:
    """Give the feeds a service follows."""
    service, _create = load(name)
    declared = contracts.consumes(service.root / service.consumes) if service.consumes else {}
    own = [permissions.FEED] if permissions.FEED not in service.feeds else []
    return sorted({*declared, *own})


def reads(feeds: Iterable[str]) -> str:
    """Write the pattern of routing keys that belong to some feeds; without any, one that nothing fits."""
    parts = "|".join(prefix(feed).replace(".", "\\.") for feed in feeds)
    return f"^({parts})\\." if parts else "^$"


def password_hash(password: str, salt: bytes | None = None) -> str:
    """Hash a password as RabbitMQ keeps it: a salt, then the SHA-256 of salt and password."""
    salt = salt if salt is not None else secrets.token_bytes(SALT)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
