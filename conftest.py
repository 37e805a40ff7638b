"""What holds for every test run: nothing is left out silently.

A test that cannot run because something is missing (a browser, a broker) skips with the command that installs it; the run then
fails, unless `ALLOW_MISSING=1` says that the gap is known.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import dev  # the folders of the same name must not hide these packages from the import mode of the tests
import gateway

CHROMIUM = Path("/usr/bin/chromium")
# The flags after the first keep Chromium from looking for its maker's servers.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
LEFT_OUT: list[str] = []
SAID: list[str] = []
TOLD = "told"

assert dev.__file__
assert gateway.__file__


def lane(item: pytest.Item) -> str:
    """Name what a test shares with others: tests of one lane run in one worker, one after the other.

    The long lanes are the running house, which is started once, the backbone, whose processes have fixed ports, and Keycloak.
    """
    if "tests/keycloak/" in item.nodeid and not item.nodeid.startswith("services/"):
        return "keycloak"
    if "tests/backbone/" in item.nodeid:
        return "backbone"
    if "house" in getattr(item, "fixturenames", ()):
        return "house"
    return item.nodeid.partition("::")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test its lane, the long lanes first, so that no worker begins one when the others are done."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(lane(item)))
    items.sort(key=lambda item: {"house": 0, "keycloak": 1, "backbone": 2}.get(lane(item), 3))


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Give a way to say a figure that people want to read after the run."""
    return lambda line: record_property(TOLD, line)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember every test that was left out, and what tests told."""
    if report.skipped and not hasattr(report, "wasxfail"):
        LEFT_OUT.append(report.nodeid)
    if report.when == "teardown":
        SAID.extend(str(value) for name, value in report.user_properties if name == TOLD)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests told, and how many were left out."""
    for line in SAID:
        terminalreporter.write_line(line)
    terminalreporter.write_line(f"left out: {len(LEFT_OUT)}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that left tests out."""
    if LEFT_OUT and os.environ.get("ALLOW_MISSING") != "1":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system, one for the whole run: a second Playwright in one process refuses to start."""
    if not CHROMIUM.exists():
        pytest.skip("chromium is missing: apt-get install -y --no-install-recommends chromium")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS.split())
        yield found
        found.close()
