"""Settings of a service, read once from the environment and never changed.

A field `database_url` is read from `AUTH_DATABASE_URL`, then `DATABASE_URL`; `…_FILE` beside either names a file that
holds the value. Whatever is wrong is reported together, so that an operator repairs it in one go.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Self, get_type_hints
from urllib.parse import urlsplit

KEPT_TEMPLATES = Path(sys.prefix, "templates")
"""Where a checkout's houses and tests keep compiled templates: beside the libraries they were compiled with."""
Check = Callable[[Any], str | None]


class SettingsError(Exception):
    """Settings that do not let the service start; the message has one line per fault."""

    def __init__(self, service: str, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join([f"{service} cannot start, its settings are wrong:", *faults]))


def setting(*, default: Any = MISSING, check: Check | None = None, secret: bool = False) -> Any:
    """Declare a field of a settings class.

    Args:
        default: the value when the environment is silent; without one the setting is required.
        check: takes the converted value and answers what is wrong with it, or None.
        secret: keep the value out of `repr()`, and so out of logs.
    """
    return field(default=default, repr=not secret, metadata={"check": check})


def is_url(*schemes: str) -> Check:
    """Make a check that a value, when given, is a URL of one of the schemes."""

    def check(value: str) -> str | None:
        if not value or urlsplit(value).scheme in schemes:
            return None
        return f"must begin with {' or '.join(scheme + '://' for scheme in schemes)}"

    return check


def is_long_enough(value: str) -> str | None:
    """Refuse a key that could be guessed."""
    return None if len(value) >= 32 else "must have at least 32 characters"


def is_address(value: str) -> str | None:
    """Refuse anything but host:port."""
    host, _, port = value.rpartition(":")
    return None if host and port.isdigit() and 0 <= int(port) < 65536 else "must be host:port"


def is_level(value: str) -> str | None:
    """Refuse an unknown log level."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    return None if value in levels else f"must be one of {', '.join(levels)}"


def are_web_addresses(value: Mapping[str, str]) -> str | None:
    """Refuse peers whose address is not a web address."""
    bad = [name for name, url in value.items() if urlsplit(url).scheme not in {"http", "https"}]
    return f"has no http address for {', '.join(bad)}" if bad else None


def _to_bool(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]


def _to_mapping(text: str) -> dict[str, str]:
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    if any(not name or not value for name, _, value in pairs):
        raise ValueError(text)
    return {name: value.rstrip("/") for name, _, value in pairs}


CONVERTERS: dict[Any, tuple[Callable[[str], Any], str]] = {
    str: (str, "text"),
    int: (int, "a whole number"),
    bool: (_to_bool, "1 or 0"),
    Path: (Path, "a path"),
    Mapping[str, str]: (_to_mapping, "a list like auth=http://127.0.0.1:8081,portal=http://127.0.0.1:8082"),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every service needs to know about the place where it runs."""

    service: str
    database_url: str = setting(secret=True, check=is_url("postgresql+psycopg"))
    public_url: str = setting(check=is_url("http", "https"))
    secret_key: str = setting(secret=True, check=is_long_enough)
    listen: str = setting(default="127.0.0.1:8081", check=is_address)
    peers: Mapping[str, str] = field(default_factory=dict, metadata={"check": are_web_addresses})
    jwks_url: str = setting(default="", check=is_url("http", "https", "file"))
    client_secret: str = setting(default="", secret=True)
    amqp_url: str = setting(default="", secret=True, check=is_url("amqp", "amqps"))
    state_dir: Path = setting(default=Path("var"))  # noqa: RUF009
    files_url: str = setting(default="")
    template_cache: str = setting(default="")
    audit_key: str = setting(default="", secret=True)
    gateway_control_url: str = setting(default="", check=is_url("http", "https"))
    validate_events: bool = setting(default=False)
    log_level: str = setting(default="INFO", check=is_level)
    pool_size: int = setting(default=8)
    auth_grace: int = setting(default=900)

    @classmethod
    def load(cls, service: str, env: Mapping[str, str]) -> Self:
        """Read the settings of a service from an environment.

        Raises:
            SettingsError: with every fault at once.
        """
        hints = get_type_hints(cls)
        values: dict[str, Any] = {"service": service}
        faults: list[str] = []
        for item in fields(cls):
            if item.name == "service":
                continue
            name = item.name.upper()
            try:
                text = _read(service, name, env)
                if text is not None:
                    values[item.name] = _convert(text, hints[item.name], item.metadata.get("check"))
                elif item.default is MISSING and item.default_factory is MISSING:
                    faults.append(f"  {name} is missing")
            except ValueError as error:
                faults.append(f"  {name} {error}")
        faults += [f"  {fault}" for fault in cls.gaps(values)]
        if faults:
            raise SettingsError(service, faults)
        return cls(**values)

    @classmethod
    def gaps(cls, _values: Mapping[str, Any]) -> list[str]:
        """Answer what is wrong with values together, though each is right by itself; a service says it of its own settings.

        Args:
            _values: what was read, by field; what is not there keeps its default.
        """
        return []

    def __post_init__(self) -> None:
        """Derive what follows from other settings: where keys and files are."""
        object.__setattr__(self, "public_url", self.public_url.rstrip("/"))
        if not self.jwks_url:
            auth = self.peers.get("auth", self.public_url)
            object.__setattr__(self, "jwks_url", f"{auth}/auth/.well-known/jwks.json")
        if not self.files_url:
            object.__setattr__(self, "files_url", str(self.state_dir / "files" / self.service))

    @property
    def host(self) -> str:
        """The address the web process listens on."""
        return self.listen.rpartition(":")[0]

    @property
    def port(self) -> int:
        """The port the web process listens on."""
        return int(self.listen.rpartition(":")[2])


def _read(service: str, name: str, env: Mapping[str, str]) -> str | None:
    for key in (f"{service.upper()}_{name}", name):
        if env.get(key):
            return env[key]
        if path := env.get(f"{key}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ValueError(f"cannot be read from the file {path}: {error.strerror}") from None
    return None


def _convert(text: str, kind: Any, check: Check | None) -> Any:
    convert, what = CONVERTERS[kind]
    try:
        value = convert(text)
    except (ValueError, KeyError):
        raise ValueError(f"must be {what}") from None
    if check and (fault := check(value)):
        raise ValueError(fault)
    return value
