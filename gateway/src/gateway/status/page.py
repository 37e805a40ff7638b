"""Write the status pages: one for each language, whole, so that nothing has to run for them to be read."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2

from gateway import pages
from gateway.status import rules
from gateway.status.rules import ALMATY, Account, Span, Window

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Facts:
    """All a page tells: the present minute and states, every announcement, and the months with their spans, latest first."""

    minute: int
    up: Mapping[str, bool]
    windows: Sequence[Window]
    months: Mapping[str, Sequence[Span]]
    parts: Sequence[str]

    def accounts(self, month: str) -> dict[str, Account]:
        """Give the account of every part over a month."""
        return {part: rules.account(part, self.months[month], self.windows) for part in self.parts}

    def since(self, part: str) -> int | None:
        """Give the minute since which a part has been as it is, as far as anybody watched; None before it was judged."""
        of_it = [span for month in sorted(self.months) for span in self.months[month] if span.part == part]
        since = None
        for span in reversed(of_it):
            if span.up != self.up.get(part) or (since is not None and span.until != since):
                break
            since = span.since
        return since

    @property
    def headline(self) -> str:
        """Name the sentence at the top."""
        down = [part for part in self.parts if not self.up.get(part)]
        if not down:
            return "all"
        planned = all(rules.current(part, self.windows, self.minute) for part in down)
        return "planned" if planned else "some" if len(down) < len(self.parts) else "none"


def words() -> dict[str, Any]:
    """Read what the page says, by language."""
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


def moment(minute: int) -> str:
    """Write a moment as the academy's clocks show it."""
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(ALMATY).strftime("%d.%m.%Y %H:%M")


def length(minutes: int, said: Mapping[str, str]) -> str:
    """Write a number of minutes in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} {said['hours']}"] * bool(hours) + [f"{rest} {said['minutes']}"] * bool(
        rest or not hours
    )
    return "\N{NO-BREAK SPACE}".join(parts).replace(" ", "\N{NO-BREAK SPACE}")


def write(folder: Path, build: Path, facts: Facts) -> None:
    """Write a page for each language, and the same facts for machines.

    Args:
        folder: that of the prober; each file is put in place at once.
        build: what the design has built.
        facts: what is told.
    """
    loader = jinja2.FileSystemLoader([HERE, pages.HERE / "templates"])
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(moment=moment, percent=rules.percent, rules=rules)
    said = words()
    for language in pages.LANGUAGES:
        text = environment.get_template("page.html.j2").render(
            language=language, said=said[language], facts=facts, assets=pages.assets(build), length=length
        )
        part = folder / f"status.{language}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(folder / f"status.{language}.html")
