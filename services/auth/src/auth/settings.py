"""Settings of auth, beside those every service has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from chassis.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class AuthSettings(Settings):
    """What auth alone needs to know.

    `clients` maps a program to the SHA-256 of its secret, `portal=<hex>,ejournal=<hex>`; what each may is in `clients.yaml`.
    `jwks_export` is a file for the gateway, written at start and at each rotation; empty: none is written.
    """

    clients: Mapping[str, str] = field(default_factory=dict, repr=False)
    jwks_export: str = setting(default="")
    session_idle_minutes: int = setting(default=120)
    session_hours: int = setting(default=12)

    @property
    def issuer(self) -> str:
        """The `iss` of every token."""
        return f"{self.public_url}/auth"

    @property
    def is_https(self) -> bool:
        """Whether people come over https, so that cookies get Secure and `__Host-`."""
        return self.public_url.startswith("https://")

    @property
    def idle(self) -> timedelta:
        """How long a session may be left alone."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def absolute(self) -> timedelta:
        """How long a session may last at all."""
        return timedelta(hours=self.session_hours)

    @property
    def keys_folder(self) -> Path:
        """Where the private keys lie."""
        return self.state_dir / "keys"

    @property
    def jwks_file(self) -> Path | None:
        """Where the gateway reads the public keys."""
        return Path(self.jwks_export) if self.jwks_export else None
