"""Three kinds of people at work: teachers in cells, librarians at the desk, a clerk who records new people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from dev.bench.crowd import address_of
from dev.bench.stage import Stage
from dev.bench.writes import cells_of
from dev.trial.client import Answer, Client, Effects, Moment, Seat

MOST_AT_ONCE = 4
SHARED = 0.25
"""The share of a teacher's writes that goes into cells colleagues write as well."""
COLUMNS, CONTESTED = 4, 6
FREE_COPIES = """
    SELECT c.barcode FROM copy c WHERE c.state = 'held' AND NOT EXISTS (SELECT FROM loan l WHERE l.copy_id = c.id)
    ORDER BY c.barcode LIMIT %s
"""
FREE_READERS = """
    SELECT r.card FROM reader r WHERE r.status = 'active' AND r.category = 'learner'
      AND NOT EXISTS (SELECT FROM loan l WHERE l.reader_id = r.person_id AND l.returned_at IS NULL)
    ORDER BY r.card DESC LIMIT %s
"""


@dataclass
class Spot:
    """A cell as a teacher knows it."""

    column: str
    person: str
    version: int
    value: str | None = None

    @property
    def key(self) -> str:
        """How the API names it."""
        return f"{self.person}:{self.column}"


class Teacher(Client):
    """Saves some cells at a time: own ones, which nobody else touches, and shared ones, where the faster wins."""

    kind = "cell"

    def __init__(self, seat: Seat, journal: UUID, own: Sequence[Spot], shared: Sequence[Spot]) -> None:
        super().__init__(seat)
        self._path = f"/journal/api/v1/journals/{journal}/cells"
        self._own, self._shared = list(own), list(shared)

    def turn(self) -> None:
        """Save some cells."""
        mine = not self._shared or self.chance.random() >= SHARED
        place = self._own if mine else self._shared
        if not place:
            self.seat.moment.over.wait(1)
            return
        spots = self.chance.sample(place, min(len(place), self.chance.randint(1, MOST_AT_ONCE)))
        self.save(spots, mine=mine)

    def save_own(self) -> Answer | None:
        """Save some own cells, once."""
        return self.save(self._own[:MOST_AT_ONCE], mine=True)

    def save(self, spots: Sequence[Spot], *, mine: bool) -> Answer | None:
        """Save some cells with other marks than they have."""
        wishes = {spot.key: self._other(spot.value) for spot in spots}
        body = [{"k": spot.key, "v": wishes[spot.key], "b": spot.version} for spot in spots]
        effects = [(spot.column, spot.person, spot.version + 1, wishes[spot.key]) for spot in spots]
        answer = self.ask("PATCH", self._path, body, effects)
        if answer is None:
            self._own = [spot for spot in self._own if spot not in spots]  # nobody knows what stands there
            return None
        self._learn(spots, answer, mine=mine)
        return answer

    def _other(self, value: str | None) -> str:
        return self.chance.choice([text for text in map(str, range(101)) if text != value])

    def _learn(self, spots: Sequence[Spot], answer: Answer, *, mine: bool) -> None:
        by_key = {spot.key: spot for spot in spots}
        for cell in (answer.body or {}).get("cells") or ():
            spot = by_key[cell["k"]]
            if mine and cell["state"] != "ok":
                self.tally.surprises.append(f"{self.name}: {cell['state']} in the own cell {spot.key}")
            spot.version, spot.value = cell["version"], cell["v"]

    def told(self, answer: Answer) -> Effects:
        """Give the cells that were saved."""
        done = [cell for cell in answer.body["cells"] if cell["state"] == "ok"]
        return [[*cell["k"].split(":")[::-1], cell["version"], cell["v"]] for cell in done]


class Librarian(Client):
    """Issues an own copy to an own reader and takes it back, over and over."""

    kind = "issue"

    def __init__(self, seat: Seat, barcode: str, card: str) -> None:
        super().__init__(seat)
        self._barcode, self._card = barcode, card

    def turn(self) -> None:
        """Issue, or take back what is out."""
        giving = self.kind == "issue"
        body = {"barcode": self._barcode} | ({"card": self._card} if giving else {})
        path = "/library/api/v1/loans" if giving else "/library/api/v1/returns"
        answer = self.ask("POST", path, body, [[self._barcode, 0]])
        if answer is None:
            self.seat.moment.over.wait()  # nobody knows where the copy is
        elif answer.status >= 400:
            self.tally.surprises.append(
                f"{self.name}: {self.kind} was answered {answer.status}: {answer.body}"
            )
            self.seat.moment.over.wait(1)
        self.kind = "return" if giving else "issue"

    def told(self, answer: Answer) -> Effects:
        """Name the copy."""
        del answer
        return [[self._barcode, 0]]


class Clerk(Client):
    """Records a new person at each turn."""

    kind = "person"

    def turn(self) -> None:
        """Record somebody."""
        number = f"TRIAL-{uuid4().hex[:12].upper()}"
        body = {
            "number": number, "family_name": "Сынақов", "given_name": "Айдар", "patronymic": None,
            "kind": "staff", "group_code": None, "department_code": None, "language": "kk",
        }  # fmt: skip
        answer = self.ask("POST", "/auth/api/v1/people", body, [[number, 0]])
        if answer is not None and answer.status >= 400:
            self.tally.surprises.append(
                f"{self.name}: a new person was answered {answer.status}: {answer.body}"
            )
        self.seat.moment.over.wait(0.2)

    def told(self, answer: Answer) -> Effects:
        """Name the personal number."""
        return [[answer.body["number"], 0]]


@dataclass(frozen=True)
class Room:
    """Makes seats in one house for one trial."""

    stage: Stage
    moment: Moment
    folder: Any

    def seats(self, name: str, people: Sequence[UUID]) -> list[Seat]:
        """Sign people in and seat each at an address of their own."""
        signed = self.stage.sign_ins(people)
        return [
            Seat(self.stage, self.moment, self.folder, f"{name}-{at:03}", address_of(at), token, secret)
            for at, (token, secret) in enumerate(signed)
        ]

    def teachers(self, count: int, *, each: int = 4) -> list[Client]:
        """Put teachers at journals, at least so many at each: cells are divided among them, a few of one column are everybody's."""
        desks = self.stage.desks(-(-count // each))
        cells = cells_of(self.stage, desks, columns=COLUMNS)
        who = [desks[at % len(desks)] for at in range(count)]
        seats = self.seats("teacher", [desk.teacher_id for desk in who])
        made: list[Client] = []
        for at, (desk, seat) in enumerate(zip(who, seats, strict=True)):
            own = [cell for cell in cells if cell.desk.journal_id == desk.journal_id]
            shared = own[0].column_id
            rest = [cell for cell in own if cell.column_id != shared]
            share, of = at // len(desks), -(-(count - at % len(desks)) // len(desks))
            mine = [Spot(cell.column_id, str(cell.person_id), cell.version) for cell in rest[share::of]]
            both = [cell for cell in own if cell.column_id == shared][:CONTESTED]
            common = [Spot(cell.column_id, str(cell.person_id), cell.version) for cell in both]
            made.append(Teacher(seat, desk.journal_id, mine, common))
        return made

    def librarians(self, count: int) -> list[Client]:
        """Put librarians at desks, each with a copy and a reader of their own."""
        copies = [row[0] for row in self.stage.house.sql("library", FREE_COPIES, count)]
        cards = [str(row[0]) for row in self.stage.house.sql("library", FREE_READERS, count)]
        seats = self.seats("librarian", [self.person("librarian")] * count)
        return [Librarian(*given) for given in zip(seats, copies, cards, strict=False)]

    def clerks(self, count: int) -> list[Client]:
        """Put clerks at the register of people."""
        return [Clerk(seat) for seat in self.seats("clerk", [self.person("admin")] * count)]

    def person(self, login: str) -> UUID:
        """Find whose sign-in it is."""
        found: UUID = self.stage.house.sql("auth", "SELECT person_id FROM account WHERE login = %s", login)[
            0
        ][0]
        return found
