"""A revision that takes something away from the release that runs is named; what only adds passes."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from dev.layout import ROOT
from dev.lint import migrations
from dev.trial.later import REVISION

pytestmark = pytest.mark.unit

STEP = '''"""A step."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    {step}
'''
BASE = '''"""A table."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.create_table("cell", sa.Column("id", sa.Integer, primary_key=True), sa.Column("mark", sa.Text))
'''


def found(folder: Path, text: str) -> set[str]:
    versions = folder / "versions"
    versions.mkdir()
    (versions / "0001.py").write_text(BASE)
    (versions / "0002.py").write_text(text)
    script = ScriptDirectory(str(folder))
    return {one.rule for one in migrations.of(folder, script, list(script.walk_revisions()))}


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        ('op.drop_column("cell", "mark")', "migration-ban-drop-column"),
        ('op.drop_table("cell")', "migration-ban-drop-table"),
        ('op.alter_column("cell", "mark", new_column_name="grade")', "migration-renaming-column"),
        ('op.rename_table("cell", "grade")', "migration-renaming-table"),
        ('op.alter_column("cell", "mark", type_=sa.Integer)', "migration-changing-column-type"),
        ('op.alter_column("cell", "mark", nullable=False)', "migration-adding-not-nullable-field"),
        ('op.alter_column("cell", "mark", server_default=None)', "migration-ban-drop-default"),
        (
            'op.add_column("cell", sa.Column("by", sa.Uuid, nullable=False))',
            "migration-adding-required-field",
        ),
        ('op.execute("ALTER TABLE cell DROP COLUMN mark")', "migration-ban-drop-column"),
        ('op.get_bind().execute(sa.text("SELECT 1")).all()', "migration-readable"),
    ],
)
def test_what_takes_away_is_named(tmp_path: Path, step: str, rule: str) -> None:
    assert found(tmp_path, STEP.format(step=step)) == {rule}


def test_what_only_adds_passes(tmp_path: Path) -> None:
    later = REVISION.format(head="0001", table="cell").replace('revision = "later"', 'revision = "0002"', 1)
    assert found(tmp_path, later) == set()


def test_no_exception_is_made_in_vain() -> None:
    for service, excepted in migrations.BEFORE_THE_FIRST_RELEASE.items():
        script = ScriptDirectory(str(ROOT / "services" / service / "migrations"))
        for name in excepted:
            assert list(migrations.of(ROOT, script, [script.get_revision(name)])), (service, name)
