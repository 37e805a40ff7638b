"""Make load: wrk for HTTP, pgbench for the same statements on the same PostgreSQL."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chassis.postgres import bin as postgres_program

INSTALL_WRK = "apt-get install -y --no-install-recommends wrk"
WRITER = Path(__file__).with_name("load.lua")
_MARK = "bench-result "
_PGBENCH = {
    "done": r"number of transactions actually processed: (\d+)",
    "failed": r"number of failed transactions: (\d+)",
    "per_second": r"tps = ([\d.]+) \(without initial connection time\)",
}


@dataclass(frozen=True)
class Request:
    """One request of a load.

    Attributes:
        path: address below the server.
        headers: a person's cookie, for instance.
        body: of a write, with `#K` where a fresh Idempotency-Key's number, `#V` where the version and `#M` where a mark is put.
        version: of what is written before the load begins; grows by one each time the list has been sent once.
        refused: the answer is a refusal, on purpose.
    """

    path: str
    headers: Mapping[str, str]
    body: str = ""
    method: str = "GET"
    version: int = 0
    refused: bool = False


@dataclass(frozen=True)
class Run:
    """What a run of load came to; times in milliseconds.

    Attributes:
        done: requests answered.
        good: answered below 400.
        seconds: of wall clock.
        broken: connections that failed, and time-outs.
    """

    done: int
    good: int
    seconds: float
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    broken: int = 0

    @property
    def per_second(self) -> float:
        """Throughput."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def errors(self) -> int:
        """Answers of 400 and above, failed connections, time-outs."""
        return self.done - self.good + self.broken


class Void(Exception):
    """A figure cannot be had, or cannot be trusted; the message says why."""


def missing() -> str | None:
    """Say which program is missing and how to get it, or nothing."""
    return None if shutil.which("wrk") else f"wrk is missing: {INSTALL_WRK}"


def wrk(base: str, requests: Sequence[Request], *, connections: int, seconds: float, pause: float = 0) -> Run:
    """Send requests over kept connections, in turn, for a while.

    Args:
        base: `http://host:port`.
        requests: sent one after another, over and over.
        connections: at the same time.
        seconds: how long; wrk counts whole ones.
        pause: milliseconds each connection waits before it asks again, on average.

    Returns:
        What came of it.

    Raises:
        Void: wrk failed, or there is nothing to send.
    """
    if not requests:
        raise Void("there is nothing to send")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        listed = Path(folder, "requests.lua")
        listed.write_text("return {" + ",\n".join(map(_lua, requests)) + "}", encoding="utf-8")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
        done = subprocess.run(
            [*command, "-s", str(WRITER), f"{base}/"],
            env={**os.environ, "BENCH_REQUESTS": str(listed), "BENCH_PAUSE": str(pause)},
            capture_output=True,
            text=True,
            check=False,
        )
    return parse_wrk(done.stdout, done.stderr)


def _lua(request: Request) -> str:
    fields = asdict(request)
    headers = "{" + ",".join(f"[{_text(k)}]={_text(v)}" for k, v in fields.pop("headers").items()) + "}"
    rest = (f"{key}={_text(value)}" for key, value in fields.items())
    return "{" + ",".join([f"headers={headers}", *rest]) + "}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def parse_wrk(text: str, complaint: str = "") -> Run:
    """Read what `load.lua` prints at the end.

    Raises:
        Void: there is no such line.
    """
    for line in text.splitlines():
        if line.startswith(_MARK):
            return Run(**json.loads(line.removeprefix(_MARK)))
    raise Void(f"wrk said nothing to count: {(complaint or text).strip()[-200:]}")


def pgbench(address: Mapping[str, str], scripts: Sequence[str], *, clients: int, seconds: float) -> Run:
    """Run statements on PostgreSQL as fast as it can.

    Args:
        address: of the database, as `PG…` variables.
        scripts: transactions, chosen at random.
        clients: at the same time.
        seconds: how long; pgbench counts whole ones.

    Returns:
        What came of it; percentiles from its log of transactions.

    Raises:
        Void: pgbench failed.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        files = []
        for number, script in enumerate(scripts):
            path = Path(folder, f"{number}.sql")
            path.write_text(script, encoding="utf-8")
            files += ["-f", str(path)]
        program = str(postgres_program("pgbench"))
        options = ["-M", "prepared", "-n", "-c", str(clients), "-j", "2", "-T", str(max(1, round(seconds)))]
        done = subprocess.run(
            [program, *options, "-l", *files],
            env={**os.environ, **address},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Void(f"pgbench: {done.stderr.strip()[-300:]}")
        times = [line.split()[2] for log in Path(folder).glob("pgbench_log.*") for line in log.open()]
    return parse_pgbench(done.stdout, times)


def parse_pgbench(text: str, times: Sequence[str]) -> Run:
    """Read pgbench's report, and the times (microseconds) of its log.

    Raises:
        Void: a figure is not there.
    """
    found = {name: re.search(pattern, text) for name, pattern in _PGBENCH.items()}
    if not (found["done"] and found["per_second"]):
        raise Void("pgbench said nothing to count")
    done, rate = int(found["done"][1]), float(found["per_second"][1])
    failed = int(found["failed"][1]) if found["failed"] else 0
    sorted_times = sorted(int(one) / 1000 for one in times if one.isdigit())
    p50, p95, p99 = (percentile(sorted_times, share) for share in (0.5, 0.95, 0.99))
    return Run(done + failed, done, done / rate if rate else 0.0, p50, p95, p99)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Give the nearest-rank percentile of ordered values; 0 for none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
