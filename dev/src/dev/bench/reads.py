"""P1, P2 and P5: the journal page, the journal's JSON against L, a learner's own page."""

from collections.abc import Sequence
from uuid import UUID

from chassis.permissions import Scopes
from dev.bench import load
from dev.bench.console import say
from dev.bench.goals import Reached
from dev.bench.sql import recorded, transaction
from dev.bench.stage import Desk, Measured, Stage, interleave

ROUND_SECONDS = 1
CONNECTIONS = 8
SERVICE = ("ejournal", "gateway", "postgres")


def measure(stage: Stage) -> dict[str, Reached]:
    """Measure the reads."""
    say("P1, P1b, P5: pages")
    desks = stage.desks()
    learner, page, dear = _pages(stage, desks)
    found = {
        "P1": page.reached,
        "P1b": _dearest(dear),
        "P5": learner.reached,
    }
    say("P2: journal JSON against L")
    return found | _json_against_l(stage, desks)


def _dearest(dear: dict[str, Measured]) -> Reached:
    note = ", ".join(f"{path} {one.cpu:.2f} ms" for path, one in dear.items())
    whole = all(one.reached.value is not None for one in dear.values())
    return Reached(max(one.cpu for one in dear.values()) if whole else None, note)


def _pages(stage: Stage, desks: Sequence[Desk]) -> tuple[Measured, Measured, dict[str, Measured]]:
    """Measure pages with a read model, and some without."""
    grid = [get(stage, f"/journal/journals/{desk.journal_id}", desk.token) for desk in desks]
    others = ("/journal/", "/portal/", "/library/")
    loads = [_learners(stage), grid, *([get(stage, path, desk.token) for desk in desks] for path in others)]
    components = [SERVICE, SERVICE, SERVICE, ("portal", *SERVICE[1:]), ("library", *SERVICE[1:])]

    def side(place: int) -> tuple[load.Run, float]:
        return stage.burn(
            components[place],
            lambda: load.wrk(stage.gateway, loads[place], connections=CONNECTIONS, seconds=ROUND_SECONDS),
        )

    measured = interleave(*[lambda place=place: side(place) for place in range(len(loads))])
    return measured[0], measured[1], dict(zip(others, measured[2:], strict=True))


def get(stage: Stage, path: str, token: str) -> load.Request:
    """Make a read by a signed-in person."""
    return load.Request(path, stage.headers(token))


def _learners(stage: Stage) -> list[load.Request]:
    """Let learners look how their rating in a journal came about."""
    query = "SELECT DISTINCT ON (person_id) person_id, journal_id FROM sheet_row WHERE active ORDER BY person_id, journal_id LIMIT 24"
    rows: list[tuple[UUID, UUID]] = [(row[0], row[1]) for row in stage.house.sql("ejournal", query)]
    tokens = stage.tokens([person for person, _journal in rows])
    return [
        get(stage, f"/journal/my/{journal}", token)
        for (_person, journal), token in zip(rows, tokens, strict=True)
    ]


def _json_against_l(stage: Stage, desks: Sequence[Desk]) -> dict[str, Reached]:
    """Measure the whole journal as JSON, through the gateway, against its statements alone."""
    requests = [get(stage, f"/journal/api/v1/journals/{desk.journal_id}", desk.token) for desk in desks]
    scripts = [_read_script(stage, desk) for desk in desks]
    address = stage.address("ejournal")

    def ours() -> tuple[load.Run, float]:
        return stage.burn(
            SERVICE,
            lambda: load.wrk(stage.gateway, requests, connections=CONNECTIONS, seconds=ROUND_SECONDS),
        )

    def limit() -> tuple[load.Run, float]:
        return stage.burn(
            ("postgres",),
            lambda: load.pgbench(address, scripts, clients=CONNECTIONS, seconds=ROUND_SECONDS),
        )

    mine, bare = interleave(ours, limit)
    if mine.errors:
        return dict.fromkeys(("P2", "P2b"), mine.reached)
    note = f"{mine}, CPU {mine.cpu:.2f} ms; L {bare}, CPU {bare.cpu:.2f} ms"
    return {"P2": Reached(mine.per_second / bare.per_second, note), "P2b": Reached(mine.p95 / bare.p95)}


def _read_script(stage: Stage, desk: Desk) -> str:
    """Write down what the use case asks the database for one journal."""
    from ejournal.journal import service

    reader = service.Reader(desk.teacher_id, Scopes.of([("assigned", None)]))
    with stage.session("ejournal") as session, recorded(session.get_bind()) as sent:  # type: ignore[arg-type]
        service.get_or_raise(session, journal_id=desk.journal_id, reader=reader)
        service.list_rows(session, journal_id=desk.journal_id)
    return transaction(sent)
