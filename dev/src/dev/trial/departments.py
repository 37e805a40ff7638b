"""A house on two machines: the academy's, and a department's that runs the library alone, joined by one wire that can be cut."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from chassis import clock
from dev import state
from dev.bench.stage import Stage
from dev.compose.department import Department, in_containers
from dev.demo import academy as demo
from dev.demo import auth as accounts
from dev.demo import library as books
from dev.invariants import view
from dev.invariants.__main__ import examine
from dev.invariants.report import Report
from dev.testing import House, free_layout, until
from dev.trial.relay import relay
from dev.trial.surroundings import Wire, wire

FIRST_PORT = 27400
ARRIVES = 120.0
KNOCK_SECONDS = 0.7
DEPARTMENT = "library"
GRANTS = "SELECT count(*) FROM chassis.access_grant"
Way = Literal["near", "far"]


@dataclass(frozen=True)
class Machines:
    """Two machines and the wire between them.

    Attributes:
        academy: everything but the library, at the near end.
        department: the library with its own database and gateway, at the far end.
        wire: between them.
    """

    academy: House
    department: House
    wire: Wire

    @property
    def stage(self) -> Stage:
        """Where people of the academy sign in."""
        return Stage(self.academy)

    def books(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the department's database."""
        with self.wire.inside():
            return self.department.sql(DEPARTMENT, query, *values)

    def reach(self, caller: Way) -> bool:
        """Tell whether one machine can call the other: the library from the near end, auth from the far one."""
        callee = DEPARTMENT if caller == "near" else "auth"
        host = self.wire.far if caller == "near" else self.wire.near
        place = (host, self.academy.layout.service_port(callee))
        try:
            if caller == "near":
                socket.create_connection(place, KNOCK_SECONDS).close()
            else:
                with self.wire.inside():
                    socket.create_connection(place, KNOCK_SECONDS).close()
        except OSError:
            return False
        return True

    def furnish(self) -> None:
        """Let people into auth, wait until the library has heard of them and their rights, and put books on its shelves."""
        made = demo.generate(clock.today())
        with self.stage.session("auth") as session:
            accounts.load(session, made, day=clock.today())
        everybody = len(made.people)
        until(
            lambda: self.books("SELECT count(*) FROM reader")[0][0] >= everybody,
            "readers at the library",
            ARRIVES,
        )
        until(
            lambda: self.books(GRANTS) == self.academy.sql("auth", GRANTS),
            "their rights at the library",
            ARRIVES,
        )
        with self.wire.inside(), Stage(self.department).session(DEPARTMENT) as session:
            books.load(session, day=clock.today(), now=clock.now())

    def check(self, limit: float = ARRIVES) -> list[Report]:
        """Check the invariants over the databases of both machines."""
        near, far = self.academy.layout, self.department.layout
        keys = {**view.public_keys(near), **view.public_keys(far)}

        def database() -> socket.socket:
            with self.wire.inside():
                return socket.create_connection(("127.0.0.1", far.postgres_port))

        with relay(database) as way:
            url = view.addresses(far)[DEPARTMENT].replace(f":{far.postgres_port}/", f":{way.port}/")
            urls = {**view.addresses(near), DEPARTMENT: url}
            return examine(urls, limit=limit, keys=keys, files=view.papers(near))


@contextmanager
def two_machines(folder: Path) -> Iterator[Machines]:
    """Start the library's house at the far end of a new wire, in containers when told so; the academy's, here, is yet to be started.

    Both have the same ports. The library is given the secret by which auth will know it.

    Args:
        folder: for the state of both.

    Raises:
        Unavailable: this machine does not let us.
        AssertionError: a house did not start.
        Refusal: it shall be in containers, and there are no images.
    """
    with ExitStack() as stack:
        line = stack.enter_context(wire())
        chosen = free_layout(folder / "academy" / "state", first=FIRST_PORT)
        rest = tuple(name for name in chosen.names if name != DEPARTMENT)
        near = replace(
            chosen,
            only=rest,
            bind=line.near,
            public_url=f"http://{line.near}:{chosen.port}",
            elsewhere={DEPARTMENT: f"http://{line.far}:{chosen.service_port(DEPARTMENT)}"},
        )
        far = replace(
            near,
            state=folder / "department" / "state",
            only=(DEPARTMENT,),
            bind=line.far,
            elsewhere={name: near.address(name) for name in rest},
            client_secret=near.secret("client", DEPARTMENT),
        )
        machines = Machines(House(near), Department(far) if in_containers() else House(far), line)
        for house in (machines.academy, machines.department):
            house.layout.state.parent.mkdir(parents=True)
            stack.callback(house.stop)
        with state.locked(near.state):
            state.prepare(near)
        with line.inside():
            machines.department.start()
        yield machines
