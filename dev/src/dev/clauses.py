"""Write and check docs/order-21.md: clause → code → test.

`python -m dev.clauses` prints the page's faults and exits 1 when there are any; `--write` writes the page.
"""

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "order-21.md"
MARK = re.compile(r"clause_(\d+(?:_\d+)?)(?!\d)")
STATES = {"met": "met", "partly": "first real job", "planned": "planned"}


@dataclass(frozen=True)
class Clause:
    """One clause of the order and where the house carries it out."""

    number: str
    says: str
    code: tuple[str, ...]
    state: str


def read_clauses() -> list[Clause]:
    """Read the table of clauses beside this module."""
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["clause"]
    return [Clause(row["number"], row["says"], tuple(row["code"]), row["state"]) for row in rows]


def find_tests(files: Iterable[Path]) -> dict[str, list[str]]:
    """Find the test files that name a clause.

    Args:
        files: the test modules.

    Returns:
        Clause number as in the order ("17.4") → paths relative to the root, in order.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for path in files:
        for number in MARK.findall(path.read_text(encoding="utf-8")):
            found[number.replace("_", ".")].add(path.relative_to(ROOT).as_posix())
    return {number: sorted(paths) for number, paths in found.items()}


def test_files() -> list[Path]:
    """List every test module of the house."""
    return sorted(
        path
        for top in ("packages", "services", "gateway", "dev", "tests")
        for path in (ROOT / top).rglob("test_*.py")
    )


def faults(clauses: Sequence[Clause], tests: dict[str, list[str]]) -> list[str]:
    """Name what is wrong with the table.

    Args:
        clauses: the table.
        tests: what `find_tests` found.

    Returns:
        One sentence per fault.
    """
    missing = [
        f"clause {c.number}: {path} is not there"
        for c in clauses
        for path in c.code
        if not (ROOT / path).exists()
    ]
    unproven = [
        f"clause {c.number}: no test names it"
        for c in clauses
        if c.state != "planned" and c.number not in tests
    ]
    unknown = [
        f"a test names clause {number}, the table does not"
        for number in sorted(set(tests) - {c.number for c in clauses})
    ]
    return missing + unproven + unknown


def render(clauses: Sequence[Clause], tests: dict[str, list[str]]) -> str:
    """Render the page."""
    head = [
        "# Order No. 21 in this house",
        "",
        "Written by `make clauses` from `dev/src/dev/clauses.toml` and the names of the tests; do not edit.",
        "",
        "| clause | the order says | code | tests | state |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| {c.number} | {c.says} | {'<br>'.join(f'`{path}`' for path in c.code)} | "
        f"{'<br>'.join(f'`{path}`' for path in tests.get(c.number, []))} | {STATES[c.state]} |"
        for c in clauses
    ]
    return "\n".join([*head, *rows, ""])


def main(arguments: Sequence[str]) -> int:
    """Check the page, or write it with `--write`.

    Args:
        arguments: the command line without the program.

    Returns:
        0 when table and page are true, 1 otherwise.
    """
    clauses, tests = read_clauses(), find_tests(test_files())
    page = render(clauses, tests)
    if "--write" in arguments:
        PAGE.write_text(page, encoding="utf-8")
    wrong = faults(clauses, tests)
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        wrong.append("docs/order-21.md drifted: run `make clauses`")
    print(*wrong, f"clauses: {len(clauses)}, faults: {len(wrong)}", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
