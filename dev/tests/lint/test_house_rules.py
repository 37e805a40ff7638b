"""Each house rule finds what it forbids and leaves what it allows."""

import ast
from pathlib import Path

import pytest

from dev.lint import python_rules, text_rules

pytestmark = pytest.mark.unit

SERVICE = Path("services/portal/src/portal/home/service.py")
RULES = Path("services/ejournal/src/ejournal/control/rules.py")

PYTHON = [
    (python_rules.commit_outside_unit_of_work, SERVICE, "session.commit()", True),
    (python_rules.commit_outside_unit_of_work, SERVICE, "session.flush()", False),
    (
        python_rules.commit_outside_unit_of_work,
        Path("packages/chassis/src/chassis/db.py"),
        "session.commit()",
        False,
    ),
    (python_rules.orm_outbox, SERVICE, "class Staging(Base):\n    __tablename__ = 'event_staging'", True),
    (python_rules.orm_outbox, SERVICE, "class Group(Base):\n    __tablename__ = 'study_group'", False),
    (python_rules.wall_clock, SERVICE, "datetime.now(UTC)", True),
    (python_rules.wall_clock, SERVICE, "datetime.datetime.utcnow()", True),
    (python_rules.wall_clock, SERVICE, "date.today()", True),
    (python_rules.wall_clock, SERVICE, "clock.now()", False),
    (python_rules.wall_clock, Path("packages/chassis/src/chassis/clock.py"), "datetime.now(UTC)", False),
    (python_rules.float_in_mark_rules, RULES, "x = 0.6", True),
    (python_rules.float_in_mark_rules, RULES, "x = float(y)", True),
    (python_rules.float_in_mark_rules, RULES, "x = round(y)", True),
    (python_rules.float_in_mark_rules, RULES, "x = Fraction(3, 5)", False),
    (python_rules.float_in_mark_rules, SERVICE, "x = 0.6", False),
    (python_rules.assembled_sql, SERVICE, "session.execute(f'select {name}')", True),
    (python_rules.assembled_sql, SERVICE, "session.execute(text('select ' + name))", True),
    (python_rules.assembled_sql, SERVICE, "text('select %s' % name)", True),
    (python_rules.assembled_sql, SERVICE, "text('select {}'.format(name))", True),
    (python_rules.assembled_sql, SERVICE, "session.execute(text('select :name'), {'name': 1})", False),
    (python_rules.key_lock, SERVICE, "query.with_for_update()", True),
    (python_rules.key_lock, SERVICE, "query.with_for_update(of=JOURNAL)", True),
    (python_rules.key_lock, SERVICE, "query.with_for_update(key_share=True, of=JOURNAL)", False),
    (python_rules.key_lock, SERVICE, "session.get(Role, 1, with_for_update=True)", True),
    (python_rules.key_lock, SERVICE, "session.get(Role, 1, with_for_update=lock or None)", True),
    (
        python_rules.key_lock,
        SERVICE,
        "session.get(Role, 1, with_for_update=ROW_LOCK if lock else None)",
        False,
    ),
    (python_rules.long_function, SERVICE, "def f():\n" + "    x = 1\n" * 41, True),
    (python_rules.long_function, SERVICE, "def f():\n" + "    x = 1\n" * 40, False),
]

TEXT = [
    (text_rules.literal_colour, Path("a/kit.css"), "a { color: #0E1B2C }", True),
    (text_rules.literal_colour, Path("a/kit.css"), "a { color: rgb(1 2 3) }", True),
    (text_rules.literal_colour, Path("a/kit.css"), "a { color: var(--ink) }", False),
    (text_rules.literal_colour, Path("a/page.html"), '<a href="#main">', False),
    (text_rules.literal_colour, text_rules.TOKENS, "--ink: #0E1B2C;", False),
    (text_rules.inline_code, Path("a/page.html"), "<script>go()</script>", True),
    (text_rules.inline_code, Path("a/page.html"), '<p style="x">', True),
    (text_rules.inline_code, Path("a/page.html"), '<a onclick="x">', True),
    (text_rules.inline_code, Path("a/page.html"), '<script src="/static/a.js"></script>', False),
    (
        text_rules.macros_made_anew,
        Path("a/p.html"),
        '{% import "design/macros.html" as ui with context %}',
        True,
    ),
    (text_rules.macros_made_anew, Path("a/p.html"), '{% import "design/macros.html" as ui %}', False),
    (text_rules.macros_made_anew, Path("a/p.html"), '{% import "a/rows.html" as rows with context %}', False),
    (text_rules.foreign_address, Path("README.md"), "see " + "py" + "pi.org", True),
    (text_rules.foreign_address, Path("README.md"), "see PyPI", False),
    (text_rules.long_file, Path("a/b.py"), "\n" * 401, True),
    (text_rules.long_file, Path("a/b.py"), "\n" * 400, False),
]


@pytest.mark.parametrize(("rule", "path", "source", "found"), PYTHON)
def test_python_rule(rule: python_rules.Rule, path: Path, source: str, *, found: bool) -> None:
    assert bool(list(rule(path, ast.parse(source)))) is found


@pytest.mark.parametrize(("rule", "path", "source", "found"), TEXT)
def test_text_rule(rule: text_rules.Rule, path: Path, source: str, *, found: bool) -> None:
    assert bool(list(rule(path, source.splitlines() or source.split("\n")))) is found


def test_every_rule_is_in_a_table_and_tested() -> None:
    tested = {case[0] for case in PYTHON} | {case[0] for case in TEXT}
    assert set(python_rules.RULES) | set(text_rules.RULES) == tested
