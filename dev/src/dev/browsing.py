"""People with their own browsers in front of a house, and an eye on everything a page complains about."""

import io
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pypdfium2
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Response

from dev.demo import PASSWORD
from dev.testing import House

WIDE, NARROW = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
# What the browser says by itself of an answer that the test expects.
REFUSED = "Failed to load resource: the server responded with a status of"
WAIT_MS = 20_000


def preferences(language: str, theme: str = "light", **more: str) -> str:
    """Make the cookie of a person's preferences."""
    return urlencode({"lang": language, "theme": theme, **more})


@dataclass
class Desk:
    """A browser of one person: a context with preferences, and what its pages complained about."""

    house: House
    context: BrowserContext
    language: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        """Note console messages, policy violations, failures and answers of the server that are errors."""
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("requestfailed", lambda one: self._failed(one.url, str(one.failure)))
        page.on("response", self._answered)

    def _hear(self, said: Any) -> None:
        if said.type in ("error", "warning") and not said.text.startswith(REFUSED):
            self.complaints.append(f"{said.page.url if said.page else ''}: {said.text}")

    def _failed(self, url: str, why: str) -> None:
        # A page that is left while it still loads, and a download, end their requests themselves.
        if "ERR_ABORTED" not in why:
            self.complaints.append(f"{url}: {why}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.request.method} {response.url} {response.status}")

    def page(self) -> Page:
        """Open a new tab."""
        return self.context.new_page()

    def open(self, path: str, *, expect: int = 200) -> Page:
        """Open an address of the house in a new tab and hold the status against what is expected."""
        page = self.page()
        self.go(page, path, expect=expect)
        return page

    def go(self, page: Page, path: str, *, expect: int = 200) -> None:
        """Go to an address of the house.

        Raises:
            AssertionError: the answer has another status.
        """
        if expect >= 400:
            self.expected.add(expect)
        answer = page.goto(self.house.url + path, wait_until="load")
        if answer is None or answer.status != expect:
            raise AssertionError(f"{path}: {answer and answer.status}, not {expect}")

    def sign_in(self, login: str, password: str = PASSWORD, *, path: str = "/portal/") -> Page:
        """Sign in as a person does, on the form."""
        page = self.open(f"/auth/login?{urlencode({'next': path})}")
        page.locator("#f-login").fill(login)
        page.locator("#f-password").fill(password)
        page.locator("main form button").click()
        page.wait_for_url(lambda url: urlsplit(url).path != "/auth/login")
        return page

    def post(self, page: Page, button: str | Any) -> None:
        """Press a button that sends a form, and wait for the page that answers."""
        found = page.locator(button) if isinstance(button, str) else button
        with page.expect_navigation():
            found.click()


def violations(page: Page) -> list[str]:
    """Run axe and say what it found, with the element."""
    found: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{page.url} {rule['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Name what makes a page scroll sideways; frames of tables may, the page may not."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.body.querySelectorAll("*")]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("[tabindex='0'], .grid-frame"))
        .slice(0, 5).map(e => location.pathname + " " + e.outerHTML.slice(0, 120))
        .concat(location.pathname + " " + document.documentElement.scrollWidth)"""
    )
    return found


def text_of(pdf: bytes) -> list[str]:
    """Read the text of each page of a PDF."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return [page.get_textpage().get_text_bounded() for page in document]
