"""What holds for every test run: nothing is left out silently.

A test that cannot run because something is missing (a browser, a broker) skips with the command that installs it; the run then
fails, unless `ALLOW_MISSING=1` says that the gap is known.
"""

import os
from collections.abc import Iterator
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

assert dev.__file__
assert gateway.__file__


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember every test that was left out."""
    if report.skipped and not hasattr(report, "wasxfail"):
        LEFT_OUT.append(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were left out."""
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
