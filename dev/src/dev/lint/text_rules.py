"""Rules over the text of a file, whatever its language.

A rule is a function `(path, lines) -> Iterator[Finding]`; `RULES` is the table of them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dev.lint.finding import Finding
from dev.lint.python_rules import LONGEST_FILE

Rule = Callable[[Path, Sequence[str]], Iterator[Finding]]

TOKENS = Path("packages/design/src/design/css/tokens.css")
PAINTED = {".css", ".html", ".j2", ".js", ".svg"}
COLOUR = re.compile(
    r"(?<![&\w])#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b(?![\w-])|\b(?:rgba?|hsla?|oklch)\("
)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=[\"']|\son[a-z]+=[\"']", re.IGNORECASE)
IMPORTED_ANEW = re.compile(r"\"design/macros[^\"]*\"[^%]* with context")
DATA_BLOCK = re.compile(r"<script[^>]*type=[\"']application/(?:ld\+)?json[\"']", re.IGNORECASE)
# Spelled in halves, so that this file does not break its own rule.
FOREIGN = re.compile(
    "|".join(
        (
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "registry\\." + "npmjs",
            "deb\\." + "debian",
            "repo1\\." + "maven",
            "/wo" + "rk/",
            "/ro" + "ot/",
        )
    )
)


def literal_colour(path: Path, lines: Sequence[str]) -> Iterator[Finding]:
    """Find colours written outside the tokens: one place serves light, dark and low-vision versions."""
    if path == TOKENS or path.suffix not in PAINTED:
        return
    for number, line in enumerate(lines, 1):
        if COLOUR.search(line):
            yield Finding(path, number, "literal-colour", "use a token of packages/design css/tokens.css")


def inline_code(path: Path, lines: Sequence[str]) -> Iterator[Finding]:
    """Find inline scripts, handlers and styles: the content security policy forbids them."""
    if path.suffix not in {".html", ".j2"}:
        return
    for number, line in enumerate(lines, 1):
        if INLINE.search(line) and not DATA_BLOCK.search(line):
            yield Finding(path, number, "inline-code", "move it into a file of static/")


def macros_made_anew(path: Path, lines: Sequence[str]) -> Iterator[Finding]:
    """Find imports of the design's macros with the context: Jinja makes them anew for every page then, instead of once."""
    if path.suffix != ".html":
        return
    for number, line in enumerate(lines, 1):
        if IMPORTED_ANEW.search(line):
            yield Finding(path, number, "macros-made-anew", "leave out `with context`: they need none")


def foreign_address(path: Path, lines: Sequence[str]) -> Iterator[Finding]:
    """Find host names of package registries and paths of one machine."""
    for number, line in enumerate(lines, 1):
        if FOREIGN.search(line):
            yield Finding(
                path, number, "foreign-address", "name the package, not the registry or a local path"
            )


def long_file(path: Path, lines: Sequence[str]) -> Iterator[Finding]:
    """Find source files over four hundred lines."""
    if (
        path.suffix in {".py", ".js", ".css", ".html"}
        and len(lines) > LONGEST_FILE
        and "tests" not in path.parts
    ):
        yield Finding(
            path, len(lines), "long-file", f"{len(lines)} lines, at most {LONGEST_FILE}: split by purpose"
        )


RULES: tuple[Rule, ...] = (literal_colour, inline_code, macros_made_anew, foreign_address, long_file)
