"""Where everything of one run lies and which port it answers on; no process is started here."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from chassis.settings import KEPT_TEMPLATES
from gateway.routes import Routes, load

ROOT = Path(__file__).resolve().parents[3]
PORT = 8080
CONTROL, POSTGRES = 6, 7
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - what an operator may choose


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
        bind: the address the gateway listens on; the services too, when some run elsewhere.
        elsewhere: the addresses of services that run on other machines.
        client_secret: the file of the secret by which auth, elsewhere, knows the one service of this run.
    """

    port: int
    state: Path
    only: tuple[str, ...] = ()
    public_url: str = ""
    bind: str = LOOPBACK
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    client_secret: Path | None = None

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

    @property
    def host(self) -> str:
        """The address the services of this run listen on: nobody's but ours, unless peers elsewhere must reach them."""
        return self.bind if self.elsewhere else LOOPBACK

    def address(self, name: str) -> str:
        """Give where a service answers its peers, here or elsewhere."""
        own = LOOPBACK if self.host == EVERYWHERE else self.host
        return self.elsewhere.get(name) or f"http://{own}:{self.service_port(name)}"

    @property
    def jwks_url(self) -> str:
        """Where auth publishes its public keys."""
        return f"{self.address('auth')}{self.routes.prefix('auth')}/.well-known/jwks.json"

    def ready_url(self, name: str) -> str:
        """Give the address that answers 200 once the service can work."""
        return f"{self.address(name)}{self.routes.prefix(name)}/health/ready"

    @property
    def gateway_url(self) -> str:
        """The address that answers 200 once the gateway can work."""
        return f"http://{LOOPBACK}:{self.control_port}/_gw/health"

    @property
    def upstreams(self) -> dict[str, str]:
        """Where the gateway finds every service, as host:port."""
        return {name: urlsplit(self.address(name)).netloc for name in self.names}

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
        given = {
            "DATABASE_URL_FILE": self.secret("database", name),
            "SECRET_KEY_FILE": self.secret("key", name),
            "CLIENT_SECRET_FILE": self.client_secret or self.secret("client", name),
            "AUDIT_KEY_FILE": self.secret("audit", name),
            "PUBLIC_URL": self.url,
            "LISTEN": f"{self.host}:{self.service_port(name)}",
            "JWKS_URL": self.jwks_url,
            "PEERS": _pairs({peer: self.address(peer) for peer in self.names}),
            "STATE_DIR": self.state / name,
            "GATEWAY_CONTROL_URL": f"http://127.0.0.1:{self.control_port}",
            "TEMPLATE_CACHE": KEPT_TEMPLATES,
            "VALIDATE_EVENTS": os.environ.get("VALIDATE_EVENTS", "1"),
        }
        if name == "auth":
            given |= {"JWKS_EXPORT": self.jwks, "CLIENTS_FILE": self.secret("clients")}
        ours = {"PORT", "ONLY", "MAKEFLAGS", "MAKELEVEL", *(key.removesuffix("_FILE") for key in given)}
        outside = {key: value for key, value in os.environ.items() if key not in ours}
        return outside | {key: str(value) for key, value in given.items()} | {"PYTHONUNBUFFERED": "1"}

    def prober_environment(self) -> dict[str, str]:
        """Compute what the prober of the status page is told: whom it asks, and its folder, inside the gateway's."""
        asked = {name: self.upstreams[name] for name in self.services}
        given = {
            "UPSTREAMS": _pairs(asked),
            "GATEWAY": self.gateway_url,
            "STATUS_DIR": str(self.state / "gateway" / "status"),
        }
        return {**os.environ, **given, "PYTHONUNBUFFERED": "1"}

    @property
    def environment(self) -> dict[str, str]:
        """What `from_environment` reads this layout from."""
        said = {
            "PORT": str(self.port),
            "STATE_DIR": str(self.state),
            "ONLY": " ".join(self.only),
            "PUBLIC_URL": self.public_url,
            "BIND": self.bind,
            "PEERS": _pairs(self.elsewhere),
            "CLIENT_SECRET_FILE": str(self.client_secret or ""),
        }
        return {name: value for name, value in said.items() if value}

    def environment_of_all(self) -> dict[str, str]:
        """Compute what a program that works on every service is told: each one's settings, prefixed with its name."""
        environment = dict(os.environ)
        for name in self.names:
            own = self.service_environment(name)
            environment |= {
                f"{name.upper()}_{key}": own[key] for key in own if os.environ.get(key) != own[key]
            }
        return environment | {"PUBLIC_URL": self.url, "STATE_DIR": str(self.state)}


def _pairs(addresses: Mapping[str, str]) -> str:
    return ",".join(f"{name}={address}" for name, address in addresses.items())


def from_environment(environment: Mapping[str, str]) -> Layout:
    """Read PORT, STATE_DIR, ONLY, PUBLIC_URL, BIND, and for a department PEERS and CLIENT_SECRET_FILE.

    Args:
        environment: usually `os.environ`.

    Returns:
        The layout they describe.

    Raises:
        Refusal: naming the value that is wrong.
    """
    text = environment.get("PORT") or str(PORT)
    if not text.isdigit() or not 1024 <= int(text) <= 65535 - POSTGRES:
        raise Refusal(f"PORT={text}: a number from 1024 to {65535 - POSTGRES} is needed.")
    secret = environment.get("CLIENT_SECRET_FILE")
    layout = Layout(
        int(text),
        (ROOT / (environment.get("STATE_DIR") or "var")).resolve(),
        tuple(filter(None, (environment.get("ONLY") or "").replace(",", " ").split())),
        (environment.get("PUBLIC_URL") or "").rstrip("/"),
        environment.get("BIND") or LOOPBACK,
        _elsewhere(environment.get("PEERS") or ""),
        Path(secret).resolve() if secret else None,
    )
    for fault in _faults(layout):
        raise Refusal(fault)
    return layout


def _elsewhere(text: str) -> dict[str, str]:
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    return {name: address.rstrip("/") for name, _equals, address in pairs}


def _faults(layout: Layout) -> Iterator[str]:
    """Name what cannot be in a layout."""
    known = f"There are: {', '.join(layout.names)}."
    if unknown := [name for name in layout.only if name not in layout.names]:
        yield f"ONLY={' '.join(unknown)}: no such service. {known}"
    for name, address in layout.elsewhere.items():
        if name not in layout.names:
            yield f"PEERS={name}=…: no such service. {known}"
        if urlsplit(address).scheme != "http" or not urlsplit(address).netloc:
            yield f"PEERS={name}={address}: an address like http://10.0.0.1:8081 is needed."
        if name in layout.services:
            yield f"PEERS={name}=…: {name} runs here. Say with ONLY= which services do."
    if layout.client_secret and len(layout.services) != 1:
        yield "CLIENT_SECRET_FILE= is the secret of one service: say with ONLY= of which."
    if layout.client_secret and not layout.client_secret.is_file():
        yield f"CLIENT_SECRET_FILE={layout.client_secret}: there is no such file."
