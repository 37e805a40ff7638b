"""Make `verify_journal.py`, one file on the standard library: the very modules the service works with, one after the other.

`python -m ejournal.integrity.onefile > verify_journal.py`
"""

import ast
import sys
from functools import cache
from pathlib import Path

from chassis import verify
from ejournal.integrity import rules, rules_receipt, rules_roots, rules_stream, rules_verify

MODULES = (verify, rules, rules_roots, rules_stream, rules_receipt, rules_verify)
COMMAND = "# --- the command ---"
OURS = ("chassis", "ejournal")
END = """

if __name__ == "__main__":
    import gc

    gc.disable()  # what is read has no cycles: looking for them costs time and finds nothing
    sys.exit(journal_main())
"""


class Clash(Exception):
    """Two modules define the same name: put together they would not be what each is alone."""


@cache
def source() -> str:
    """Put the modules together.

    Raises:
        Clash: a name is defined twice.
    """
    parts, imports, known = [], [], set[str]()
    for module in MODULES:
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        if module is verify:
            text = text.partition(COMMAND)[0]
        tree = ast.parse(text)
        imports += [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        if twice := known & (names := _names(tree)):
            raise Clash(f"{module.__name__} defines again: {', '.join(sorted(twice))}")
        known |= names
        parts.append(_body(text, tree))
    wanted = sorted({ast.unparse(node) for node in imports if not _is_ours(node)})
    return f'"""{rules_verify.__doc__}"""\n\n' + "\n".join(wanted) + "\n" + "\n".join(parts) + END


def _is_ours(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in OURS


def _names(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def _body(text: str, tree: ast.Module) -> str:
    """Give a module's text behind its docstring and imports."""
    last = max(
        node.end_lineno or 0
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom) or node is tree.body[0]
    )
    return "\n".join(text.splitlines()[last:]).rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(source())
