"""How an import is shown, on pages and over the API alike."""

import hashlib
from dataclasses import dataclass
from typing import Any

from chassis.context import Context
from chassis.pages import Form, Paged
from chassis.problems import FieldError, Invalid, Problem
from chassis.sheets import Fault, Layout, Row, judge, read
from chassis.workbooks import MAX_BYTES, SheetRefused
from ejournal.control.service import get_book
from ejournal.exchange import service, wording
from ejournal.exchange.model import MarkImport

SHOWN = 100
MOST_TOLD = 500


def page_of(ctx: Context, found: MarkImport, address: str, **more: Any) -> Any:
    """Render the page of an import at an address: its difference, what cannot be, and how far it is."""
    book = get_book(ctx.session)
    counts = service.count(ctx.session, found.id)
    problems = service.list_cells(ctx.session, found.id, problems=True, limit=MOST_TOLD)
    number = ctx.page_number
    changing = sum(n for state, n in counts.items() if state not in service.PROBLEMS)
    changes = service.list_cells(
        ctx.session, found.id, problems=False, offset=(number - 1) * SHOWN, limit=SHOWN
    )
    faults = wording.faults(found)
    return ctx.render(
        "ejournal/exchange/import.html",
        found=found,
        address=address,
        counts=counts,
        changing=changing,
        done=changing - counts.get("planned", 0),
        states=wording.STATES,
        cells=wording.CELLS,
        faults=faults[:MOST_TOLD],
        problems=wording.lines(ctx.session, problems, book, ctx.language),
        refused=len(faults) + sum(counts.get(state, 0) for state in service.PROBLEMS),
        lines=wording.lines(ctx.session, changes, book, ctx.language),
        paged=Paged(changes, number, SHOWN, changing),
        url_of=lambda n: f"{address}?page={n}#changes",
        **more,
    )


@dataclass(frozen=True)
class Received:
    """A file somebody sent: its name and digest, how many rows it has, the good ones, the faults of the others."""

    file_name: str
    digest: bytes
    count: int
    good: list[tuple[int, Row]]
    faults: list[Fault]


def receive(ctx: Context, layout: Layout) -> Received:
    """Read the file of a form.

    Raises:
        Invalid: there is none, or it cannot be read as this table; the words stand at the field.
    """
    file = ctx.upload("file", max_bytes=MAX_BYTES)
    try:
        rows = read(file.bytes, layout)
    except SheetRefused as refused:
        raise Invalid(errors=[FieldError("/file", str(refused.detail))]) from None
    good, faults = judge(rows, layout)
    return Received(file.filename, hashlib.sha256(file.bytes).digest(), len(rows), good, faults)


def told(refused: Problem) -> Form:
    """Make a form that says a refusal as a whole."""
    return Form.of({}).refuse("_schema", str(refused.detail or refused.title))


def as_json(ctx: Context, found: MarkImport) -> dict[str, Any]:
    """Give an import as the API answers it."""
    book = get_book(ctx.session)
    problems = service.list_cells(ctx.session, found.id, problems=True, limit=MOST_TOLD)
    changes = service.list_cells(ctx.session, found.id, problems=False, limit=MOST_TOLD)
    return {
        "id": found.id,
        "version": found.version,
        "state": found.state,
        "rows": found.rows,
        "counts": service.count(ctx.session, found.id),
        "faults": wording.faults(found),
        "problems": wording.lines(ctx.session, problems, book, ctx.language),
        "changes": wording.lines(ctx.session, changes, book, ctx.language),
    }
