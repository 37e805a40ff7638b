"""Escalations: who was told, and when, that entries of a journal are late; one open at a time for a journal and a step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "escalation",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("journal_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("people", pg.ARRAY(sa.Uuid), nullable=False),
        sa.Column("columns", sa.Integer, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_escalation"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_escalation_journal_id_journal"),
        sa.CheckConstraint("step IN ('teacher', 'department', 'faculty')", name="ck_escalation_step"),
        sa.CheckConstraint("columns > 0 AND missing >= 0", name="ck_escalation_counts"),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= raised_at", name="ck_escalation_closed"),
    )
    op.create_index(
        "uq_escalation_open",
        "escalation",
        ["journal_id", "step"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_escalation_raised_at", "escalation", [sa.text("raised_at DESC")])
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON escalation "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def downgrade() -> None:
    op.drop_table("escalation")
