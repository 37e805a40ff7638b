"""Run the house rules: `python -m dev.lint [paths]`, exit 1 when something is found."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from dev.lint import migrations, python_rules, text_rules
from dev.lint.finding import Finding

READ = {
    ".py",
    ".css",
    ".html",
    ".j2",
    ".js",
    ".svg",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".txt",
    ".in",
    ".json",
    "",
}


def tracked(root: Path, paths: Sequence[str]) -> list[Path]:
    """List the files git tracks or would track.

    Args:
        root: the repository.
        paths: limits, relative to the root; empty for the whole tree.

    Returns:
        Existing files, relative to the root.
    """
    command = ["git", "ls-files", "-co", "--exclude-standard", "--", *paths]
    names = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    return [Path(name) for name in names if (root / name).is_file() and Path(name).suffix in READ]


def check(root: Path, path: Path) -> Iterator[Finding]:
    """Apply every rule to one file.

    Args:
        root: the repository.
        path: the file, relative to the root.

    Yields:
        What was found.
    """
    text = (root / path).read_text(encoding="utf-8")
    for text_rule in text_rules.RULES:
        yield from text_rule(path, text.splitlines())
    if path.suffix == ".py":
        tree = ast.parse(text, filename=str(path))
        for rule in python_rules.RULES:
            yield from rule(path, tree)


def main(arguments: Sequence[str]) -> int:
    """Print the findings.

    Args:
        arguments: paths to limit the run to.

    Returns:
        0 when the house is clean, 1 otherwise.
    """
    root = Path(__file__).parents[4]
    findings = sorted(found for path in tracked(root, arguments) for found in check(root, path))
    if not arguments:
        findings += sorted(migrations.check(root))
    for finding in findings:
        print(finding)
    print(f"house rules: {len(findings)} found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
