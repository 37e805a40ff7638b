"""Make the virtual environment: `python3 dev/src/dev/bootstrap.py runtime|test|lint`.

Runs with nothing but the standard library of Python 3.11, before anything is installed. A stamp per requirements file, the hash
of its text, makes a warm start skip the whole of it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
POLICY = Path("/usr/sbin/policy-rc.d")


class Missing(Exception):
    """Something the machine lacks; the text names the command that installs it."""


def say(text: str) -> None:
    """Tell the console what happens.

    Args:
        text: one line.
    """
    print(text, file=sys.stderr, flush=True)


def check_python() -> None:
    """Refuse a Python that is too old, or not a CPython 3.

    Raises:
        Missing: with the version needed.
    """
    if sys.version_info < OLDEST:
        raise Missing(
            f"Python {'.'.join(map(str, OLDEST))} or later is needed, this is {sys.version.split()[0]}."
        )


def has_venv() -> bool:
    """Tell whether this Python can make virtual environments with pip in them (Debian ships that apart)."""
    code = "import ensurepip, venv"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def install_packages(packages: "list[str]") -> None:
    """Install Debian packages when we may; a package that is a server must not start one.

    Args:
        packages: names.

    Raises:
        Missing: when we are not root, there is no apt-get, or it fails.
    """
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(f"Missing: {', '.join(packages)}. Install with: sudo {' '.join(command)}")
    say(f"installing {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    with servers_stay_off():
        for attempt in (["apt-get", "update", "-q"], command):
            done = subprocess.run(attempt, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"{done.stderr.strip()}\nCould not install. Try: {' '.join(command)}")


@contextmanager
def servers_stay_off() -> Iterator[None]:
    """Let Debian install a server without starting it; what an operator has set up there stays.

    Yields:
        Nothing; servers are not started meanwhile.
    """
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def make_venv() -> None:
    """Create `.venv` with pip, installing Debian's python3-venv first when it is missing and we are root."""
    if PYTHON.exists():
        return
    if not has_venv():
        install_packages(["python3-venv"])
    say("creating .venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def digest(purpose: str) -> str:
    """Compute the stamp of a purpose.

    Args:
        purpose: runtime, test or lint.

    Returns:
        The hash of its requirements file.
    """
    return hashlib.sha256((ROOT / "requirements" / f"{purpose}.txt").read_bytes()).hexdigest()


def install_requirements(purpose: str) -> None:
    """Install hashed requirements unless the stamp says they are in.

    Args:
        purpose: runtime, test or lint.

    Raises:
        Missing: when pip fails.
    """
    stamp = VENV / f".installed-{purpose}"
    wanted = digest(purpose)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing requirements/{purpose}.txt (once; a minute or two)")
    flags = [
        "--quiet",
        "--require-hashes",
        "--disable-pip-version-check",
        "--no-input",
        "--root-user-action=ignore",
    ]
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        *flags,
        "-r",
        str(ROOT / "requirements" / f"{purpose}.txt"),
    ]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        raise Missing("The requirements could not be installed; see the lines above. Nothing was started.")
    stamp.write_text(wanted)


def link_sources() -> None:
    """Put every `src` folder of the tree on the path of the virtual environment."""
    sources = sorted(
        path for place in ("packages/*", "services/*", "gateway", "dev") for path in ROOT.glob(f"{place}/src")
    )
    site = next(VENV.glob("lib/python3.*/site-packages"))
    wanted = "".join(f"{path}\n" for path in sources)
    link = site / "shanyraq.pth"
    if not link.exists() or link.read_text() != wanted:
        link.write_text(wanted)


def main(purpose: str) -> int:
    """Make the environment ready for a purpose.

    Args:
        purpose: runtime, test or lint.

    Returns:
        The exit code; every failure is said in words, never as a traceback.
    """
    try:
        check_python()
        make_venv()
        install_requirements(purpose)
        link_sources()
    except (Missing, subprocess.CalledProcessError, OSError) as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
