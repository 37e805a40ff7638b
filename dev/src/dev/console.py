"""What the operator sees: progress and prefixed logs on stderr, the address and the `ready` line on stdout."""

import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_LOCK = threading.Lock()


def say(text: str) -> None:
    """Write progress for the operator.

    Args:
        text: one line or several.
    """
    with _LOCK:
        print(text, file=sys.stderr, flush=True)


def announce(text: str) -> None:
    """Write what scripts wait for.

    Args:
        text: one line for stdout.
    """
    with _LOCK:
        print(text, flush=True)


def relay(lines: Iterable[bytes], name: str, log: Path) -> None:
    """Copy a child's output to the console, each line prefixed with its name, and to its log file.

    A line that finds no room on the disk is on the console alone: whoever stopped reading would stop the child.

    Args:
        lines: the child's output, until it ends.
        name: the prefix.
        log: appended to, without the prefix.
    """
    with log.open("ab", buffering=0) as file:
        for line in lines:
            with suppress(OSError):
                file.write(line)
            say(f"{name:<9}| {line.decode(errors='replace').rstrip()}")


def tail(log: Path, lines: int = 15) -> str:
    """Read the end of a log.

    Args:
        log: the file, which need not exist.
        lines: how many.

    Returns:
        Its last lines.
    """
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
