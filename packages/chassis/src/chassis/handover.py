"""Handing over the address of a service: a successor serves on the very same listening socket, so no connection is refused or lost.

Whoever watches the service keeps the other end of a channel. Asked by SIGUSR2, a group sends its listening sockets through it; a
group that was begun with such sockets serves on them instead of opening its own, and says on its channel when it can work.

    HANDOVER   file descriptors: the channel, then the sockets to serve on if there are any
"""

import socket
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

VARIABLE = "HANDOVER"
GIVEN, READY = b"given", b"ready"


@dataclass
class Handover:
    """What a group was begun with.

    Attributes:
        channel: to whoever watches it; None when nobody does.
        taken: descriptors of the sockets of the group it relieves; none when it relieves nobody.
    """

    channel: socket.socket | None = None
    taken: tuple[int, ...] = ()

    def give(self, listeners: Iterable[Any]) -> None:
        """Send the sockets we serve on; ours stay open."""
        numbers = [one.fileno() for one in listeners]
        if self.channel is not None and numbers:
            socket.send_fds(self.channel, [GIVEN], numbers)

    def say_ready(self) -> None:
        """Tell that we can work."""
        if self.channel is not None:
            self.channel.send(READY)

    def close(self) -> None:
        """Close the channel."""
        if self.channel is not None:
            self.channel.close()
            self.channel = None


def from_environment(environment: MutableMapping[str, str]) -> Handover:
    """Take what is named in the environment out of it; programs we start have no part in it."""
    numbers = [int(one) for one in environment.pop(VARIABLE, "").split(",") if one]
    return Handover(socket.socket(fileno=numbers[0]), tuple(numbers[1:])) if numbers else Handover()
