"""Whether addresses are free, and whether something answers on them."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterable

from dev.layout import Refusal


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could listen there now.

    Args:
        port: of TCP.
        host: address to bind.

    Returns:
        True when nobody listens.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """Give a port of this machine nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check(ports: Iterable[int]) -> None:
    """Refuse to start when any port of the run is taken.

    Args:
        ports: all of them.

    Raises:
        Refusal: naming every taken one.
    """
    taken = [str(port) for port in ports if not is_free(port)]
    if taken:
        raise Refusal(
            f"Port {', '.join(taken)} is taken by another program. Stop it, or choose other ports: make run PORT=9090."
        )


def answers(url: str) -> bool:
    """Tell whether an address answers 200.

    Args:
        url: of this machine.

    Returns:
        False for any other answer, and for none.
    """
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
