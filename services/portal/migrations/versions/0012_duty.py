"""The duty roster."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "duty",
        *(sa.Column(name, sa.Uuid, nullable=False) for name in ("id", "person_id", "entered_by")),
        sa.Column("day", sa.Date, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "basis")),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_by", sa.Uuid),
        sa.Column("withdrawn_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_duty_person_id_person"),
        sa.CheckConstraint("kind IN ('detail', 'guard', 'service')", name="ck_duty_kind"),
        sa.CheckConstraint(
            "num_nulls(withdrawn_at, withdrawn_by, withdrawn_reason) IN (0, 3)", name="ck_duty_withdrawn"
        ),
    )
    op.create_index("ix_duty_day", "duty", ["day"])
    op.create_index(
        "uq_duty_one_a_day",
        "duty",
        ["person_id", "day"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON duty "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def downgrade() -> None:
    op.drop_table("duty")
