"""A repetition over HTTP/1.1, read and answered in one go, before the web server reads it.

To read a request, make its WSGI environment and write an answer costs gunicorn, in Python, ten times what a repetition costs. So
requests that are as plain as can be are recognised by their bytes, and those that were answered before (`chassis.repeats`) are
answered at once. Whatever is not plain, or not kept, gunicorn reads as if nobody had looked: what is a request is decided there alone.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from socket import MSG_DONTWAIT, SO_RCVTIMEO, SOL_SOCKET, socket
from struct import pack
from time import time

from gunicorn.util import http_date

# Gunicorn's own bounds, or narrower: a longer request is not plain.
MOST_BYTES = 8190
MOST_FIELDS = 100
# Narrower than RFC 9112: a GET of a path without escapes and of fields in printable ASCII, one space behind each colon, without a body.
PLAIN = re.compile(
    rb"GET (/(?!/)[!\"$&->@-~]*)(?:\?([!\"$-~]*))? HTTP/1\.1\r\n((?:[A-Za-z][A-Za-z0-9-]*: [ -~]*\r\n)+)\r\n"
)
FIELD = re.compile(rb"([^:]+): ([^\r]*)\r\n")
# These tell of a body, of another protocol, or of how the connection goes on.
NOT_PLAIN = frozenset(
    f"HTTP_{name}"
    for name in ("CONTENT_LENGTH", "TRANSFER_ENCODING", "TE", "TRAILER", "EXPECT", "CONNECTION", "UPGRADE")
)
_date = lru_cache(1)(http_date)


def read_plain(sent: bytes) -> dict[str, str] | None:
    """Read a request that is plain, and whole.

    Args:
        sent: what came over the connection.

    Returns:
        Of its WSGI environment (PEP 3333) the path, the query and the fields, as gunicorn would make them; None if it is anything else.
    """
    found = PLAIN.fullmatch(sent) if len(sent) <= MOST_BYTES else None
    if found is None:
        return None
    path, query, block = found.groups(b"")
    fields = FIELD.findall(block)
    environ = {_key(name): str(value, "ascii").strip(" ") for name, value in fields}
    # A field that is there twice, or a host that is not, is gunicorn's to judge.
    if len(environ) < len(fields) or len(fields) > MOST_FIELDS or "HTTP_HOST" not in environ:
        return None
    if not NOT_PLAIN.isdisjoint(environ):
        return None
    return environ | {"PATH_INFO": str(path, "ascii"), "QUERY_STRING": str(query, "ascii")}


@lru_cache(256)
def _key(name: bytes) -> str:
    key = str(name, "ascii").upper().replace("-", "_")
    return key if key == "CONTENT_TYPE" else f"HTTP_{key}"


def set_patience(connection: socket, milliseconds: int) -> None:
    """Let reads of a connection wait so long, or for ever (0).

    The kernel keeps the time: a timeout of Python would look first and read then, and each of the two gives Python's lock away.
    """
    seconds, rest = divmod(milliseconds, 1000)
    connection.setsockopt(SOL_SOCKET, SO_RCVTIMEO, pack("ll", seconds, rest * 1000))


def receive(connection: socket, *, now: bool = False) -> bytes:
    """Take what comes over a connection within its patience, or what has come by now.

    Returns:
        Nothing, if nothing does or the connection is at its end.
    """
    with suppress(OSError):
        return connection.recv(MOST_BYTES + 1, MSG_DONTWAIT if now else 0)
    return b""


def send(connection: socket, fields: Iterable[tuple[str, str]], body: bytes) -> None:
    """Send an answer, its head and its body in one piece; the connection stays.

    Raises:
        OSError: the connection is broken.
    """
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    head = f"HTTP/1.1 200 OK\r\nDate: {_date(int(time()))}\r\nConnection: keep-alive\r\n{lines}\r\n".encode()
    sent = connection.sendmsg((head, body))
    if sent < len(head) + len(body):
        connection.sendall((head + body)[sent:])
