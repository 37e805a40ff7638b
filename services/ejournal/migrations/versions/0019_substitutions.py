"""Substitutes of dated lessons: one at a time for a lesson, appointed by another person, by an order, until a day."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "substitution",
        *(
            sa.Column(name, sa.Uuid, nullable=False)
            for name in ("id", "journal_id", "column_id", "person_id")
        ),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("order_number", sa.Text, nullable=False),
        sa.Column("order_date", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("appointed_by", sa.Uuid, nullable=False),
        sa.Column("appointed_at", MOMENT, nullable=False),
        sa.Column("withdrawn_by", sa.Uuid),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_substitution"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_substitution_journal_id_journal"),
        sa.ForeignKeyConstraint(
            ["column_id"],
            ["journal_column.id"],
            name="fk_substitution_column_id_journal_column",
            ondelete="CASCADE",  # an empty column goes with its lesson; audit and stream keep who was appointed
        ),
        sa.CheckConstraint(
            "reason IN ('illness', 'trip', 'leave', 'duty', 'other')", name="ck_substitution_reason"
        ),
        sa.CheckConstraint("person_id <> appointed_by", name="ck_substitution_two_persons"),
        sa.CheckConstraint("length(order_number) BETWEEN 1 AND 60", name="ck_substitution_order_number"),
        sa.CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name="ck_substitution_withdrawn"
        ),
    )
    op.create_index(
        "uq_substitution_present",
        "substitution",
        ["column_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index("ix_substitution_person_id", "substitution", ["person_id", "journal_id"])
    op.create_index("ix_substitution_journal_id", "substitution", ["journal_id"])


def downgrade() -> None:
    op.drop_table("substitution")
