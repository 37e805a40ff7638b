"""Measure the house against its style: sizes of files and functions, docstrings, types.

`python -m dev.measure` prints one row per part and one for all, beside the aims of the house style. Production code only:
no tests, no migrations; bodies are counted without their docstrings.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dev.lint.python_rules import body_lines

PARTS = (
    "packages/chassis",
    "packages/design",
    "services/auth",
    "services/portal",
    "services/ejournal",
    "services/library",
    "services/website",
    "gateway",
    "dev",
)
HEADINGS = (
    "part",
    "files",
    "lines",
    "file med/max",
    "function med/p90/p99/max",
    "docstrings",
    "return types",
)
AIMS = ("aim", "", "", "80/400", "5/16/40/40", "100 %", "100 %")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Sizes:
    """What was counted in one part: lines per file and per function, and who lacks a docstring or a type."""

    files: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    public: int = 0
    documented: int = 0
    typed: int = 0

    def add(self, other: "Sizes") -> None:
        """Add the counts of another part."""
        self.files += other.files
        self.functions += other.functions
        self.public += other.public
        self.documented += other.documented
        self.typed += other.typed


def percentile(values: Sequence[int], share: float) -> int:
    """Give the value below which `share` of the values lie.

    Args:
        values: any numbers; may be empty.
        share: 0..1.

    Returns:
        The nearest-rank percentile, 0 for no values.
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def count_module(source: str) -> Sizes:
    """Count one module.

    Args:
        source: its text.

    Returns:
        Its sizes.
    """
    tree = ast.parse(source)
    sizes = Sizes(files=[len(source.splitlines())])
    for node in ast.walk(tree):
        if isinstance(node, Function):
            sizes.functions.append(body_lines(node))
            sizes.typed += node.returns is not None
    for definition in public_definitions(tree):
        sizes.public += 1
        sizes.documented += ast.get_docstring(definition) is not None
    return sizes


def public_definitions(
    scope: ast.Module | ast.ClassDef,
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Find the public classes, functions and methods of a scope; what stands inside a function is nobody else's."""
    for node in scope.body:
        if isinstance(node, Function | ast.ClassDef) and node.name[0] != "_":
            yield node
        if isinstance(node, ast.ClassDef) and node.name[0] != "_":
            yield from public_definitions(node)


def production_files(part: Path) -> Iterable[Path]:
    """List the production modules of a part: its `src` without migrations."""
    return (path for path in sorted((part / "src").rglob("*.py")) if "migrations" not in path.parts)


def measure(part: Path) -> Sizes:
    """Count all modules of a part."""
    total = Sizes()
    for path in production_files(part):
        total.add(count_module(path.read_text(encoding="utf-8")))
    return total


def row(name: str, sizes: Sizes) -> tuple[str, ...]:
    """Render the counts of one part as the cells of a table row."""
    functions = "/".join(str(percentile(sizes.functions, share)) for share in (0.5, 0.9, 0.99, 1))
    return (
        name,
        str(len(sizes.files)),
        str(sum(sizes.files)),
        f"{percentile(sizes.files, 0.5)}/{max(sizes.files, default=0)}",
        functions,
        f"{100 * sizes.documented // max(1, sizes.public)} %",
        f"{100 * sizes.typed // max(1, len(sizes.functions))} %",
    )


def main() -> None:
    """Print the table."""
    root = Path(__file__).parents[3]
    measured = {part: measure(root / part) for part in PARTS}
    everything = Sizes()
    for sizes in measured.values():
        everything.add(sizes)
    rows = [HEADINGS, *(row(part, sizes) for part, sizes in measured.items()), row("all", everything), AIMS]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADINGS))]
    for cells in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
