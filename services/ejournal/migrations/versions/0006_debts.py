"""Academic debts: opened by a failed attempt, closed by a passed one; one open debt per learner and discipline."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "debt",
        *(
            sa.Column(name, sa.Uuid, nullable=False)
            for name in ("id", "person_id", "discipline_id", "journal_id", "attempt_id")
        ),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_debt"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_debt_attempt_id_attempt"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_debt_journal_id_journal"),
        sa.CheckConstraint("reason IN ('failed', 'not_admitted', 'retake')", name="ck_debt_reason"),
        sa.CheckConstraint("closed_by IN ('passed', 'superseded')", name="ck_debt_closed_by"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="ck_debt_closed"),
        sa.CheckConstraint("closed_at >= opened_at", name="ck_debt_closed_at"),
    )
    op.create_index(
        "uq_debt_person_id_discipline_id_open",
        "debt",
        ["person_id", "discipline_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON debt "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def downgrade() -> None:
    op.drop_table("debt")
