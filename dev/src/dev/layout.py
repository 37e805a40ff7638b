"""Where everything of one run lies and which port it answers on; no process is started here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gateway.routes import Routes, load

ROOT = Path(__file__).resolve().parents[3]
PORT = 8080
CONTROL, POSTGRES = 6, 7


class Refusal(Exception):
    """Why nothing was started; the text is for the operator's console."""


@dataclass(frozen=True)
class Layout:
    """One run: its ports, folders and services.

    Attributes:
        port: the gateway's; the services take the next five, its control listener +6, PostgreSQL +7.
        state: the folder that holds everything that outlives the run.
        only: the services asked for; empty means all.
        public_url: what browsers call us; `http://localhost:<port>` unless given.
        bind: the address the gateway listens on.
    """

    port: int
    state: Path
    only: tuple[str, ...] = ()
    public_url: str = ""
    bind: str = "127.0.0.1"

    @cached_property
    def routes(self) -> Routes:
        """What the gateway lets through; names and prefixes of the services come from there."""
        return load()

    @property
    def names(self) -> tuple[str, ...]:
        """All services, in the order of their ports."""
        return tuple(service.name for service in self.routes.services)

    @property
    def services(self) -> tuple[str, ...]:
        """The services of this run: those asked for, else all that the tree holds."""
        present = [n for n in self.names if (ROOT / "services" / n / "src" / n / "app.py").exists()]
        return tuple(name for name in present if not self.only or name in self.only)

    @property
    def url(self) -> str:
        """The address a person opens."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def control_port(self) -> int:
        """The gateway's listener for revocations and purges."""
        return self.port + CONTROL

    @property
    def postgres_port(self) -> int:
        """PostgreSQL's."""
        return self.port + POSTGRES

    def service_port(self, name: str) -> int:
        """Give the port of one service."""
        return self.port + 1 + self.names.index(name)

    def ready_url(self, name: str) -> str:
        """Give the address that answers 200 once the service can work."""
        return f"http://127.0.0.1:{self.service_port(name)}{self.routes.prefix(name)}/health/ready"

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port this run takes."""
        services = tuple(self.service_port(name) for name in self.services)
        return (self.port, *services, self.control_port, self.postgres_port)

    @property
    def jwks(self) -> Path:
        """The file auth writes its public keys to and the gateway reads them from."""
        return self.state / "gateway" / "jwks.json"

    def secret(self, *parts: str) -> Path:
        """Give the file of one secret."""
        return self.state.joinpath("secrets", *parts)

    def service_environment(self, name: str) -> dict[str, str]:
        """Compute what a service is told, over what the operator exported (AMQP_URL, LOG_LEVEL …).

        Args:
            name: of the service.

        Returns:
            A whole environment for its process. Secrets travel as files.
        """
        peers = ",".join(f"{peer}=http://127.0.0.1:{self.service_port(peer)}" for peer in self.names)
        auth = f"http://127.0.0.1:{self.service_port('auth')}"
        given = {
            "DATABASE_URL_FILE": self.secret("database", name),
            "SECRET_KEY_FILE": self.secret("key", name),
            "CLIENT_SECRET_FILE": self.secret("client", name),
            "AUDIT_KEY_FILE": self.secret("audit", name),
            "PUBLIC_URL": self.url,
            "LISTEN": f"127.0.0.1:{self.service_port(name)}",
            "JWKS_URL": f"{auth}{self.routes.prefix('auth')}/.well-known/jwks.json",
            "PEERS": peers,
            "STATE_DIR": self.state / name,
            "GATEWAY_CONTROL_URL": f"http://127.0.0.1:{self.control_port}",
            "VALIDATE_EVENTS": os.environ.get("VALIDATE_EVENTS", "1"),
        }
        if name == "auth":
            given |= {"JWKS_EXPORT": self.jwks, "CLIENTS_FILE": self.secret("clients")}
        ours = {"PORT", "ONLY", "MAKEFLAGS", "MAKELEVEL", *(key.removesuffix("_FILE") for key in given)}
        outside = {key: value for key, value in os.environ.items() if key not in ours}
        return outside | {key: str(value) for key, value in given.items()} | {"PYTHONUNBUFFERED": "1"}

    def prober_environment(self) -> dict[str, str]:
        """Compute what the prober of the status page is told: whom it asks, and its folder, inside the gateway's."""
        upstreams = ",".join(f"{name}=127.0.0.1:{self.service_port(name)}" for name in self.services)
        given = {
            "UPSTREAMS": upstreams,
            "GATEWAY": f"http://127.0.0.1:{self.control_port}/_gw/health",
            "STATUS_DIR": str(self.state / "gateway" / "status"),
        }
        return {**os.environ, **given, "PYTHONUNBUFFERED": "1"}

    def environment_of_all(self) -> dict[str, str]:
        """Compute what a program that works on every service is told: each one's settings, prefixed with its name."""
        environment = dict(os.environ)
        for name in self.names:
            own = self.service_environment(name)
            environment |= {
                f"{name.upper()}_{key}": own[key] for key in own if os.environ.get(key) != own[key]
            }
        return environment | {"PUBLIC_URL": self.url, "STATE_DIR": str(self.state)}


def from_environment(environment: Mapping[str, str]) -> Layout:
    """Read PORT, STATE_DIR, ONLY, PUBLIC_URL and BIND.

    Args:
        environment: usually `os.environ`.

    Returns:
        The layout they describe.

    Raises:
        Refusal: naming every value that is wrong.
    """
    text = environment.get("PORT") or str(PORT)
    if not text.isdigit() or not 1024 <= int(text) <= 65535 - POSTGRES:
        raise Refusal(f"PORT={text}: a number from 1024 to {65535 - POSTGRES} is needed.")
    state = (ROOT / (environment.get("STATE_DIR") or "var")).resolve()
    only = tuple(filter(None, (environment.get("ONLY") or "").replace(",", " ").split()))
    public = (environment.get("PUBLIC_URL") or "").rstrip("/")
    layout = Layout(int(text), state, only, public, environment.get("BIND") or "127.0.0.1")
    unknown = [name for name in only if name not in layout.names]
    if unknown:
        raise Refusal(f"ONLY={' '.join(unknown)}: no such service. There are: {', '.join(layout.names)}.")
    return layout
