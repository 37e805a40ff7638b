"""The schema of a later release: what a service has today, and one revision more that adds and takes nothing away."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text

from chassis.migrate import folder, migrate
from chassis.plan import SCHEMA
from dev.bench.stage import Stage

HOT = {"auth": "person", "portal": "mark", "ejournal": "cell", "library": "loan", "website": "item"}
"""Of each service a table that people read and write all the time; the later release adds to it."""
REVISION = '''"""What a later release adds: a column and an index on a busy table, and a table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("{table}", sa.Column("later", sa.Text))
    op.add_column("{table}", sa.Column("later_count", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_{table}_later", "{table}", ["later"])
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
'''
UNDO = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE {table} DROP COLUMN later, DROP COLUMN later_count",
    "DROP TABLE later",
    "UPDATE {schema}.service_version SET version_num = '{head}'",
)


@contextmanager
def later_schema(stage: Stage, service: str) -> Iterator[list[str]]:
    """Let the database of a running service have the schema of a later release for a while.

    Yields:
        The revisions that were run.
    """
    with tempfile.TemporaryDirectory(prefix="later-") as name:
        place = Path(shutil.copytree(folder(service), Path(name) / "migrations"))
        head = str(ScriptDirectory(str(place)).get_current_head())
        table = HOT[service]
        (place / "versions" / "later.py").write_text(REVISION.format(head=head, table=table))
        done = migrate(stage.settings(service).database_url, migrations=place)
    try:
        yield done
    finally:
        with stage.session(service) as session:
            for statement in UNDO:
                session.execute(text(statement.format(table=table, schema=SCHEMA, head=head)))
