"""Debian's Chromium as tests and benchmarks drive it.

The shell (`chromium-headless-shell`) is the same engine without the windows around it; the whole browser makes those, also when nobody sees
them, which costs a second of processor time for each new person (1.1 s against 0.2 s). Where there is no shell, the whole browser serves.
"""

from pathlib import Path

SHELL, WHOLE = "chromium-headless-shell", "chromium"
# The flags after the first keep Chromium from looking for its maker's servers.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def program() -> Path | None:
    """Find the browser; None when there is none."""
    return next((path for path in map(_path, (SHELL, WHOLE)) if path.exists()), None)


def is_there(package: str) -> bool:
    """Tell whether one of the two packages is installed."""
    return _path(package).exists()


def _path(package: str) -> Path:
    return Path("/usr/bin", package)
