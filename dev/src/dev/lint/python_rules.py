"""Rules over the syntax tree of a Python file.

A rule is a function `(path, tree) -> Iterator[Finding]`; `RULES` is the table of them.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from dev.lint.finding import Finding

LONGEST_FUNCTION = 40
LONGEST_FILE = 400

Rule = Callable[[Path, ast.Module], Iterator[Finding]]

UNIT_OF_WORK = {Path("packages/chassis/src/chassis/db.py")}
CLOCK = Path("packages/chassis/src/chassis/clock.py")
OUTBOX_TABLES = {"event_staging", "event_log"}
WALL_CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
SQL_CALLS = {
    "text",
    "execute",
    "exec_driver_sql",
    "scalar",
    "scalars",
    "executemany",
    "literal_column",
    "DDL",
}


def commit_outside_unit_of_work(path: Path, tree: ast.Module) -> Iterator[Finding]:
    """Find `.commit()`: one unit of work commits once, so that the outbox row and its effects share a fate."""
    if path in UNIT_OF_WORK:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield Finding(path, node.lineno, "commit-outside-unit-of-work", "use chassis.db.unit_of_work")


def orm_outbox(path: Path, tree: ast.Module) -> Iterator[Finding]:
    """Find a mapped class over an event table: the mapper's flush order lets a later writer overtake."""
    for cls in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        for statement in cls.body:
            if (
                isinstance(statement, ast.Assign)
                and any(isinstance(t, ast.Name) and t.id == "__tablename__" for t in statement.targets)
                and isinstance(statement.value, ast.Constant)
                and statement.value.value in OUTBOX_TABLES
            ):
                yield Finding(path, cls.lineno, "orm-outbox", "record events with chassis.outbox.record")


def wall_clock(path: Path, tree: ast.Module) -> Iterator[Finding]:
    """Find readings of the wall clock outside `chassis.clock`, which alone tests can freeze."""
    if path == CLOCK:
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        name = (
            owner.attr
            if isinstance(owner, ast.Attribute)
            else owner.id
            if isinstance(owner, ast.Name)
            else ""
        )
        if (name, node.func.attr) in WALL_CLOCK:
            yield Finding(path, node.lineno, "wall-clock", "use chassis.clock.now()")


def float_in_mark_rules(path: Path, tree: ast.Module) -> Iterator[Finding]:
    """Find floats and `round` where marks are computed: 5.1 % of transcripts get another GPA with them."""
    if "ejournal" not in path.parts or not path.name.startswith(("rules", "fractions")):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and (_is_float(node) or _calls_float(node)):
            yield Finding(
                path, node.lineno, "float-in-mark-rules", "use Fraction and the one rounding function"
            )


def _is_float(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


def _calls_float(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"float", "round"}
    )


def _is_assembled(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in (node.left, node.right))
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "format"
        and isinstance(node.func.value, ast.Constant)
    )


def assembled_sql(path: Path, tree: ast.Module) -> Iterator[Finding]:
    """Find SQL put together from strings: values travel as parameters, names through `psycopg.sql`."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in SQL_CALLS and _is_assembled(node.args[0]):
            yield Finding(path, node.lineno, "assembled-sql", "pass parameters, or compose with psycopg.sql")


def key_lock(path: Path, tree: ast.Module) -> Iterator[Finding]:
    """Find row locks that take the key along: whoever adds a row that refers to the locked one would wait, and be waited for."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        asked = {keyword.arg: keyword.value for keyword in node.keywords}
        locks = isinstance(node.func, ast.Attribute) and node.func.attr == "with_for_update"
        value = asked.get("with_for_update")
        named = value is None or any(getattr(part, "id", "") == "ROW_LOCK" for part in ast.walk(value))
        if (locks and "key_share" not in asked) or not named:
            yield Finding(path, node.lineno, "key-lock", "lock with key_share=True, or chassis.db.ROW_LOCK")


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's body without its docstring.

    Args:
        function: the parsed function.

    Returns:
        Lines from the first statement after the docstring to the end; 0 for a docstring alone.
    """
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def long_function(path: Path, tree: ast.Module) -> Iterator[Finding]:
    """Find functions over forty lines; a migration is as long as its tables, a journey as the story it tells."""
    if {"migrations", "journeys"} & set(path.parts):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > LONGEST_FUNCTION:
            message = f"{node.name} has {body_lines(node)} lines, at most {LONGEST_FUNCTION}"
            yield Finding(path, node.lineno, "long-function", message)


RULES: tuple[Rule, ...] = (
    commit_outside_unit_of_work,
    orm_outbox,
    wall_clock,
    float_in_mark_rules,
    assembled_sql,
    key_lock,
    long_function,
)
