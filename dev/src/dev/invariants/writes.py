"""I1 and I2: what was answered stands, once; what was not answered stands once or not at all.

Answers are known from two sides: the services keep each answer for a day in the transaction of the act (`chassis.idempotency`), and
clients of a load keep journals of their own. A change in a cell that journals name must be somebody's: one that nobody asked for was
done twice.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text, tuple_
from sqlalchemy.orm import Session

from chassis.idempotency import KEYS
from dev.invariants.claims import Claim
from dev.invariants.report import Report
from dev.invariants.view import View
from ejournal.journal.model import CELL_CHANGE

CHUNK = 2000
ISSUES = text("""
    SELECT c.barcode, count(*) AS n, count(*) FILTER (WHERE l.returned_at IS NOT NULL) AS back,
      sum((SELECT count(*) FROM chassis.event_log e WHERE e.subject = l.id::text AND e.type = 'library.book.issued.v1')) AS issued,
      sum((SELECT count(*) FROM chassis.event_log e WHERE e.subject = l.id::text AND e.type = 'library.book.returned.v1')) AS returned
    FROM loan l JOIN copy c ON c.id = l.copy_id WHERE c.barcode = ANY(:names) GROUP BY c.barcode
""")
PEOPLE = text("""
    SELECT p.number, count(DISTINCT p.id) AS n, count(e.id) AS told FROM person p
    LEFT JOIN chassis.event_log e ON e.subject = p.id::text AND e.subject_version = 1 AND e.type = 'auth.person.recorded.v1'
    WHERE p.number = ANY(:names) GROUP BY p.number
""")
ANSWERS = text("""
    SELECT l.id::text AS id, l.returned_at,
      (SELECT count(*) FROM chassis.event_log e WHERE e.subject = l.id::text AND e.type = 'library.book.issued.v1') AS issued,
      (SELECT count(*) FROM chassis.event_log e WHERE e.subject = l.id::text AND e.type = 'library.book.returned.v1') AS returned
    FROM loan l WHERE l.id::text = ANY(:names)
""")
Rows = Mapping[str, Sequence[int]]
"""What stands by name: how often in each place it must stand in."""


def check(view: View) -> tuple[Report, Report]:
    """Check what was answered, and what was not."""
    answered, open_ = Report("I1"), Report("I2")
    for service, session in view.sessions.items():
        _stored(service, session, answered)
    if journal := view.get("ejournal"):
        _cells(journal, [claim for claim in view.claims if claim.kind == "cell"], answered, open_)
    if library := view.get("library"):
        _named(view.claims, {"issue": _issues(library), "return": _returns(library)}, answered, open_)
    if auth := view.get("auth"):
        _named(view.claims, {"person": _people(auth)}, answered, open_)
    return answered, open_


# --- answers the services keep ----------------------------------------------------------------------------------------


def _stored(service: str, session: Session, report: Report) -> None:
    rows = session.execute(select(KEYS.c.key, KEYS.c.status, KEYS.c.body)).all()
    report.count(f"answers of {service}", len(rows))
    report.add(f"{service}: key {row.key} was taken and has no answer" for row in rows if row.status is None)
    told = [body for row in rows if isinstance(body := _json(row.body), dict)]
    if service == "ejournal":
        cells = [cell for body in told for cell in body.get("cells") or () if cell.get("state") == "ok"]
        effects = [(*cell["k"].split(":")[::-1], cell["version"], cell["v"]) for cell in cells]
        report.count("marks in them", len(effects))
        report.add(text for _effect, text in _lost(session, effects))
    if service == "library":
        report.add(
            _loans(session, [body for body in told if {"copy_id", "reader_id", "issued_at"} <= body.keys()])
        )


def _json(body: bytes | None) -> Any:
    try:
        return json.loads(bytes(body or b"null"))
    except ValueError:
        return None


def _loans(session: Session, told: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    loans = list(told)
    found = {row.id: row for row in session.execute(ANSWERS, {"names": [loan["id"] for loan in loans]})}
    for loan in loans:
        row = found.get(loan["id"])
        if row is None:
            yield f"loan {loan['id']} was answered and does not stand"
        elif row.issued != 1:
            yield f"loan {loan['id']} was told {row.issued} times"
        elif loan["returned_at"] and (row.returned_at is None or row.returned != 1):
            yield f"the return of loan {loan['id']} was answered and was told {row.returned} times"


# --- marks ------------------------------------------------------------------------------------------------------------

Effect = tuple[Any, ...]
"""Column, learner, version, value."""


def _lost(session: Session, effects: Sequence[Effect]) -> Iterator[tuple[Effect, str]]:
    """Name acknowledged marks that do not stand as what they were told to be, each with words."""
    wanted = list(dict.fromkeys(effect for effect in effects if effect[2]))
    stands = _history(session, [(column, person) for column, person, _version, _value in wanted])
    for column, person, version, value in wanted:
        found = stands.get((column, person, version), ())
        if list(found) != [value]:
            there = f"{', '.join(map(str, found))} stands there" if found else "nothing stands there"
            what = f"version {version} ({value}) of learner {person} in column {column} was answered"
            times = f" {len(found)} times" if len(found) > 1 else ""
            yield (column, person, version, value), f"{what}: {there}{times}"


def _history(
    session: Session, cells: Iterable[tuple[str, str]]
) -> dict[tuple[str, str, int], list[str | None]]:
    ordered = sorted(set(cells))
    found: dict[tuple[str, str, int], list[str | None]] = {}
    for at in range(0, len(ordered), CHUNK):
        query = select(
            CELL_CHANGE.c.column_id, CELL_CHANGE.c.person_id, CELL_CHANGE.c.version, CELL_CHANGE.c.new_value
        ).where(tuple_(CELL_CHANGE.c.column_id, CELL_CHANGE.c.person_id).in_(ordered[at : at + CHUNK]))
        for column, person, version, value in session.execute(query):
            found.setdefault((str(column), str(person), version), []).append(value)
    return found


def _cells(session: Session, claims: Sequence[Claim], answered: Report, open_: Report) -> None:
    told = {claim.effect: claim.during for claim in claims if claim.answered}
    unsure = {claim.effect: claim.during for claim in claims if not claim.answered}
    answered.count("marks of clients", len(told))
    open_.count("marks without an answer", len(unsure))
    for effect, text_ in _lost(session, list(told)):
        answered.breaches.append(text_)
        answered.blame[told[effect]] += 1
    stands = _history(session, [(claim.effect[0], claim.effect[1]) for claim in claims])
    open_.count("of them stand", sum(effect[3] in stands.get(effect[:3], ()) for effect in unsure))
    first = _first_versions(claims)
    during = {claim.effect[:2]: claim.during for claim in claims}
    known = {*told, *unsure}
    for (column, person, version), values in stands.items():
        strange = [value for value in values if (column, person, version, value) not in known]
        if strange and version >= first[column, person]:
            what = f"version {version} ({strange[0]}) of learner {person} in column {column}"
            open_.breaches.append(f"{what}: nobody asked for it")
            open_.blame[during[column, person]] += 1


def _first_versions(claims: Iterable[Claim]) -> dict[tuple[str, str], int]:
    first: dict[tuple[str, str], int] = {}
    for claim in claims:
        column, person, version, _value = claim.effect
        first[column, person] = min(version, first.get((column, person), version))
    return first


# --- books and people -------------------------------------------------------------------------------------------------


def _issues(session: Session) -> Callable[[Sequence[str]], Rows]:
    return lambda names: {
        row.barcode: (row.n, row.issued) for row in session.execute(ISSUES, {"names": names})
    }


def _returns(session: Session) -> Callable[[Sequence[str]], Rows]:
    return lambda names: {
        row.barcode: (row.back, row.returned) for row in session.execute(ISSUES, {"names": names})
    }


def _people(session: Session) -> Callable[[Sequence[str]], Rows]:
    return lambda names: {row.number: (row.n, row.told) for row in session.execute(PEOPLE, {"names": names})}


def _named(
    claims: Sequence[Claim],
    read: Mapping[str, Callable[[Sequence[str]], Rows]],
    answered: Report,
    open_: Report,
) -> None:
    """Count what stands by name (a barcode, a personal number) against what was answered and what was not.

    An effect may carry how often the name stood before the client began.
    """
    for kind, find in read.items():
        own = [claim for claim in claims if claim.kind == kind]
        sure = Counter(claim.effect[0] for claim in own if claim.answered)
        unsure = Counter(claim.effect[0] for claim in own if not claim.answered)
        before = {claim.effect[0]: claim for claim in own}
        answered.count(f"{kind}s of clients", sure.total())
        open_.count(f"{kind}s without an answer", unsure.total())
        stands = find(sorted(before))
        for name, claim in before.items():
            for number in stands.get(name, (0, 0)):
                done, most = number - claim.effect[1], sure[name] + unsure[name]
                if done < sure[name]:
                    answered.breaches.append(f"{kind} {name}: {sure[name]} were answered, {done} stand")
                    answered.blame[claim.during] += 1
                if done > most:
                    open_.breaches.append(f"{kind} {name}: {most} were asked, {done} stand")
                    open_.blame[claim.during] += 1
