"""Write and check docs/security/asvs.md and threats.md: requirement or threat → how it is met → test.

`python -m dev.asvs` prints the pages' faults and exits 1 when there are any; `--write` writes the pages. The tables are `asvs.toml`
and `threats.toml` beside this module; the sentences in them are our own, the numbers those of OWASP ASVS 5.0.0.
"""

import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "security"
STATES = {"met": "met", "none": "not applicable", "open": "**not met**"}
LEVEL = 2

SECTIONS = {
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33",
    "6.8": "2222", "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22", "8.1": "1233",
    "8.2": "1123", "8.3": "133", "8.4": "23", "9.1": "111", "9.2": "1222",
}  # fmt: skip
"""The level of each requirement of a section, in its order; source: the standard's own list, version 5.0.0, chapters 6 to 9."""
TITLES = {
    "6": "Authentication",
    "7": "Session management",
    "8": "Authorization",
    "9": "Self-contained tokens",
}
MORE = frozenset({"6.3.8", "6.4.6", "7.5.3", "8.3.2", "8.3.3"})
"""Requirements of level 3 we hold ourselves to as well."""


@dataclass(frozen=True)
class Entry:
    """One line of a table.

    Attributes:
        number: of the requirement; the place of a threat.
        asks: what is asked for, or feared.
        state: `met`, `none` (not applicable) or `open` (not met).
        how: it is met, or why it is not, or does not apply.
        tests: that hold it, as `path::name`.
        see: documents that decide it, relative to the root.
    """

    number: str
    asks: str
    state: str
    how: str
    tests: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


def levels() -> dict[str, int]:
    """Give the level of every requirement of the four chapters, by number."""
    return {
        f"{section}.{place}": int(level)
        for section, row in SECTIONS.items()
        for place, level in enumerate(row, start=1)
    }


def wanted() -> list[str]:
    """List the numbers the table must answer for, in order."""
    return [number for number, level in levels().items() if level <= LEVEL or number in MORE]


def read(name: str) -> list[Entry]:
    """Read a table beside this module."""
    rows = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))["item"]
    return [
        Entry(
            number=row.get("number", str(place)),
            asks=row["asks"],
            state=row.get("state", "met"),
            how=row["how"],
            tests=tuple(row.get("tests", ())),
            see=tuple(row.get("see", ())),
        )
        for place, row in enumerate(rows, start=1)
    ]


@cache
def tests_in(path: Path) -> frozenset[str]:
    """Name the test functions of a module; nothing when it is not there."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def faults(entries: Sequence[Entry], numbers: Sequence[str] = ()) -> Iterator[str]:
    """Name what is wrong with a table.

    Args:
        entries: the table.
        numbers: it must have, each once and no other; none: whatever it has.

    Yields:
        One sentence per fault.
    """
    counted = Counter(entry.number for entry in entries)
    if numbers:
        yield from (f"{number} is missing" for number in numbers if number not in counted)
        yield from (
            f"{number} is no requirement we answer for" for number in counted if number not in numbers
        )
    yield from (f"{number} stands there {times} times" for number, times in counted.items() if times > 1)
    for entry in entries:
        yield from (f"{entry.number}: {fault}" for fault in _faults_of(entry))


def _faults_of(entry: Entry) -> Iterator[str]:
    if entry.state not in STATES:
        yield f"`{entry.state}` is no state"
    if not entry.how.strip():
        yield "it does not say how, or why not"
    if entry.state == "met" and not entry.tests and not entry.see:
        yield "no test and no document holds it"
    for test in entry.tests:
        path, _colons, name = test.partition("::")
        if name not in tests_in(ROOT / path):
            yield f"there is no test {test}"
    yield from (f"{path} is not there" for path in entry.see if not (ROOT / path).is_file())


def render_asvs(entries: Sequence[Entry]) -> str:
    """Render the page of the standard."""
    found, of = Counter(entry.state for entry in entries), levels()
    lines = [
        "# OWASP ASVS 5.0.0, chapters 6 to 9, level 2",
        "",
        "Written by `make clauses` from `dev/src/dev/asvs.toml`; do not edit. The sentences are ours and shorter than the standard's.",
        f"Every requirement of levels 1 and 2, and of level 3 {', '.join(sorted(MORE))}. The tests run in `make test`.",
        "",
        f"{len(entries)} requirements: {found['met']} met, {found['none']} not applicable, {found['open']} not met.",
    ]
    for chapter, title in TITLES.items():
        lines += [
            "",
            f"## V{chapter} {title}",
            "",
            "| # | level | what is asked | how | tests and documents | result |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {entry.number} | {of[entry.number]} | {entry.asks} | {entry.how} | {_proofs(entry)} | {STATES[entry.state]} |"
            for entry in entries
            if entry.number.startswith(f"{chapter}.")
        ]
    return "\n".join([*lines, ""])


def render_threats(entries: Sequence[Entry]) -> str:
    """Render the page of threats."""
    lines = [
        "# Threats to sign-in, access and the gateway",
        "",
        "Written by `make clauses` from `dev/src/dev/threats.toml`; do not edit. The tests run in `make test`.",
        "",
        "| threat | defence | tests | result |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {entry.asks} | {entry.how} | {_proofs(entry)} | {STATES[entry.state]} |" for entry in entries
    ]
    return "\n".join([*lines, ""])


def _proofs(entry: Entry) -> str:
    documents = [f"[{Path(path).name}](../../{path})" for path in entry.see]
    by_file: dict[str, list[str]] = {}
    for test in entry.tests:
        path, _colons, name = test.partition("::")
        by_file.setdefault(path, []).append(f"`{name}`")
    tests = [f"`{path}`: {', '.join(names)}" for path, names in by_file.items()]
    return "<br>".join(documents + tests)


def pages() -> Mapping[Path, tuple[str, list[str]]]:
    """Give each page with its text and the faults of its table."""
    standard, threats = read("asvs"), read("threats")
    known = [entry for entry in standard if entry.number in levels()]
    return {
        FOLDER / "asvs.md": (render_asvs(known), list(faults(standard, wanted()))),
        FOLDER / "threats.md": (render_threats(threats), list(faults(threats))),
    }


def main(arguments: Sequence[str]) -> int:
    """Check the pages, or write them with `--write`.

    Args:
        arguments: the command line without the program.

    Returns:
        0 when tables and pages are true, 1 otherwise.
    """
    wrong = []
    for page, (text, found) in pages().items():
        name = page.relative_to(ROOT).as_posix()
        if "--write" in arguments:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
        wrong += [f"{name}: {fault}" for fault in found]
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            wrong.append(f"{name} drifted: run `make clauses`")
    print(*wrong, f"security tables: faults: {len(wrong)}", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
