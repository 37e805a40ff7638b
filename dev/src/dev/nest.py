"""The process of the nursery: it imports what every service needs, then forks a program for everyone who asks.

It opens no connection and starts no thread; its standard input is the supervisor's socket. See `dev.nursery`.
"""

import gc
import importlib
import json
import os
import socket
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from typing import NoReturn

from chassis import handover
from dev.nursery import LONGEST_REQUEST, MOST_HANDED, end_with_parent

COMMON = (
    "chassis.__main__",
    "chassis.factory",
    "chassis.exports",
    "chassis.files",
    "chassis.serve",
    "chassis.sheets",
    "design.charts",
    "design.paper",
    "flask.testing",
    "jsonschema",
    "sqlalchemy.dialects.postgresql.psycopg",
    "witness.api",
    "witness.events",
)
BEAT = 0.001


def main() -> None:
    """Import, then fork until the supervisor is gone."""
    gc.disable()
    for name in COMMON:
        importlib.import_module(name)
    importlib.import_module("chassis.serve").warm_libraries()
    gc.freeze()
    gc.enable()
    with socket.socket(fileno=0) as channel:
        while True:
            request, handed, _, _ = socket.recv_fds(channel, LONGEST_REQUEST, MOST_HANDED)
            if not request:
                return
            _fork(request, handed)


def _fork(request: bytes, handed: Sequence[int]) -> None:
    """Fork twice: the one between ends at once, so that the supervisor adopts the program."""
    between = os.fork()
    if not between:
        parent = os.getpid()
        if os.fork():
            os._exit(0)
        _become(*json.loads(request), handed=handed, parent=parent)
    for one in handed:
        os.close(one)
    os.waitpid(between, 0)


def _become(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    module: str,
    *,
    handed: Sequence[int],
    parent: int,
) -> NoReturn:
    """Turn this fork into the program: adopted, in a session of its own, known by its id, with its own surroundings."""
    status = 1
    output, *rest = handed
    try:
        while os.getppid() == parent:
            time.sleep(BEAT)
        end_with_parent()
        os.setsid()
        os.write(0, str(os.getpid()).encode())
        for number in (1, 2):
            os.dup2(output, number)
        os.close(output)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(environment)
        os.environ[handover.VARIABLE] = ",".join(map(str, rest))
        status = _run(module, arguments)
    finally:
        os._exit(status)


def _run(module: str, arguments: Sequence[str]) -> int:
    try:
        return int(importlib.import_module(module).main(list(arguments)) or 0)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    main()
