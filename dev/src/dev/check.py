"""The quick loop: every check that needs no database, two at a time; `python -m dev.check [name…]`."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dev import console
from dev.layout import ROOT, Layout
from gateway import nginx

BIN = ROOT / ".venv" / "bin"
PACKAGES = ("packages/chassis/src/chassis", "packages/design/src/design")
# What gixy says of every configuration that names its upstreams: ours are addresses, fixed at start, on purpose.
GIXY_SKIPS = "missing_resolver"


def packages() -> list[str]:
    """List the packages whose words people read."""
    return [
        *PACKAGES,
        *(str(path) for path in sorted(Path().glob("services/*/src/*")) if (path / "app.py").exists()),
    ]


def sources() -> list[str]:
    """List the folders that mypy checks."""
    return [
        str(path)
        for place in ("packages/*", "services/*", "gateway", "dev")
        for path in sorted(Path().glob(f"{place}/src"))
    ]


def commands() -> dict[str, list[str]]:
    """Give the checks, the longest first."""
    python = str(BIN / "python")
    return {
        "types": [str(BIN / "mypy"), *sources()],
        "unit": [python, "-m", "pytest", "-q", "-m", "unit", "-p", "no:cacheprovider"],
        "contracts": [str(BIN / "lint-imports")],
        "words": [python, "-m", "chassis.messages", "check", *packages()],
        "clauses": [python, "-m", "dev.clauses"],
        "security": [python, "-m", "dev.asvs"],
        "house": [python, "-m", "dev.lint"],
        "gateway": [python, "-m", "dev.check", "--gixy"],
        "lint": [str(BIN / "ruff"), "check", "."],
        "format": [str(BIN / "ruff"), "format", "--check", "."],
    }


def check_gateway() -> int:
    """Let gixy read the configuration the supervisor would run.

    Returns:
        gixy's exit code.
    """
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(port=8080, state=Path(folder))
        upstreams = {name: f"127.0.0.1:{layout.service_port(name)}" for name in layout.names}
        settings = nginx.Settings(
            listen="127.0.0.1:8080",
            control=f"127.0.0.1:{layout.control_port}",
            public_url="https://academy.example",
            upstreams=upstreams,
            folder=Path(folder),
            source=ROOT,
        )
        configuration = nginx.write(settings) / "nginx.conf"
        tested = subprocess.run([*nginx.command(Path(folder)), "-t"], check=False).returncode
        linted = subprocess.run([BIN / "gixy", "--skips", GIXY_SKIPS, configuration], check=False).returncode
    return tested or linted


def run(name: str, command: list[str]) -> bool:
    """Run one check and say how it went; what it printed is shown only when it failed.

    Returns:
        Whether it passed.
    """
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ, check=False)
    said = "" if done.returncode == 0 else f"\n{done.stdout}{done.stderr}".rstrip()
    state = "ok    " if done.returncode == 0 else "FAILED"
    console.announce(f"{state} {name:<10} {time.monotonic() - started:5.1f} s{said}")
    return done.returncode == 0


def main(names: list[str]) -> int:
    """Run all checks, or those named.

    Returns:
        0 when all passed.
    """
    os.chdir(ROOT)
    if names == ["--gixy"]:
        return check_gateway()
    chosen = {name: command for name, command in commands().items() if not names or name in names}
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda item: run(*item), chosen.items()))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
