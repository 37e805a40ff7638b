"""Starting where something is in the way: words on the console, a non-zero exit, nothing left behind."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dev.layout import ROOT, Layout
from dev.state import STAMP

pytestmark = pytest.mark.unit

PORT = 27410


def start(place: Path) -> "subprocess.CompletedProcess[str]":
    """Run `make run`, as an operator would who expects it to start."""
    environment = {**os.environ, "PORT": str(PORT), "STATE_DIR": str(place), "ONLY": "library"}
    return subprocess.run(
        [sys.executable, "-m", "dev", "run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def left_running(place: Path) -> list[int]:
    """List processes that work in a folder."""
    return [
        p.pid for p in psutil.process_iter(["cmdline"]) if str(place) in " ".join(p.info["cmdline"] or [])
    ]


def files(place: Path) -> dict[str, bytes]:
    """List what lies in a folder."""
    found = place.rglob("*") if place.exists() else ()
    return {str(path.relative_to(place)): path.read_bytes() for path in found if path.is_file()}


@pytest.mark.parametrize("which", [0, -1])
def test_a_port_that_is_taken_is_named_and_nothing_starts(which: int, tmp_path: Path) -> None:
    place = tmp_path / "var"
    port = Layout(PORT, place, ("library",)).ports[which]
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        refused = start(place)
    assert refused.returncode == 2
    assert f"Port {port} is taken" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "ready" not in refused.stdout
    assert left_running(place) == []
    assert not (place / "postgres").exists()
    assert not list(place.rglob("*.pid"))


def test_a_state_of_an_older_version_is_named_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / STAMP).write_text("0")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "kept").write_text("as it was")
    before = files(tmp_path)
    refused = start(tmp_path)
    assert refused.returncode == 2
    assert "older version" in refused.stderr
    assert "make reset" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert files(tmp_path) == before
    assert left_running(tmp_path) == []
