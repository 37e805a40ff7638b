"""`python -m gateway`: run nginx in a container or under systemd, configured from the environment, and follow auth's keys.

LISTEN, CONTROL   addresses for browsers and for our own services
PUBLIC_URL        what browsers call us
UPSTREAMS         auth=auth:8000,portal=portal:8000,… (or http://auth:8000, as services are told of their peers)
JWKS_URL          where auth publishes its keys; asked again and again, nginx takes new ones over without a gap
RESOLVER          name server for the upstreams, asked again and again; empty: names are looked up once, at the start
STATE_DIR         nginx's folder
WORKERS           nginx worker processes
"""

import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from gateway import nginx
from gateway.routes import load

KEYS_SECONDS = 5.0
FIRST_KEYS_SECONDS = 0.5
LARGEST_KEYS = 1 << 16
SOURCE = Path(__file__).resolve().parents[3]


class Wrong(Exception):
    """Settings with which nothing is started; one line per fault."""


def settings(env: Mapping[str, str]) -> nginx.Settings:
    """Read the environment.

    Args:
        env: usually `os.environ`.

    Raises:
        Wrong: naming every fault at once.
    """
    pairs = [part.strip().partition("=") for part in env.get("UPSTREAMS", "").split(",") if part.strip()]
    upstreams = {name: address.removeprefix("http://").rstrip("/") for name, _, address in pairs}
    missing = [service.name for service in load().services if not upstreams.get(service.name)]
    faults = [f"  {name} is missing" for name in ("PUBLIC_URL", "UPSTREAMS", "JWKS_URL") if not env.get(name)]
    if env.get("PUBLIC_URL") and urlsplit(env["PUBLIC_URL"]).scheme not in {"http", "https"}:
        faults.append("  PUBLIC_URL must begin with http:// or https://")
    if env.get("UPSTREAMS") and missing:
        faults.append(f"  UPSTREAMS has no address for {', '.join(missing)}")
    if not env.get("WORKERS", "2").isdigit():
        faults.append("  WORKERS must be a whole number")
    if faults:
        raise Wrong("\n".join(["gateway cannot start, its settings are wrong:", *faults]))
    return nginx.Settings(
        listen=env.get("LISTEN", "0.0.0.0:8080"),
        control=env.get("CONTROL", "127.0.0.1:8090"),
        public_url=env["PUBLIC_URL"].rstrip("/"),
        upstreams=upstreams,
        folder=Path(env.get("STATE_DIR", "/var/lib/shanyraq")),
        source=SOURCE,
        workers=int(env.get("WORKERS", "2")),
        resolver=env.get("RESOLVER", ""),
    )


def read_keys(url: str) -> bytes | None:
    """Ask auth for its keys; None when it does not answer, or not with a key set."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - an address of the operator's
            found: bytes = answer.read(LARGEST_KEYS)
    except (urllib.error.URLError, OSError):
        return None
    return found if nginx.are_keys(found) else None


def keep_keys(found: bytes, file: Path) -> bool:
    """Keep keys in nginx's folder; tell whether they are others than those kept."""
    if file.exists() and file.read_bytes() == found:
        return False
    part = file.with_suffix(".part")
    part.write_bytes(found)
    part.replace(file)
    return True


def fetch_keys(url: str, file: Path) -> bool:
    """Ask auth for its keys and keep them.

    Returns:
        Whether they are others than those kept. What cannot be read, or is no key set, leaves the last ones in force.
    """
    found = read_keys(url)
    return found is not None and keep_keys(found, file)


def follow_keys(url: str, file: Path, server: "subprocess.Popen[bytes]", over: threading.Event) -> None:
    """Give nginx auth's keys, at first and whenever they change, until it is over; asked more seldom once auth has answered."""
    heard = False
    while not over.wait(KEYS_SECONDS if heard else FIRST_KEYS_SECONDS):
        found = read_keys(url)
        heard = heard or found is not None
        if found is not None and keep_keys(found, file):
            print("gateway took over new keys of auth", file=sys.stderr, flush=True)
            server.send_signal(signal.SIGHUP)


def main() -> int:
    """Run until a signal comes; nginx ends its requests first."""
    try:
        chosen = settings(os.environ)
        command = nginx.command(nginx.write(chosen))
    except (Wrong, nginx.NginxMissing, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    keys, over = chosen.folder / "jwks.json", threading.Event()
    fetch_keys(os.environ["JWKS_URL"], keys)
    server = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda *_: server.send_signal(signal.SIGQUIT))
    watch = threading.Thread(
        target=follow_keys, args=(os.environ["JWKS_URL"], keys, server, over), daemon=True
    )
    watch.start()
    status = server.wait()
    over.set()
    return status


if __name__ == "__main__":
    sys.exit(main())
