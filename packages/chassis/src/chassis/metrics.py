"""Counters for the operator, in Prometheus' text form at `<prefix>/metrics`.

Names of metrics begin with `shanyraq_`. Labels are endpoints, feeds and outcomes, never people. When several processes
answer for one service, `PROMETHEUS_MULTIPROC_DIR` names the folder where they add up.
"""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.registry import Collector

PREFIX = "shanyraq"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


def counter(name: str, help: str, *labels: str) -> Counter:
    """Make a counter; call it once, at module level."""
    return Counter(f"{PREFIX}_{name}", help, labels)


def gauge(name: str, help: str, *labels: str) -> Gauge:
    """Make a gauge; of several processes the latest value stands."""
    return Gauge(f"{PREFIX}_{name}", help, labels, multiprocess_mode="mostrecent")


def histogram(name: str, help: str, *labels: str) -> Histogram:
    """Make a histogram of seconds."""
    return Histogram(f"{PREFIX}_{name}_seconds", help, labels, buckets=SECONDS)


REQUESTS = histogram("request", "Time to answer a request", "endpoint", "status")


def observe_request(endpoint: str | None, status: int, seconds: float) -> None:
    """Count a request and its time; the status by its class (2xx), the endpoint by its name."""
    REQUESTS.labels(endpoint or "none", f"{status // 100}xx").observe(seconds)


def view(standing: Collector | None = None) -> tuple[bytes, int, dict[str, str]]:
    """Answer the metrics as a Flask view.

    Args:
        standing: what is read at this moment, after what was counted (`chassis.gauges`).
    """
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    text = generate_latest(registry)
    if standing is not None:
        now = CollectorRegistry()
        now.register(standing)
        text += generate_latest(now)
    return text, 200, {"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
