"""Reading what wrk and pgbench print."""

import pytest

from dev.bench import load

pytestmark = pytest.mark.unit

WRK = """Running 1s test @ http://127.0.0.1:27110/
  1 threads and 8 connections
Requests/sec:    980.21
bench-result {"done":1000,"good":990,"seconds":1.020000,"p50":4.1200,"p95":9.5000,"p99":12.0000,"broken":2}
"""
PGBENCH = """transaction type: multiple scripts
number of transactions actually processed: 4821
number of failed transactions: 3 (0.062%)
latency average = 1.657 ms
initial connection time = 12.345 ms
tps = 2410.500000 (without initial connection time)
SQL script 1: 0.sql
 - 200 transactions (4.1% of total, tps = 100.0)
"""


def test_wrk_line_is_read() -> None:
    run = load.parse_wrk(WRK)
    assert (run.done, run.good, run.p95) == (1000, 990, 9.5)
    assert run.errors == 12
    assert run.per_second == pytest.approx(980.39, abs=0.01)


def test_wrk_without_result_is_void_and_says_why() -> None:
    with pytest.raises(load.Void, match="unable to connect"):
        load.parse_wrk("", "unable to connect to 127.0.0.1")


def test_pgbench_report_and_log_are_read() -> None:
    run = load.parse_pgbench(PGBENCH, [str(1000 * n) for n in range(1, 101)])
    assert (run.done, run.good) == (4824, 4821)
    assert run.seconds == pytest.approx(2.0)
    assert (run.p50, run.p95, run.p99) == (51, 96, 100)


def test_pgbench_without_report_is_void() -> None:
    with pytest.raises(load.Void):
        load.parse_pgbench("pgbench: error", [])


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([], 0.5, 0.0), ([7.0], 0.99, 7.0), ([1.0, 2.0, 3.0, 4.0], 0.5, 3.0), ([1.0, 2.0], 1, 2.0)],
)
def test_percentile(values: list[float], share: float, found: float) -> None:
    assert load.percentile(values, share) == found


def test_nothing_in_no_time_is_no_throughput() -> None:
    assert load.Run(0, 0, 0.0).per_second == 0
