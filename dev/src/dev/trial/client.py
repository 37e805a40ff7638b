"""A person of a trial: asks with a key until there is an answer, and keeps a journal of both that survives everything."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from dev.bench.stage import Stage
from dev.invariants.claims import Journal

PATIENCE = 90.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
TIMEOUT = 15.0
AGAIN = frozenset({401, 403, 429, 500, 502, 503, 504})
"""Answers after which a client asks again with the same key: the house is not well, and says so. By a clock that is an hour
behind, nobody's right has begun."""
REPLAYED = 0.1
"""The share of answered writes that are sent once more, as a browser does that lost the answer."""
Effects = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Answer:
    """What was answered in the end."""

    status: int
    body: Any


@dataclass
class Tally:
    """What became of the writes of one client, or of many.

    Attributes:
        asked: writes.
        acknowledged: by what was going on when they were answered.
        conflicts: refused because a colleague was faster.
        unanswered: given up after a long patience.
        replays: sent once more after they were answered.
        refusals: answers and broken connections after which the same was asked again, by what was going on.
        longest: seconds from the first try to the answer, by what was going on when it was first refused, or answered.
        milliseconds: of each answer that came at once.
        surprises: what must not happen: a replay answered otherwise, somebody else's mark in an own cell.
    """

    asked: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0
    unanswered: int = 0
    replays: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def take(self, other: "Tally") -> None:
        """Add another tally."""
        self.asked += other.asked
        self.acknowledged += other.acknowledged
        self.conflicts += other.conflicts
        self.unanswered += other.unanswered
        self.replays += other.replays
        self.refusals += other.refusals
        for name, seconds in other.longest.items():
            self.longest[name] = max(seconds, self.longest.get(name, 0.0))
        self.milliseconds += other.milliseconds
        self.surprises += other.surprises


class Moment:
    """What is going on in the house now; every client looks at the same one."""

    def __init__(self) -> None:
        self.name = "nothing"
        self.over = threading.Event()


@dataclass(frozen=True)
class Seat:
    """Where a client sits: the house, the moment, an own journal and an own address."""

    stage: Stage
    moment: Moment
    folder: Path
    name: str
    address: str
    token: str
    secret: str


class Client(threading.Thread):
    """A person at work until the trial is over; subclasses say what one turn is.

    Attributes:
        seat: where they sit.
        tally: what became of their writes.
        refused: how they were refused last, as long as they have no answer; empty when they have.
    """

    kind = ""

    def __init__(self, seat: Seat) -> None:
        super().__init__(daemon=True, name=seat.name)
        self.seat = seat
        self.tally = Tally()
        self.refused = ""
        self.chance = random.Random(seat.name)  # noqa: S311 - a load, not a secret
        self._token = seat.token
        self._connection: http.client.HTTPConnection | None = None
        self._journal = Journal(seat.folder / f"{seat.name}.jsonl")

    def turn(self) -> None:
        """Do one piece of work."""
        raise NotImplementedError

    def run(self) -> None:
        """Work until the trial is over."""
        while not self.seat.moment.over.is_set():
            self.turn()
        self._close()
        self._journal.close()

    def told(self, answer: Answer) -> Effects:
        """Give what an answer says is done."""
        raise NotImplementedError

    def ask(self, method: str, path: str, body: Any, effects: Effects) -> Answer | None:
        """Ask until there is an answer.

        Returns:
            The answer; None when patience was over.
        """
        key, moment = str(uuid4()), self.seat.moment
        self.tally.asked += 1
        self._journal.ask(key, self.kind, effects, moment.name)
        answer = self._until_answered(key, method, path, body)
        self.refused = ""
        if answer is None:
            self.tally.unanswered += 1
            return None
        good = answer.status < 400
        done = self.told(answer) if good else ()
        self._journal.answer(key, answer.status, done)
        self.tally.acknowledged[moment.name] += good
        self.tally.conflicts += answer.status == 409
        if good and self.chance.random() < REPLAYED:
            self._replay(key, method, path, body, done)
        return answer

    def _replay(self, key: str, method: str, path: str, body: Any, done: Effects) -> None:
        again = self._until_answered(key, method, path, body)
        self.refused = ""
        if again is None:
            return
        self.tally.replays += 1
        if again.status >= 400 or list(self.told(again)) != list(done):
            self.tally.surprises.append(
                f"{self.name}: key {key} was answered otherwise the second time: {again.status}"
            )

    def _until_answered(self, key: str, method: str, path: str, body: Any) -> Answer | None:
        began, pause, refused = time.perf_counter(), FIRST_PAUSE, ""
        while time.perf_counter() - began < PATIENCE:
            answer, trouble = None, ""
            try:
                answer = self._send(key, method, path, body)
            except (OSError, http.client.HTTPException) as error:
                trouble = repr(error)
                self._close()
            if answer is not None and answer.status not in AGAIN:
                self._note(began, refused)
                return answer
            name = self.seat.moment.name
            self.tally.refusals[name] += 1
            self.refused = f"{self.name}: {trouble or answer}"
            refused = refused or name
            time.sleep(pause * self.chance.uniform(0.5, 1))
            pause = min(2 * pause, LONGEST_PAUSE)
        return None

    def _note(self, began: float, refused: str) -> None:
        took, name = time.perf_counter() - began, refused or self.seat.moment.name
        self.tally.longest[name] = max(took, self.tally.longest.get(name, 0.0))
        if not refused:
            self.tally.milliseconds.append(1000 * took)

    def _send(self, key: str, method: str, path: str, body: Any) -> Answer:
        if self._connection is None:
            port = self.seat.stage.house.layout.port
            source = (self.seat.address, 0)
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", port, timeout=TIMEOUT, source_address=source
            )
        text = None if body is None else json.dumps(body)
        self._connection.request(method, path, text, {**self._headers(), "Idempotency-Key": key})
        answer = self._connection.getresponse()
        said = answer.read()
        self._renew(answer.headers.get_all("Set-Cookie") or [])
        return Answer(answer.status, _json(said))

    def _headers(self) -> Mapping[str, str]:
        headers = self.seat.stage.headers(self._token)
        return {**headers, "Cookie": f"sid={self.seat.secret}; {headers['Cookie']}"}

    def _renew(self, cookies: Sequence[str]) -> None:
        for cookie in cookies:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            if name == "at" and value:
                self._token = value

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def work(clients: Sequence[Client], moment: Moment, meanwhile: Callable[[], None]) -> tuple[Tally, float]:
    """Let clients work as long as something else lasts; give what became of their writes, and the seconds it took."""
    began = time.perf_counter()
    for client in clients:
        client.start()
    try:
        meanwhile()
    finally:
        moment.over.set()
        for client in clients:
            client.join()
    total = Tally()
    for client in clients:
        total.take(client.tally)
    return total, time.perf_counter() - began


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
