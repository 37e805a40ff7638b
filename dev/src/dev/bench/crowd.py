"""Many people at the door of a house: each a browser of their own, at an address of their class room; and those who read meanwhile."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, select

from dev.bench.stage import Stage

PATIENCE = 240.0
LONGEST_PAUSE = 5.0
PER_SECOND = 48
"""Pages read a second: the peak of six academies the architecture counts with."""
READERS = 12


@dataclass(frozen=True)
class Member:
    """Somebody of the crowd."""

    login: str
    password: str
    person_id: UUID


@dataclass
class Entry:
    """How somebody got in.

    Attributes:
        sid: secret of the session; empty for who did not get in.
        seconds: until they were in.
        statuses: of every answer on the way.
    """

    sid: str = ""
    seconds: float = 0.0
    statuses: list[int] = field(default_factory=list)


def make_members(stage: Stage, count: int, password: str, *, family_name: str = "Дауылбай") -> list[Member]:
    """Create people with accounts through the use cases of auth; all hashes are of the one password."""
    from auth.accounts import passwords
    from auth.accounts import service as accounts
    from auth.people import service as people
    from auth.people.model import Person
    from chassis import clock

    with stage.session("auth") as session:
        stored, made = passwords.hash_password(password), []
        there = session.scalar(select(func.count()).where(Person.number.startswith("STORM-"))) or 0
        for number in range(there, there + count):
            values = {
                "number": f"STORM-{number:05}", "family_name": family_name, "given_name": "Сынақ", "patronymic": None,
                "kind": "staff", "group_code": None, "department_code": None, "language": "kk",
            }  # fmt: skip
            account = accounts.create(
                session, person=people.create(session, values=values, actor="bench"), actor="bench"
            )
            account.password_hash, account.must_change = stored, False
            account.password_at = clock.now()
            made.append(Member(account.login, password, account.person_id))
    return made


@dataclass(frozen=True)
class Crowd:
    """Where a crowd goes.

    Attributes:
        port: of the gateway.
        host: as browsers name it.
    """

    port: int
    host: str

    def connect(self, address: str) -> http.client.HTTPConnection:
        """Open a connection from an address of this machine."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=90, source_address=(address, 0))

    def storm(self, members: Sequence[Member], address: Callable[[int], str]) -> list[Entry]:
        """Let all of them sign in at the same moment.

        Args:
            members: who.
            address: takes a place in the list, gives the address that person comes from.

        Returns:
            An entry for each, in their order.
        """
        entries = [Entry() for _member in members]
        gate = threading.Barrier(len(members))

        def one(place: int) -> None:
            gate.wait()
            entries[place] = enter(self, members[place], address(place))

        threads = [threading.Thread(target=one, args=(place,)) for place in range(len(members))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return entries


def address_of(room: int) -> str:
    """Give the loopback address of a class room."""
    return f"127.0.{room // 200 + 1}.{room % 200 + 1}"


def enter(crowd: Crowd, member: Member, address: str) -> Entry:
    """Sign somebody in as their browser would; told to come again, they do, for four minutes."""
    entry, began = Entry(), time.perf_counter()
    while time.perf_counter() - began < PATIENCE:
        try:
            status, pause = _try(crowd, member, address, entry)
        except OSError:
            status, pause = 0, 1.0
        entry.statuses.append(status)
        if entry.sid or status not in {0, 429, 502, 503}:
            break
        time.sleep(min(pause, LONGEST_PAUSE))
    entry.seconds = time.perf_counter() - began
    return entry


def _try(crowd: Crowd, member: Member, address: str, entry: Entry) -> tuple[int, float]:
    form = urlencode({"login": member.login, "password": member.password})
    headers = {
        "Host": crowd.host,
        "Origin": f"http://{crowd.host}",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = crowd.connect(address)
    try:
        connection.request("POST", "/auth/login", form, headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    cookies = dict(
        line.partition(";")[0].partition("=")[::2] for line in answer.headers.get_all("Set-Cookie", [])
    )
    if answer.status == 303:
        entry.sid = cookies.get("sid", "")
    return answer.status, float(answer.getheader("Retry-After") or 1)


class Readers:
    """People who read meanwhile, at a steady pace: a journal, the portal's home, the catalogue, a page behind a renewed token.

    Args:
        stage: the house.
        secrets: of sessions, for those whose token ran out.

    Attributes:
        refused: page and status of what was not answered with 200.
    """

    def __init__(self, stage: Stage, secrets: Sequence[str]) -> None:
        desks = stage.desks(READERS)
        self.refused: list[str] = []
        self._port = stage.house.layout.port
        self._asked: list[tuple[str, str, dict[str, str]]] = []
        for desk, secret in zip(desks, secrets, strict=True):
            signed = stage.headers(desk.token)
            self._asked += [
                ("journal", f"/journal/journals/{desk.journal_id}", signed),
                ("home", "/portal/", signed),
                ("catalogue", "/library/", signed),
                ("renewal", "/library/", signed | {"Cookie": f"sid={secret}; prefs=lang=ru"}),
            ]

    def read_for(self, seconds: float) -> dict[str, list[float]]:
        """Read for a while; give the milliseconds by page."""
        with self.reading() as seen:
            time.sleep(seconds)
        return seen

    @contextmanager
    def reading(self) -> Iterator[dict[str, list[float]]]:
        """Read until the block ends; each reader asks when its turn has come, or at once when it is late."""
        seen: dict[str, list[float]] = {page: [] for page, _path, _headers in self._asked}
        ended = threading.Event()
        pace = READERS / PER_SECOND

        def one(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            due, turn = time.perf_counter() + pace * number / READERS, number * 5
            while not ended.wait(max(0.0, due - time.perf_counter())):
                page, path, headers = self._asked[turn % len(self._asked)]
                began = time.perf_counter()
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                answer.read()
                seen[page].append(1000 * (time.perf_counter() - began))
                if answer.status != 200:
                    self.refused.append(f"{page} {answer.status}")
                due, turn = due + pace, turn + 1
            connection.close()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(READERS)]
        for thread in threads:
            thread.start()
        try:
            yield seen
        finally:
            ended.set()
            for thread in threads:
                thread.join()
