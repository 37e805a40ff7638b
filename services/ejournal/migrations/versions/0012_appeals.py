"""Appeals against final marks: one at most for an attempt, decided by a commission of three."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("attempt_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("commission", ARRAY(sa.Uuid)),
        sa.Column("protocol", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("exam", sa.SmallInteger),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_appeal_attempt_id_attempt"),
        sa.UniqueConstraint("attempt_id", name="uq_appeal_attempt_id"),
        sa.CheckConstraint("outcome IN ('upheld', 'changed')", name="ck_appeal_outcome"),
        sa.CheckConstraint(
            "num_nulls(commission, protocol, outcome, decided_at, decided_by) IN (0, 5)",
            name="ck_appeal_decided",
        ),
        sa.CheckConstraint("cardinality(commission) = 3", name="ck_appeal_commission"),
        sa.CheckConstraint(
            "(coalesce(outcome, '') = 'changed') = (exam IS NOT NULL)", name="ck_appeal_exam_when_changed"
        ),
        sa.CheckConstraint("exam BETWEEN 0 AND 100", name="ck_appeal_exam"),
        sa.CheckConstraint("decided_at >= filed_at", name="ck_appeal_decided_at"),
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON appeal "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def downgrade() -> None:
    op.drop_table("appeal")
