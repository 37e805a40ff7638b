"""Settings of auth, beside those every service has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auth.sessions.places import are_networks
from chassis.settings import Settings, is_url, setting

TOKEN_LIFE = range(5, 301)
KEYCLOAK_NEEDS = (
    "keycloak_url",
    "keycloak_client_secret",
    "keycloak_accounts_secret",
    "keycloak_admin",
    "keycloak_admin_password",
)
OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}


def is_token_life(value: int) -> str | None:
    """Refuse tokens that live for longer than five minutes: so long a right may outlive its end where nobody is told."""
    return None if value in TOKEN_LIFE else "must be 5 to 300 seconds"


def is_source(value: str) -> str | None:
    """Refuse a source of identity we do not know."""
    return None if value in {"local", "keycloak"} else "must be local or keycloak"


def is_secret(value: str) -> str | None:
    """Refuse a secret between programs that could be guessed."""
    return None if len(value) >= 24 else "must have at least 24 characters"


def is_realm(value: str) -> str | None:
    """Refuse a name that would change the address of the realm, and Keycloak's own."""
    good = value.replace("-", "").replace("_", "").isalnum() and value.isascii() and value != "master"
    return None if good else "must be letters, digits, - and _, and not master"


def are_safe_on_the_way(value: str) -> str | None:
    """Refuse an address on which passwords would travel in clear, unless it is this machine."""
    parts = urlsplit(value)
    if fault := is_url("http", "https")(value):
        return fault
    return (
        "must begin with https://" if parts.scheme == "http" and parts.hostname not in OWN_MACHINE else None
    )


@dataclass(frozen=True, kw_only=True)
class AuthSettings(Settings):
    """What auth alone needs to know.

    `clients` maps a program to the SHA-256 of its secret, `portal=<hex>,ejournal=<hex>`; what each may is in `clients.yaml`.
    `networks` names the academy's networks, `10.1.0.0/16=Main building`, for the pages of sign-ins; `token_seconds` is how long a
    person's token lives.
    `jwks_export` is a file for the gateway, written at start and at each rotation; empty: none is written.
    `identity` says who knows passwords: our own table, or Keycloak; then the `keycloak_…` settings are needed, all but these two:
    `keycloak_inside_url` is where auth itself asks Keycloak, and `public_inside_url` where Keycloak calls auth, when a network of the
    academy's own joins them (containers); empty: the addresses of people.
    """

    clients: Mapping[str, str] = field(default_factory=dict, repr=False)
    jwks_export: str = setting(default="")
    networks: Mapping[str, str] = field(default_factory=dict, metadata={"check": are_networks})
    token_seconds: int = setting(default=300, check=is_token_life)
    identity: str = setting(default="local", check=is_source)
    keycloak_url: str = setting(default="", check=are_safe_on_the_way)
    keycloak_inside_url: str = setting(default="", check=is_url("http", "https"))
    public_inside_url: str = setting(default="", check=is_url("http", "https"))
    keycloak_realm: str = setting(default="shanyraq", check=is_realm)
    keycloak_client_secret: str = setting(default="", secret=True, check=is_secret)
    keycloak_accounts_secret: str = setting(default="", secret=True, check=is_secret)
    keycloak_admin: str = setting(default="")
    keycloak_admin_password: str = setting(default="", secret=True)

    @classmethod
    def gaps(cls, values: Mapping[str, Any]) -> list[str]:
        """Name every setting that Keycloak as the source of identity needs and that is not there."""
        if values.get("identity") != "keycloak":
            return []
        return [
            f"{name.upper()} is missing: IDENTITY=keycloak needs it"
            for name in KEYCLOAK_NEEDS
            if not values.get(name)
        ]

    def __post_init__(self) -> None:
        """Write the addresses of Keycloak without a slash at their ends."""
        super().__post_init__()
        for name in ("keycloak_url", "keycloak_inside_url", "public_inside_url"):
            object.__setattr__(self, name, getattr(self, name).rstrip("/"))

    @property
    def issuer(self) -> str:
        """The `iss` of every token."""
        return f"{self.public_url}/auth"

    @property
    def is_https(self) -> bool:
        """Whether people come over https, so that cookies get Secure and `__Host-`."""
        return self.public_url.startswith("https://")

    @property
    def keys_folder(self) -> Path:
        """Where the private keys lie."""
        return self.state_dir / "keys"

    @property
    def jwks_file(self) -> Path | None:
        """Where the gateway reads the public keys."""
        return Path(self.jwks_export) if self.jwks_export else None
