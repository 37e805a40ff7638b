"""P11 and P13: memory, the warm start, the first request after a restart."""

import http.client
import os
import signal
import time
from statistics import median

from dev.bench import cpu, load
from dev.bench.console import say
from dev.bench.goals import Reached
from dev.bench.stage import Stage
from dev.testing import until

RESTARTS = 3
WARM = 200


def memory(stage: Stage) -> dict[str, Reached]:
    """Sum the memory of everything but PostgreSQL, the supervisor included."""
    say("P11: memory")
    roots = stage.roots.by_name
    parts = {name: cpu.proportional_memory([pid]) for name, pid in roots.items()}
    supervisor = cpu.proportional_memory([stage.supervisor]) - sum(parts.values())
    parts = {name: size for name, size in parts.items() if name != "postgres"} | {"supervisor": supervisor}
    return {
        "P11": Reached(sum(parts.values()), ", ".join(f"{name} {size:.0f}" for name, size in parts.items()))
    }


def warm_start(stage: Stage) -> dict[str, Reached]:
    """Stop the house and start it again on the same state."""
    say("P11: a warm start")
    stage.house.stop()
    began = time.monotonic()
    stage.house.start()
    return {"P11b": Reached(time.monotonic() - began, "from the supervisor's start to `ready`")}


def first_request(stage: Stage) -> dict[str, Reached]:
    """Compare the first page a restarted journal answers with its warm p95."""
    say("P13: the first request after a restart")
    desk = stage.desks(1)[0]
    path = f"/journal/journals/{desk.journal_id}"
    firsts, warm = [], []
    for _round in range(RESTARTS):
        os.killpg(stage.group("ejournal"), signal.SIGKILL)
        until(lambda: not stage.house.is_up("ejournal"), "the journal is down")
        until(lambda: stage.house.is_up("ejournal"), "the journal is up again", 60)
        firsts.append(_timed(stage, path, desk.token))
        warm += [_timed(stage, path, desk.token) for _ in range(WARM)]
    usual = load.percentile(sorted(warm), 0.95)
    note = f"first {', '.join(f'{one:.1f}' for one in firsts)} ms, warm p95 {usual:.2f} ms"
    return {"P13": Reached(median(firsts) / usual, note)}


def _timed(stage: Stage, path: str, token: str) -> float:
    """Get a page straight from the journal, on a connection of its own; give the milliseconds.

    Raises:
        load.Void: it was refused.
    """
    port = stage.house.layout.service_port("ejournal")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.perf_counter()
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise load.Void(f"{path} answers {answer.status}")
    return 1000 * (time.perf_counter() - began)
