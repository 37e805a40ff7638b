"""Say on stderr what is being measured; the table alone goes to stdout."""

import sys
from time import monotonic

_BEGAN = monotonic()


def say(text: str) -> None:
    """Write a line of progress with the time since the start."""
    sys.stderr.write(f"bench {monotonic() - _BEGAN:6.1f} s  {text}\n")
    sys.stderr.flush()
