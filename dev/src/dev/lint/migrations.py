"""Migrations only add: the release that runs must go on working on the schema of the next one.

Each revision is written out as SQL and read by squawk. What takes away, renames, retypes or demands is for a later release, when
nothing that runs needs it any more.
"""

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from dev.lint.finding import Finding

SQUAWK = Path(sys.executable).with_name("squawk")
TAKES_AWAY = {
    "adding-not-nullable-field",
    "adding-required-field",
    "ban-drop-column",
    "ban-drop-default",
    "ban-drop-table",
    "ban-truncate-cascade",
    "changing-column-type",
    "renaming-column",
    "renaming-table",
}
BEFORE_THE_FIRST_RELEASE = {
    "auth": {"0003", "0004", "0008", "0010", "0011"},
    "ejournal": {"0001", "0013", "0015"},
}
"""Revisions that no running release ever met: they took away, or cannot be written out as SQL. No more may come."""


def check(root: Path) -> Iterator[Finding]:
    """Read the revisions of every service and of the chassis.

    Args:
        root: the repository.

    Yields:
        What takes something away from the release that runs.
    """
    for place in sorted(root.glob("services/*/migrations")):
        script = ScriptDirectory(str(place))
        excepted = BEFORE_THE_FIRST_RELEASE.get(place.parent.name, set())
        yield from of(root, script, [one for one in script.walk_revisions() if one.revision not in excepted])
    own = ScriptDirectory(str(root / "packages/chassis/src/chassis/migrations"))
    yield from of(root, own, list(own.walk_revisions()))


def of(root: Path, script: ScriptDirectory, revisions: Sequence[Script]) -> Iterator[Finding]:
    """Read some revisions of one folder."""
    written: dict[Path, str] = {}
    for revision in revisions:
        path = Path(revision.path)
        try:
            written[path] = as_sql(script, revision)
        except (SQLAlchemyError, AttributeError) as error:
            yield _finding(root, path, "migration-readable", f"cannot be written out as SQL: {error}")
    for path, rule, message in _squawk(written):
        yield _finding(root, path, f"migration-{rule}", f"{message} In a later release, or not at all.")


def _finding(root: Path, path: Path, rule: str, message: str) -> Finding:
    found = path.relative_to(root) if path.is_relative_to(root) else path
    return Finding(found, 1, rule, " ".join(message.split()))


def as_sql(script: ScriptDirectory, revision: Script) -> str:
    """Write one revision out as SQL, without a database.

    Raises:
        SQLAlchemyError, AttributeError: it asks the database, or inserts what has no literal form.
    """
    start, out = str(revision.down_revision or "base"), io.StringIO()
    with EnvironmentContext(
        Config(),
        script,
        fn=lambda _revision, _context: script._upgrade_revs(revision.revision, start),
        as_sql=True,
        starting_rev=start,
    ) as environment:
        environment.configure(dialect_name="postgresql", output_buffer=out)
        environment.run_migrations()
    return out.getvalue().replace("%%", "%")


def _squawk(written: dict[Path, str]) -> Iterator[tuple[Path, str, str]]:
    """Have all of them read at once."""
    with tempfile.TemporaryDirectory() as name:
        files = {str(Path(name) / f"{at}.sql"): path for at, path in enumerate(written)}
        for file, path in files.items():
            Path(file).write_text(written[path], encoding="utf-8")
        command = [str(SQUAWK), "--assume-in-transaction", "--reporter", "json", *files]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    for said in json.loads(done.stdout or "[]"):
        if said["rule_name"] in TAKES_AWAY:
            yield files[said["file"]], said["rule_name"], said["message"]
