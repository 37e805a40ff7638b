"""The secrets of the house of containers, as files: made once, kept, and named when one is missing."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chassis import contracts, permissions
from chassis.broker import EXCHANGE, prefix
from chassis.sealing_key import private_key, public_pem
from chassis.service import load
from dev.state import keep, sealing_key

SALT = 4
DATABASE, BROKER = "postgres:5432", "rabbitmq:5672"


def make(folder: Path, names: Iterable[str]) -> None:
    """Make every secret that is not there yet; those that are there stay.

    Args:
        folder: for its owner alone; inside it files are readable, because a container reads them as a user of its own.
        names: of the services.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    keep(folder / "postgres", secrets.token_urlsafe(24))
    clients, users = [], {}
    for name in names:
        password = keep(folder / "password" / name, secrets.token_urlsafe(24))
        keep(folder / "database" / name, f"postgresql+psycopg://{name}:{password}@{DATABASE}/{name}")
        keep(folder / "key" / name, secrets.token_urlsafe(48))
        client = keep(folder / "client" / name, secrets.token_urlsafe(32))
        clients.append(f"{name}={hashlib.sha256(client.encode()).hexdigest()}")
        seal = keep(folder / "audit" / name, sealing_key())
        keep(folder / "audit-public" / name, public_pem(private_key(seal)))
        users[name] = keep(folder / "broker" / name, secrets.token_urlsafe(24))
        keep(folder / "amqp" / name, f"amqp://{name}:{users[name]}@{BROKER}/%2F")
    keep(folder / "clients", ",".join(clients))
    keep(folder / "definitions", json.dumps(definitions(users), indent=1))
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)


def missing(folder: Path, names: Iterable[str]) -> list[str]:
    """Name the secrets that are missing or empty."""
    kinds = ("password", "database", "key", "client", "audit", "amqp")
    wanted = ["postgres", "clients", "definitions", *(f"{kind}/{name}" for kind in kinds for name in names)]
    return [one for one in wanted if not (folder / one).is_file() or not (folder / one).stat().st_size]


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
