"""What the gateway lets through, read from `routes.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "routes.toml"


@dataclass(frozen=True)
class ServiceRoute:
    """A service and the first part of its addresses."""

    name: str
    prefix: str


@dataclass(frozen=True)
class Routes:
    """The list, as data.

    Attributes:
        services: in the order of their ports.
        public: pages that are the same for everybody.
        session: who renews, and where people sign in.
        sign_in: the limit of attempts.
        hidden: what is never reachable.
        programs: where machine tokens may pass.
        bodies: how large a request may be.
    """

    services: tuple[ServiceRoute, ...]
    public: dict[str, Any]
    session: dict[str, Any]
    sign_in: dict[str, Any]
    hidden: dict[str, Any]
    programs: dict[str, Any]
    bodies: dict[str, Any]

    def prefix(self, name: str) -> str:
        """Give the first part of a service's addresses.

        Raises:
            KeyError: for a service that is not in the list.
        """
        return {service.name: service.prefix for service in self.services}[name]


def load(file: Path = FILE) -> Routes:
    """Read the list.

    Args:
        file: another list, for tests.

    Returns:
        The routes.
    """
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    services = tuple(ServiceRoute(**entry) for entry in data.pop("service"))
    return Routes(services=services, **data)
