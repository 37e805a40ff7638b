"""Topic and homework of dated lessons, one version after the other."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lesson_record",
        *(sa.Column(name, sa.Uuid, nullable=False) for name in ("column_id", "journal_id")),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("homework", sa.Text, nullable=False),
        sa.Column("written_by", sa.Uuid, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("column_id", name="pk_lesson_record"),
        sa.ForeignKeyConstraint(
            ["column_id"],
            ["journal_column.id"],
            name="fk_lesson_record_column_id_journal_column",
            ondelete="CASCADE",  # an emptied record goes with its lesson; one with words keeps the column
        ),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_lesson_record_journal_id_journal"),
        sa.CheckConstraint("length(topic) <= 300", name="ck_lesson_record_topic"),
        sa.CheckConstraint("length(homework) <= 1000", name="ck_lesson_record_homework"),
    )
    op.create_index("ix_lesson_record_journal_id", "lesson_record", ["journal_id"])


def downgrade() -> None:
    op.drop_table("lesson_record")
