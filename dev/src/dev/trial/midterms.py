"""`make concurrency ROWS=12000`: a registrar hands in a file of midterm marks while teachers type into the same columns.

Who was faster keeps the cell, and nobody is passed over in silence: a cell a teacher changed between the judgement of the file and
its writing is named as a conflict, and what the file is said to have written stands until somebody writes over it.
"""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import UUID

import httpx

from chassis.testing.forms import find_form
from dev import large_journal
from dev.bench.stage import Stage
from dev.demo.workbooks import fill_in
from dev.invariants.claims import Journal
from dev.trial.client import Client, Seat
from dev.trial.people import MOST_AT_ONCE, Room, Spot, Teacher
from ejournal.exchange.layout import MIDTERM

LEARNERS, COLUMNS, OF_EACH = 100, 12, 6
LONGEST, READS = 600.0, 3.0
PAGE = "/journal/midterm-imports"
TEACHERS = "SELECT DISTINCT person_id FROM journal_teacher ORDER BY 1 LIMIT %s"
ROWS = """
    SELECT j.id, g.code, d.code, p.code, e.number, r.person_id::text
    FROM sheet_row r JOIN journal j ON j.id = r.journal_id JOIN study_group g USING (group_id) JOIN discipline d USING (discipline_id)
    JOIN period p USING (period_id) JOIN person e ON e.person_id = r.person_id
    WHERE j.id = ANY(%s) ORDER BY j.id, r.position
"""
CONTROLS = "SELECT journal_id, id::text FROM journal_column WHERE journal_id = ANY(%s) AND kind <> 'lesson' ORDER BY 1, kind"
STATE = "SELECT state FROM mark_import WHERE id = %s"
CELLS = "SELECT state, count(*) FROM mark_import_cell WHERE import_id = %s GROUP BY state"
WRITTEN = "SELECT column_id::text, person_id::text, left_at, typed FROM mark_import_cell WHERE import_id = %s AND state = 'saved'"
LOST = """
    SELECT count(*) FROM mark_import_cell i LEFT JOIN cell c USING (column_id, person_id)
    WHERE i.import_id = %s AND i.state = 'saved'
      AND (c.version IS NULL OR c.version < i.left_at OR (c.version = i.left_at AND c.value IS DISTINCT FROM i.typed))
"""
"""Cells the file is said to have written that hold something else without a later change."""


@dataclass(frozen=True)
class Handed:
    """What came of a file.

    Attributes:
        rows: of the file.
        cells: what became of its cells, by state.
        judged: seconds until the difference page stood.
        written: seconds from the confirmation to the last cell.
        lost: cells the file is said to have written that hold something else without a later change.
    """

    rows: int
    cells: Counter[str]
    judged: float
    written: float
    lost: int

    def __str__(self) -> str:
        told = ", ".join(f"{state} {count:,}" for state, count in sorted(self.cells.items()))
        return (
            f"file of {self.rows:,} rows: judged in {self.judged:.1f} s, written in {self.written:.1f} s: {told}; "
            f"lost {self.lost}"
        )


class Typist(Teacher):
    """Saves only cells the file asks for as well, at the pace of a quick typist."""

    def turn(self) -> None:
        """Save some of them."""
        spots = self.chance.sample(self._shared, min(len(self._shared), MOST_AT_ONCE))
        self.save(spots, mine=False)
        self.seat.moment.over.wait(self.chance.uniform(0.2, 0.8))


class Course:
    """Journals made for a file; `close` takes them away again.

    Args:
        stage: the house.
        rows: of the file.
        teachers: how many type.
    """

    def __init__(self, stage: Stage, rows: int, teachers: int) -> None:
        self.stage = stage
        known = [row[0] for row in stage.house.sql("ejournal", TEACHERS, teachers)]
        with stage.session("ejournal") as session:
            self._by = {
                large_journal.make(session, rows=LEARNERS, columns=COLUMNS, teachers=[by], filled=False): by
                for by, _ in zip(cycle(known), range(-(-rows // LEARNERS)), strict=False)
            }
        self.journals = list(self._by)
        self._rows = stage.house.sql("ejournal", ROWS, self.journals)[:rows]
        self._teachers = teachers

    def close(self) -> None:
        """Close the journals."""
        with self.stage.session("ejournal") as session:
            for journal in self.journals:
                large_journal.put_away(session, journal)

    def typists(self, room: Room) -> list[Client]:
        """Give each teacher some learners of a journal, the cells of both midterm controls."""
        controls: dict[UUID, list[str]] = {}
        for journal, column in self.stage.house.sql("ejournal", CONTROLS, self.journals):
            controls.setdefault(journal, []).append(column)
        where = [self.journals[at % len(self.journals)] for at in range(self._teachers)]
        seats = room.seats("typist", [self._by[journal] for journal in where])
        return [
            Typist(seat, journal, [], self._spots(at // len(self.journals), journal, controls[journal]))
            for at, (seat, journal) in enumerate(zip(seats, where, strict=True))
        ]

    def _spots(self, turn: int, journal: UUID, columns: Sequence[str]) -> list[Spot]:
        learners = [row[5] for row in self._rows if row[0] == journal]
        mine = learners[turn * OF_EACH : (turn + 1) * OF_EACH]
        return [Spot(column, person, 0) for column in columns for person in mine]

    def workbook(self) -> bytes:
        """Write the file: two midterm marks of each learner."""
        rows = [
            {"number": number, "group": group, "discipline": discipline, "period": period, "rk1": "77", "rk2": "88"}
            for _journal, group, discipline, period, number, _person in self._rows
        ]  # fmt: skip
        return fill_in(MIDTERM, rows, language="ru")

    def hand_in(self, room: Room) -> Handed:
        """Hand the file in through the gateway, look at the differences, confirm, and wait until it is written."""
        file = self.workbook()
        [seat] = room.seats("registrar", [room.person("registrar")])
        with _browser(self.stage, seat) as browser:
            began = time.perf_counter()
            address = _sent(browser, PAGE, PAGE, {"file": ("rk.xlsx", file)})
            judged = time.perf_counter() - began
            room.moment.over.wait(READS)  # teachers go on while the differences are read
            began = time.perf_counter()
            _sent(browser, address, f"{address}/apply", {})
        id_ = UUID(address.rpartition("/")[2])
        while self.stage.house.sql("ejournal", STATE, id_) != [("applied",)]:
            if time.perf_counter() - began > LONGEST:
                raise TimeoutError("the file is not written")
            threading.Event().wait(0.1)
        written = time.perf_counter() - began
        self._claim(room, id_)
        cells = Counter(dict(self.stage.house.sql("ejournal", CELLS, id_)))
        lost = self.stage.house.sql("ejournal", LOST, id_)[0][0]
        return Handed(len(self._rows), cells, judged, written, lost)

    def _claim(self, room: Room, id_: UUID) -> None:
        """Keep a journal of what the registrar was told is written, for the checker."""
        done = self.stage.house.sql("ejournal", WRITTEN, id_)
        journal = Journal(room.folder / "registrar.jsonl")
        journal.ask(str(id_), "cell", done, room.moment.name)
        journal.answer(str(id_), 200, done)
        journal.close()


def _browser(stage: Stage, seat: Seat) -> httpx.Client:
    headers = stage.headers(seat.token)
    del headers["Content-Type"]
    headers["Cookie"] += f"; sid={seat.secret}"
    return httpx.Client(base_url=stage.gateway, headers=headers, timeout=70)


def _sent(browser: httpx.Client, page: str, action: str, files: dict[str, Any]) -> str:
    """Send a form of a page; give where it leads.

    Raises:
        RuntimeError: it was refused.
    """
    form = find_form(browser.get(page).text, (), action)
    answer = browser.post(action, data=form.values, files=files or None)
    if answer.status_code != 303:
        raise RuntimeError(f"{action} answered {answer.status_code}")
    return httpx.URL(answer.headers["Location"]).path
