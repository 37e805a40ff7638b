"""Fetch the State Flag: the npm package `svg-country-flags` (public domain), unaltered, or none at all.

The law on state symbols forbids redrawing: a file that is not there leaves an upload slot on the page and a red line in
the content health, never a flag of our own making.
"""

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "svg-country-flags"
MEMBER = "package/svg/kz.svg"
PATIENCE_SECONDS = 90


class NoFlagError(Exception):
    """The flag could not be fetched; the text says why and what to do."""


def fetch() -> bytes:
    """Fetch the flag's file with npm into a temporary folder.

    Returns:
        The SVG as published.

    Raises:
        NoFlagError: npm is missing, the network is down, or the file is not a flag of 1:2.
    """
    if shutil.which("npm") is None:
        raise NoFlagError("npm is not installed (Debian: apt-get install npm)")
    with tempfile.TemporaryDirectory(prefix="shanyraq-flag-") as folder:
        svg = _pack(Path(folder))
    if not is_one_to_two(svg):
        raise NoFlagError(f"{MEMBER} of {PACKAGE} is not 1:2")
    return svg


def _pack(folder: Path) -> bytes:
    command = ["npm", "pack", PACKAGE, "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
        archive = next(folder.glob("*.tgz"))
        with tarfile.open(archive) as tar:
            member = tar.extractfile(MEMBER)
            if member is None:
                raise NoFlagError(f"{PACKAGE} has no {MEMBER}")
            return member.read()
    except (OSError, subprocess.SubprocessError, StopIteration, KeyError, tarfile.TarError) as error:
        raise NoFlagError(f"npm could not fetch {PACKAGE} ({type(error).__name__})") from error


def is_one_to_two(svg: bytes) -> bool:
    """Tell whether the picture is twice as wide as high, as the standard of the flag demands."""
    head = svg[:2000].decode("utf-8", "replace")
    box = re.search(r'viewBox="[\d.\-]+[ ,]+[\d.\-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', head)
    if box is None:
        box = re.search(r'width="([\d.]+)"[^>]*height="([\d.]+)"', head)
    return box is not None and abs(float(box[1]) / float(box[2]) - 2) < 0.01
