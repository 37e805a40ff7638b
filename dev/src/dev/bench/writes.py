"""P3 and P4: one mark, and a column of 25, through the gateway, against the same statements alone."""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from chassis.service import load as load_service
from dev.bench import load
from dev.bench.console import say
from dev.bench.goals import MOODLE_BULK_MS, Reached
from dev.bench.sql import recorded, transaction
from dev.bench.stage import Desk, Measured, Stage, interleave

ROUND_SECONDS = 2
FEW, MANY = 8, 32
CELLS = 400
SERVICE = ("ejournal", "gateway", "postgres")
# One request in so many asks for what is refused: a mark typed over a version that is long gone.
REFUSED_EACH = 20


@dataclass(frozen=True)
class Cell:
    """A cell of an unpublished column, with who may write it."""

    desk: Desk
    person_id: UUID
    column_id: str
    version: int

    @property
    def key(self) -> str:
        """How the API names it."""
        return f"{self.person_id}:{self.column_id}"


def measure(stage: Stage) -> dict[str, Reached]:
    """Measure the writes."""
    say("P3: one mark, 8 clients")
    few, few_l = _against_l(stage, FEW)
    say("P3: one mark, 32 clients")
    many, many_l = _against_l(stage, MANY)
    say("P4: a column of 25 marks")
    column, column_l = _columns(stage)
    return {
        "P3": Reached(few.per_second / few_l.per_second, f"{few}; L {few_l}, CPU {few_l.cpu:.2f} ms"),
        "P3b": Reached(many.per_second / many_l.per_second, f"{many}; L {many_l}"),
        "P3c": Reached(few.cpu, f"L's own {few_l.cpu:.2f} ms"),
        "P4": Reached(
            column.cpu / few.cpu, f"{column}, CPU {column.cpu:.2f} ms; {_least(few, few_l, column_l)}"
        ),
        "P4b": Reached(MOODLE_BULK_MS / column.cpu, f"L's own {MOODLE_BULK_MS / column_l.cpu:.1f} x"),
    }


def _least(mark: Measured, mark_l: Measured, column_l: Measured) -> str:
    """Tell what would be reached if PostgreSQL alone had more to do for a column than for a mark."""
    least = 1 + (column_l.cpu - mark_l.cpu) / mark.cpu
    return f"L's own {column_l.cpu:.2f} ms, so no less than {least:.2f} x"


def cells_of(stage: Stage, desks: Sequence[Desk], *, first: int = 0, columns: int = 2) -> list[Cell]:
    """List cells of some unpublished columns of each journal; those that L wrote over, without their read model, are left out."""
    query = """
        SELECT j.id, c.id::text, r.person_id, coalesce((r.cells -> c.id::text ->> 1)::int, 0)
        FROM journal j JOIN LATERAL (
          SELECT id FROM journal_column WHERE journal_id = j.id AND publication = 0 AND kind = 'lesson'
          ORDER BY date DESC, id OFFSET %s LIMIT %s) c ON true
        JOIN sheet_row r ON r.journal_id = j.id AND r.active
        LEFT JOIN cell ON cell.column_id = c.id AND cell.person_id = r.person_id
        WHERE j.id = ANY(%s) AND coalesce(cell.version, 0) = coalesce((r.cells -> c.id::text ->> 1)::int, 0)
        ORDER BY 1, 2, 3
    """
    by_journal = {desk.journal_id: desk for desk in desks}
    rows = stage.house.sql("ejournal", query, first, columns, list(by_journal))
    return [Cell(by_journal[journal], person, column, version) for journal, column, person, version in rows]


def write(stage: Stage, cells: Sequence[Cell], *, refused: bool = False) -> load.Request:
    """Make the request that saves some cells of one journal."""
    desk = cells[0].desk
    items = [
        f'{{"k": {json.dumps(cell.key)}, "v": "#M", "b": {"9" * 6 if refused else "#V"}}}' for cell in cells
    ]
    return load.Request(
        f"/journal/api/v1/journals/{desk.journal_id}/cells",
        stage.headers(desk.token),
        f"[{', '.join(items)}]",
        "PATCH",
        cells[0].version,
        refused,
    )


def _against_l(stage: Stage, clients: int) -> tuple[Measured, Measured]:
    """Measure single marks and their statements alone, in turn; what was answered must stand in the database."""
    desks = stage.desks(48)
    chance = random.Random(clients)  # noqa: S311 - a load, not a secret
    single = {cell.desk.journal_id: [cell] for cell in cells_of(stage, desks, first=2, columns=1)}
    limit = _limit(stage, list(single.values()), clients)

    def ours() -> tuple[load.Run, float]:
        cells = chance.sample(cells_of(stage, desks), CELLS)
        asked = [write(stage, [cell]) for cell in cells]
        asked[::REFUSED_EACH] = [write(stage, [cell], refused=True) for cell in cells[::REFUSED_EACH]]
        return _counted(stage, asked, clients, 1)

    mine, bare = interleave(ours, limit)
    return mine, bare


def _limit(
    stage: Stage, saves: Sequence[Sequence[Cell]], clients: int
) -> Callable[[], tuple[load.Run, float]]:
    """Give a measurement of what some saves ask the database, asked of it alone."""
    address, scripts = stage.address("ejournal"), _scripts(stage, saves)
    return lambda: stage.burn(
        ("postgres",), lambda: load.pgbench(address, scripts, clients=clients, seconds=ROUND_SECONDS)
    )


def _columns(stage: Stage) -> tuple[Measured, Measured]:
    """Measure whole columns of 25 marks and their statements alone, in turn."""
    desks = stage.desks(48)
    limit = _limit(stage, _whole(cells_of(stage, desks, first=6, columns=1)), FEW)

    def side() -> tuple[load.Run, float]:
        columns = _whole(cells_of(stage, desks, first=3, columns=3))
        return _counted(stage, [write(stage, column) for column in columns], FEW, 25)

    mine, bare = interleave(side, limit)
    return mine, bare


def _whole(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Gather the cells of each column whose cells all have one version."""
    columns: dict[
        str, list[Cell]
    ] = {}  # a load of single marks leaves none: the columns of the two are apart
    for cell in cells:
        columns.setdefault(cell.column_id, []).append(cell)
    return [one for one in columns.values() if len(one) == 25 and len({cell.version for cell in one}) == 1]


def _counted(stage: Stage, asked: Sequence[load.Request], clients: int, each: int) -> tuple[load.Run, float]:
    """Run a load of writes and hold the answers against the rows.

    Raises:
        load.Void: rows and answers differ by more than what was under way when the time was over.
    """
    before = _changes(stage)
    run, cost = stage.burn(
        SERVICE, lambda: load.wrk(stage.gateway, asked, connections=clients, seconds=ROUND_SECONDS)
    )
    grown = (_settled(lambda: _changes(stage)) - before) / each
    if not run.good <= grown <= run.good + clients:
        raise load.Void(f"{run.good} writes were answered, {grown:g} stand in the database")
    if run.broken or run.done - run.good > run.done / REFUSED_EACH + clients:
        raise load.Void(f"{run.done - run.good} of {run.done} writes were refused, {run.broken} broken")
    return run, cost


def _changes(stage: Stage) -> int:
    return int(stage.house.sql("ejournal", "SELECT count(*) FROM cell_change")[0][0])


def _settled(count: Callable[[], int]) -> int:
    """Count until two counts agree: requests whose connection was cut still end."""
    counts = iter(count, -1)
    last = next(counts)
    for now in islice(counts, 50):
        if now == last:
            break
        last = now
    return last


def _scripts(stage: Stage, saves: Sequence[Sequence[Cell]]) -> list[str]:
    """Write down what some saves ask the database: the real application does them.

    Each is done twice; the second time nothing is asked any more that the application keeps in memory.

    Args:
        stage: the house.
        saves: cells of one journal, each of the same version.
    """
    from chassis.context import State

    _declared, create = load_service("ejournal")
    app = create(stage.settings("ejournal"))
    state: State = app.extensions["chassis"]
    state.start()
    try:
        scripts = []
        for cells in saves:
            _save(stage, app.test_client(), cells)
            again = [replace(cell, version=cell.version + 1) for cell in cells]
            with recorded(state.engine) as sent:
                key = _save(stage, app.test_client(), again)
            scripts.append(repeatable(sent, key, again))
        return scripts
    finally:
        state.close()


def _save(stage: Stage, client: FlaskClient, cells: Sequence[Cell]) -> str:
    """Save marks; give the key of the request.

    Raises:
        load.Void: it was refused.
    """
    asked, key, version = write(stage, cells), uuid4().hex, cells[0].version
    body = asked.body.replace("#V", str(version)).replace("#M", str(50 + version % 50))
    headers = {"Authorization": f"Bearer {cells[0].desk.token}", "Idempotency-Key": key}
    answer = client.patch(asked.path, data=body, headers=headers, content_type="application/json")
    if answer.status_code != 200:
        raise load.Void(f"the script for L was refused: {answer.status_code} {answer.text[:200]}")
    return key


def repeatable(sent: Sequence[str], key: str, cells: Sequence[Cell]) -> str:
    """Let the values that must differ each time be chosen anew: the request's key, the cells' version, the number in the stream.

    Args:
        sent: recorded statements.
        key: of the recorded request.
        cells: what was written, each of the same version.

    Returns:
        A script for pgbench.

    Raises:
        load.Void: the statements do not look as expected any more.
    """
    one, written = cells[0], f'"version":{cells[0].version + 1}}}'
    now = (
        f"SELECT version + 1 FROM cell WHERE column_id = '{one.column_id}' AND person_id = '{one.person_id}'"  # noqa: S608
    )
    script = transaction(list(sent)).replace(f"'{key}'", "(:key)::text")
    found = script.count(written)
    script, lists = re.subn(
        rf"'\[{{[^']*{re.escape(written)}[^']*'",
        lambda text: f"replace({text[0]}, '{written}', '\"version\":' || ({now})::text || '}}')",
        script,
    )
    script, entries = _next_entry(script)
    if (found, lists, entries) != (len(cells), 1, 1) or ":key" not in script:
        raise load.Void("the statements of a save have changed; dev.bench.writes must follow")
    return f"\\set key random(1, 9223372036854775806)\n{script}"


def _next_entry(script: str) -> tuple[str, int]:
    """Let the entry of the journal's stream follow the one that is the last when the script runs; tell how many entries there were."""
    script = re.sub(r"stream_number = \d+", "stream_number = stream_number + 1", script)
    journal = r"('[0-9a-f-]{32,36}'(?:::uuid)?)"
    last = r"(SELECT stream_number + 1 FROM journal WHERE id = \1)"
    return re.subn(rf"VALUES \({journal}, \d+,", rf"VALUES (\1, {last},", script)
