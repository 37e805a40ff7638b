"""P15: how soon a grant, a withdrawal and a revocation are felt, by real requests to the gateway and to each of the five services.

The clock starts at the moment the act writes into its own row, a few milliseconds before its commit, and stops when the first
request answered in the new way has its answer. Watchers ask every service at once, each over one kept connection, while the act is done.
"""

import http.client
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from chassis import clock
from dev import ports, rabbit
from dev.bench import load
from dev.bench.console import say
from dev.bench.goals import Reached
from dev.bench.stage import Stage
from dev.testing import House, free_layout

ROUNDS = 200
BATCH = 20
BEAT = 0.01
PATIENCE = 20.0
ROLE = "bench_effect"
ORDER = {"order_number": "1-bench", "order_date": "2026-11-25"}
RABBIT_PORTS = range(27300, 27390, 3)
# A page of each service that one permission opens, with nothing else in its address.
WATCHED = {
    "auth": ("/auth/api/v1/roles", "auth.role.read"),
    "portal": ("/portal/api/v1/groups", "portal.group.read"),
    "ejournal": ("/journal/api/v1/journals", "ejournal.journal.read"),
    "library": ("/library/api/v1/readers", "library.reader.read"),
    "website": ("/website/api/v1/items", "website.item.write"),
}
Times = dict[str, dict[str, list[float]]]


class Watcher(threading.Thread):
    """Asks one address again and again until its answer is the wanted one."""

    def __init__(
        self, port: int, path: str, headers: Mapping[str, str], wanted: Callable[[int], bool]
    ) -> None:
        super().__init__(daemon=True)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._path, self._headers, self._wanted = path, dict(headers), wanted
        self.seen = 0.0

    def run(self) -> None:
        """Ask until the answer is there or patience is over."""
        deadline = time.monotonic() + PATIENCE
        while not self.seen and time.monotonic() < deadline:
            self._connection.request("GET", self._path, headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
            if self._wanted(answer.status):
                self.seen = clock.now().timestamp()
            else:
                time.sleep(BEAT)
        self._connection.close()


def measure(stage: Stage) -> dict[str, Reached]:
    """Measure with feeds alone, on the house that runs, and with RabbitMQ on one of its own."""
    say(f"P15: {ROUNDS} grants, withdrawals and blocks, felt by feeds alone")
    found = _reached(_rounds(stage), "P15")
    if (words := rabbit.missing()) is not None:
        say(words)
        return found
    say("P15: the same with RabbitMQ, in a house of its own")
    with _house_with_rabbit() as house:
        return found | _reached(_rounds(Stage(house)), "P15r")


@contextmanager
def _house_with_rabbit() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="effect-") as folder:
        Path(folder).chmod(0o755)
        port = next(one for one in RABBIT_PORTS if all(map(ports.is_free, (one, one + 1, one + 2))))
        with rabbit.Rabbit(Path(folder, "rabbit"), port) as node:
            house = House(free_layout(Path(folder, "state")), AMQP_URL=node.url)
            house.start()
            try:
                yield house
            finally:
                house.stop()


def _reached(times: Times, number: str) -> dict[str, Reached]:
    """Give the p99 of each act over all places, with p50 and p99 of every place beside it."""
    found = {}
    for letter, (_act, places) in zip("abc", times.items(), strict=True):
        worst = max(load.percentile(sorted(measured), 0.99) for measured in places.values())
        beside = ", ".join(
            f"{place} {load.percentile(sorted(measured), 0.5):.0f}/{load.percentile(sorted(measured), 0.99):.0f}"
            for place, measured in places.items()
        )
        found[number + letter] = Reached(worst, f"p50/p99 ms: {beside}")
    return found


def _rounds(stage: Stage) -> Times:
    """Give a role, withdraw it, and block somebody else who has it, again and again.

    Raises:
        load.Void: an act was refused, or not felt in time.
    """
    people = _people(stage, 2 * ROUNDS)
    times: Times = {"grant": {}, "withdrawal": {}, "revocation": {}}
    for number in range(0, len(people), 2):
        if number % BATCH == 0:  # tokens live five minutes, and a busy machine is slow
            tokens = stage.tokens(people[number : number + BATCH])
            admin = stage.headers(stage.token_of("admin"))
        one, other = people[number], people[number + 1]
        first, second = tokens[number % BATCH], tokens[number % BATCH + 1]
        _felt(stage, times["grant"], first, _opened, partial(_give, stage, admin, one))
        _felt(stage, times["withdrawal"], first, _shut, partial(_withdraw, stage, admin, one))
        _felt(stage, {}, second, _opened, partial(_give, stage, admin, other))
        _felt(stage, times["revocation"], second, _shut, partial(_block, stage, admin, other))
    return times


def _opened(status: int) -> bool:
    return status == 200


def _shut(status: int) -> bool:
    return status in {401, 403}


def _felt(
    stage: Stage,
    times: dict[str, list[float]],
    token: str,
    wanted: Callable[[int], bool],
    act: Callable[[], float],
) -> None:
    """Do an act while every place is watched, and keep the milliseconds from the act to each place."""
    watchers = _watchers(stage, token, wanted)
    for watcher in watchers.values():
        watcher.start()
    began = act()
    for place, watcher in watchers.items():
        watcher.join()
        if not watcher.seen:
            raise load.Void(f"not felt at {place} within {PATIENCE:g} s")
        times.setdefault(place, []).append(max(0.0, 1000 * (watcher.seen - began)))


def _watchers(stage: Stage, token: str, wanted: Callable[[int], bool]) -> dict[str, Watcher]:
    layout = stage.house.layout
    bearer = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    found = {
        name: Watcher(layout.service_port(name), path, bearer, wanted)
        for name, (path, _code) in WATCHED.items()
    }
    path = WATCHED["portal"][0]
    return {"gateway": Watcher(layout.port, path, stage.headers(token), wanted), **found}


def _give(stage: Stage, admin: Mapping[str, str], person: UUID) -> float:
    body = {"role": ROLE, "scope_type": "institution", "valid_from": "2026-01-01", **ORDER}
    _post(stage, admin, f"/auth/api/v1/people/{person}/grants", body)
    return _moment(
        stage, "SELECT extract(epoch FROM max(given_at)) FROM role_grant WHERE person_id = %s", person
    )


def _withdraw(stage: Stage, admin: Mapping[str, str], person: UUID) -> float:
    [(grant,)] = stage.house.sql("auth", "SELECT id FROM role_grant WHERE person_id = %s", person)
    _post(stage, admin, f"/auth/api/v1/grants/{grant}/withdraw", ORDER)
    return _moment(
        stage, "SELECT extract(epoch FROM max(withdrawn_at)) FROM role_grant WHERE person_id = %s", person
    )


def _block(stage: Stage, admin: Mapping[str, str], person: UUID) -> float:
    _post(stage, admin, f"/auth/api/v1/people/{person}/block", {"reason": "bench", **ORDER})
    return _moment(stage, "SELECT extract(epoch FROM blocked_at) FROM account WHERE person_id = %s", person)


def _moment(stage: Stage, query: str, person: UUID) -> float:
    return float(stage.house.sql("auth", query, person)[0][0])


def _post(stage: Stage, headers: Mapping[str, str], path: str, body: Mapping[str, Any]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stage.house.layout.port, timeout=30)
    key = {"Idempotency-Key": str(uuid4())}
    connection.request("POST", path, json.dumps(body), {**headers, **key})
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status >= 300:
        raise load.Void(f"{path} was refused: {answer.status} {said[:200]!r}")


def _people(stage: Stage, count: int) -> Sequence[UUID]:
    """Make people with accounts and no role, and the role that opens one page of each service."""
    from auth.access import roles
    from auth.access.model import Role
    from auth.accounts import service as accounts
    from auth.people import service as people

    with stage.session("auth") as session:
        admin = stage.house.sql("auth", "SELECT person_id FROM account WHERE login = 'admin'")[0][0]
        if session.get(Role, ROLE) is None:
            title = {"kk": "Өлшеу", "ru": "Замер"}
            codes = [code for _path, code in WATCHED.values()]
            roles.create(
                session,
                code=ROLE,
                title=title,
                permissions=codes,
                order_number="1-bench",
                order_date=date(2026, 11, 25),
                actor=admin,
            )
        made = []
        for _number in range(count):
            values = {
                "number": f"E-{uuid4().hex[:10]}", "family_name": "Өлшеуші", "given_name": "Айдар", "kind": "staff", "language": "kk",
            }  # fmt: skip
            person = people.create(session, values=values, actor="bench")
            accounts.create(session, person=person, actor="bench")
            made.append(person.id)
    return made
