"""Tests may not touch the world."""

import ipaddress
import socket
from typing import Any

WIRES = ipaddress.ip_network("198.18.0.0/15")
"""Set apart for tests of networks (RFC 2544): the ends of wires a test lays on this machine, and nobody's in the world."""
WATCHED = {"socket.connect", "socket.sendto", "socket.getaddrinfo"}


class OutsideWorld(BaseException):
    """A test tried to reach another machine; not an `Exception`, so that no retry swallows it."""


def is_here(host: object) -> bool:
    """Tell whether a host is this machine, or the end of a wire a test has laid on it."""
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified or address in WIRES


def refuse_other_hosts(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: raise when a socket is to leave this machine.

    Raises:
        OutsideWorld: always for a host that is not loopback.
    """
    if event not in WATCHED:
        return
    if event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        connection, address = arguments
        if connection.family not in {socket.AF_INET, socket.AF_INET6}:
            return
        host = address[0]
    if not is_here(host):
        raise OutsideWorld(f"a test tried to reach {host!r}")
