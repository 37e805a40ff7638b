"""What holds for every test run: nothing is left out silently.

A test that cannot run because something is missing (a browser, a broker) skips with the command that installs it; the run then
fails, unless `ALLOW_MISSING=1` says that the gap is known.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

import dev  # the folders of the same name must not hide these packages from the import mode of the tests
import gateway
from dev import chromium

LANES = {
    "tests/journeys/": "house",
    "tests/access/test_locked.py": "house",
    "tests/access/test_scopes.py": "house",
    "tests/security/": "house",
    "tests/keycloak/": "keycloak",
    "tests/backbone/": "backbone",
    "tests/trial/": "trial",
    "tests/bad_input/": "bad input",
}
LEFT_OUT: list[str] = []
SAID: list[str] = []
TOLD = "told"

assert dev.__file__
assert gateway.__file__

# No test asserts a time: not that of an example either, nor how fast examples are made on a busy machine.
settings.register_profile("no time", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no time")


def lane(nodeid: str) -> str:
    """Name what a test shares with others: tests of one lane run in one worker, one after the other.

    The long lanes are the running house, which is started once, Keycloak, and the backbone, whose processes have fixed ports.
    """
    return next(
        (name for folder, name in LANES.items() if nodeid.startswith(folder)), nodeid.partition("::")[0]
    )


class Lanes(LoadScopeScheduling):
    """Hands out whole lanes."""

    def _split_scope(self, nodeid: str) -> str:
        return lane(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lanes:
    """Let workers take lanes (`python -m dev.test`)."""
    return Lanes(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long lanes first, so that no worker begins one when the others are done."""
    order = list(dict.fromkeys(LANES.values()))
    places = {name: at for at, name in enumerate(order)}
    items.sort(key=lambda item: places.get(lane(item.nodeid), len(order)))


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
    if (program := chromium.program()) is None:
        pytest.skip(f"no browser: apt-get install -y --no-install-recommends {chromium.SHELL}")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=str(program), args=chromium.FLAGS)
        yield found
        found.close()
