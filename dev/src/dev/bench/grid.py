"""G1-G3: a grade grid of 60 × 60 in Chromium: the longest wait of a hand for the screen, as the Event Timing API tells it.

Each act is one a teacher does; the page, the service and the database are the house's own. What is counted is INP's duration, from
the key or the click to the next paint, and the worst of each kind is told, not a percentile.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, ViewportSize, sync_playwright

from dev import chromium, large_journal
from dev.bench.console import say
from dev.bench.goals import Reached
from dev.bench.stage import Stage
from dev.browsing import preferences

SIZE = 60
VIEW = ViewportSize(width=1360, height=900)
OBSERVE = """() => { window.told = [];
  new PerformanceObserver(list => { for (const one of list.getEntries()) if (one.interactionId) told.push([one.name, one.duration]); })
    .observe({ type: "event", durationThreshold: 16, buffered: true }); }"""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))"
TOLD = "() => told.splice(0)"


def measure(stage: Stage) -> dict[str, Reached]:
    """Measure typing and moving, whole-sheet acts, and the page's way to its first cell."""
    say(f"G1-G3: a grid of {SIZE} × {SIZE} in Chromium")
    with a_sheet(stage) as page:
        typed = longest(page, type_and_move)
        whole = {name: longest(page, act) for name, act in WHOLE.items()}
        size = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
        ready = page.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    beside = ", ".join(f"{name} {one:.0f}" for name, one in whole.items())
    return {
        "G1": Reached(typed, f"{SIZE * 2} marks typed, 80 moves, 20 clicks; 16 ms is the least that is told"),
        "G2": Reached(max(whole.values()), f"ms: {beside}"),
        "G3": Reached(size / 1000, f"DOM complete after {ready:.0f} ms"),
    }


@contextmanager
def a_sheet(stage: Stage) -> Iterator[Page]:
    """Open a full sheet of its own as the second teacher."""
    [(teacher,)] = stage.house.sql("auth", "SELECT person_id FROM account WHERE login = 'teacher2'")
    with stage.session("ejournal") as session:
        journal = large_journal.make(session, rows=SIZE, columns=SIZE, teachers=[teacher])
    url = stage.house.url
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.FLAGS)
            context = browser.new_context(viewport=VIEW, permissions=["clipboard-read", "clipboard-write"])
            cookies = {"at": stage.tokens([teacher])[0], "prefs": preferences("kk")}
            context.add_cookies(
                [{"name": name, "value": value, "url": f"{url}/"} for name, value in cookies.items()]
            )
            page = context.new_page()
            page.goto(f"{url}/journal/journals/{journal}", wait_until="load")
            page.wait_for_selector("input.cell")
            page.evaluate(OBSERVE)
            yield page
            browser.close()
    finally:
        with stage.session("ejournal") as session:
            large_journal.put_away(session, journal)


def longest(page: Page, act: Callable[[Page], Any]) -> float:
    """Do something and give the longest interaction in it, in ms; 16 when none was long enough to be told."""
    act(page)
    page.evaluate(PAINTED)
    page.evaluate(PAINTED)
    return max((duration for _name, duration in page.evaluate(TOLD)), default=16.0)


def type_and_move(page: Page) -> None:
    """Type down two columns, walk about, click here and there; saving goes on meanwhile."""
    keys = page.keyboard
    for _column in range(2):
        for n in range(SIZE):
            keys.type(str(50 + n % 50))
            keys.press("Enter")
        keys.press("Control+ArrowUp")
        keys.press("ArrowRight")
    for key in ("ArrowDown", "ArrowRight", "Shift+ArrowDown", "Shift+ArrowRight") * 20:
        keys.press(key)
    for n in range(20):
        page.locator("table.grid tbody tr").nth(n % 12).locator("td").nth(n % 9).click()


def _copy_all(page: Page) -> None:
    block = "\n".join("\t".join(str(50 + (r + c) % 50) for c in range(SIZE)) for r in range(SIZE))
    page.evaluate("text => navigator.clipboard.writeText(text)", block)


def _press(*keys: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.evaluate(PAINTED)

    return act


def _paste(page: Page) -> None:
    page.keyboard.press("Control+Home")
    page.evaluate(PAINTED)
    page.evaluate(TOLD)
    _copy_all(page)
    page.keyboard.press("Control+v")


WHOLE: dict[str, Callable[[Page], Any]] = {
    "select all": _press("Control+a"),
    "paste 60 x 60": _paste,
    "undo": _press("Control+z"),
    "redo": _press("Control+y"),
    "fill down": _press("Control+a", "Control+d"),
    "clear": _press("Control+a", "Delete"),
}
