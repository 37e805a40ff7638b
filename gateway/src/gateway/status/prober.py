"""The prober: asks every part of the house how it is, again and again, and writes the pages that the gateway hands out."""

import http.client
import json
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gateway.status import page, rules
from gateway.status.history import Announcements, History

SECONDS = 5.0
PATIENCE = 3.0
GRACE_MINUTES = 2
"""A house that starts is not out of service: so long a part may take to answer for the first time."""

Ask = Callable[[str], bool]


def ask(url: str) -> bool:
    """Tell whether an address answers 200 in time."""
    place = urlsplit(url)
    try:
        with closing(http.client.HTTPConnection(place.netloc, timeout=PATIENCE)) as connection:
            connection.request("GET", place.path, headers={"User-Agent": "shanyraq-status"})
            return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException, ValueError):
        return False


@dataclass
class Prober:
    """One prober.

    Attributes:
        targets: part of the house → its health address.
        folder: its own: history, announcements and the pages.
        build: what the design has built, for the look of the pages.
        clock: seconds since 1970.
    """

    targets: Mapping[str, str]
    folder: Path
    build: Path
    clock: Callable[[], float]
    ask: Ask = ask
    _probes: dict[str, list[bool]] = field(default_factory=dict)
    _last: dict[str, bool] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _minute: int = 0
    _shown: object = None

    def __post_init__(self) -> None:
        """Find what was kept."""
        self.history = History(self.folder / "history")
        self.announcements = Announcements(self.folder)
        self._began = self._minute = self.now
        self._pool = ThreadPoolExecutor(len(self.targets), thread_name_prefix="probe")

    @property
    def now(self) -> int:
        """The present minute."""
        return int(self.clock() // 60)

    def run(self, stop: threading.Event) -> None:
        """Probe until `stop`; the minute that has begun is judged by what is known of it."""
        while not stop.is_set():
            self.step()
            stop.wait(SECONDS)
        self._close_minute()

    def step(self) -> None:
        """Ask everybody once; when a minute is over judge it, when anything has changed write the pages."""
        answers = dict(zip(self.targets, self._pool.map(self.ask, self.targets.values()), strict=True))
        minute = self.now
        if minute != self._minute:
            self._close_minute()
            self._minute = minute
        for part, up in answers.items():
            if up:
                self._seen.add(part)
            if part in self._seen or minute - self._began >= GRACE_MINUTES:
                self._probes.setdefault(part, []).append(up)
            if up != self._last.get(part):
                _say(f"{part} {'answers' if up else 'does not answer'}", part=part, up=up)
        self._last = answers
        self._publish()

    def _close_minute(self) -> None:
        judged = {part: rules.judge(probes) for part, probes in self._probes.items()}
        self._probes = {}
        states = {part: up for part, up in judged.items() if up is not None}
        if states:
            try:
                self.history.note(self._minute, states)
            except OSError as error:
                _say("the history cannot be written, it is kept in memory", error=str(error))

    def _publish(self) -> None:
        windows = self.announcements.windows()
        known = (self._minute, self._last, windows)
        if known == self._shown:
            return
        months = {month: self.history.spans(month) for month in self.history.months()}
        try:
            page.write(
                self.folder,
                self.build,
                page.Facts(self._minute, self._last, windows, months, list(self.targets)),
            )
        except OSError as error:
            _say("the status pages cannot be written", error=str(error))
        else:
            self._shown = known


def _say(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, "service": "status", **fields}), file=sys.stderr, flush=True)
