"""Requests to reopen what the calendar has closed: one open at a time for a column, decided by another person than the asker."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "reopening",
        *(sa.Column(name, sa.Uuid, nullable=False) for name in ("id", "journal_id", "column_id")),
        sa.Column("whole_week", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Uuid, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", MOMENT),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reopening"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_reopening_journal_id_journal"),
        sa.ForeignKeyConstraint(
            ["column_id"],
            ["journal_column.id"],
            name="fk_reopening_column_id_journal_column",
            ondelete="CASCADE",  # an empty column goes with its lesson; audit and stream keep what was asked
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'granted', 'refused', 'withdrawn')", name="ck_reopening_state"
        ),
        sa.CheckConstraint(
            "(state IN ('granted', 'refused')) = (decided_by IS NOT NULL)", name="ck_reopening_decided"
        ),
        sa.CheckConstraint("decided_by <> asked_by", name="ck_reopening_two_persons"),
        sa.CheckConstraint("length(reason) >= 5", name="ck_reopening_reason"),
        sa.CheckConstraint("state <> 'refused' OR length(note) >= 5", name="ck_reopening_refused_with_words"),
    )
    op.create_index(
        "uq_reopening_open",
        "reopening",
        ["column_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_reopening_journal_id", "reopening", ["journal_id", "asked_at"])


def downgrade() -> None:
    op.drop_table("reopening")
