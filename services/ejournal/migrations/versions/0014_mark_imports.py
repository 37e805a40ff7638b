"""Files of marks: what a journal held when it was taken away, imports with every cell they change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "'checked', 'applying', 'applied', 'undoing', 'undone'"
CELLS = "'planned', 'saved', 'same', 'conflict', 'invalid', 'locked', 'missing', 'restored', 'kept'"


def upgrade() -> None:
    op.create_table(
        "journal_export",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("journal_id", sa.Uuid, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("people", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_export"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_journal_export_journal_id_journal"),
    )
    op.create_table(
        "mark_import",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("journal_id", sa.Uuid),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("faults", pg.JSONB, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("applied_by", sa.Uuid),
        sa.Column("applied_at", MOMENT),
        sa.Column("undone_by", sa.Uuid),
        sa.Column("undone_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_mark_import"),
        sa.CheckConstraint(f"state IN ({STATES})", name="ck_mark_import_state"),
        sa.CheckConstraint("(applied_at IS NULL) = (applied_by IS NULL)", name="ck_mark_import_applied"),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="ck_mark_import_undone"),
        sa.CheckConstraint("(state = 'checked') = (applied_at IS NULL)", name="ck_mark_import_checked_first"),
    )
    op.create_index("ix_mark_import_journal_id", "mark_import", ["journal_id"])
    _create_cells()


def _create_cells() -> None:
    op.create_table(
        "mark_import_cell",
        *(
            sa.Column(name, sa.Uuid, nullable=False)
            for name in ("import_id", "column_id", "person_id", "journal_id")
        ),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("old_value", sa.Text),
        sa.Column("typed", sa.Text, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stands", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("left_at", sa.Integer),
        sa.PrimaryKeyConstraint("import_id", "column_id", "person_id", name="pk_mark_import_cell"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["mark_import.id"], name="fk_mark_import_cell_import_id_mark_import"
        ),
        sa.CheckConstraint(f"state IN ({CELLS})", name="ck_mark_import_cell_state"),
    )
    op.create_index("ix_mark_import_cell_work", "mark_import_cell", ["import_id", "state", "journal_id"])


def downgrade() -> None:
    for table in ("mark_import_cell", "mark_import", "journal_export"):
        op.drop_table(table)
