"""Movement orders, sealed statements, and who is placed by an order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("person", sa.Column("moved", sa.Boolean, nullable=False, server_default=sa.false()))
    create_movement_order()
    create_sealed_statement()


def create_movement_order() -> None:
    op.create_table(
        "movement_order",
        *(sa.Column(name, sa.Uuid, nullable=False) for name in ("id", "person_id", "drafted_by")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "number", "basis", "state")),
        *(sa.Column(name, sa.Date, nullable=False) for name in ("order_date", "effective_on")),
        *(sa.Column(name, sa.Uuid) for name in ("group_id", "from_group_id", "cancels_id", "applied_by")),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("drafted_at", MOMENT, nullable=False),
        sa.Column("applied_at", MOMENT),
        sa.Column("taken_at", MOMENT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_movement_order"),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_movement_order_{name}_{table}")
            for name, table in (
                ("group_id", "study_group"),
                ("from_group_id", "study_group"),
                ("cancels_id", "movement_order"),
            )
        ),
        sa.CheckConstraint(
            "kind IN ('transfer', 'leave', 'expulsion', 'reinstatement', 'cancellation')",
            name="ck_movement_order_kind",
        ),
        sa.CheckConstraint("state IN ('draft', 'applied')", name="ck_movement_order_state"),
        sa.CheckConstraint(
            "(state = 'applied') = (num_nulls(applied_at, applied_by) = 0)", name="ck_movement_order_applied"
        ),
        sa.CheckConstraint(
            "(kind IN ('transfer', 'reinstatement')) = (group_id IS NOT NULL)",
            name="ck_movement_order_group",
        ),
        sa.CheckConstraint(
            "(kind = 'cancellation') = (cancels_id IS NOT NULL)", name="ck_movement_order_cancels"
        ),
    )
    for name in ("person_id", "drafted_at"):
        op.create_index(f"ix_movement_order_{name}", "movement_order", [name])
    op.create_index(
        "uq_movement_order_one_a_day",
        "movement_order",
        ["person_id", "effective_on"],
        unique=True,
        postgresql_where=sa.text("state = 'applied' AND NOT cancelled AND kind <> 'cancellation'"),
    )
    op.create_index(
        "uq_movement_order_cancelled_once",
        "movement_order",
        ["cancels_id"],
        unique=True,
        postgresql_where=sa.text("state = 'applied'"),
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON movement_order "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def create_sealed_statement() -> None:
    op.create_table(
        "sealed_statement",
        sa.Column("id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("number", "kind")),
        sa.Column("discipline_title", JSONB, nullable=False),
        sa.Column("sealed_on", sa.Date, nullable=False),
        sa.Column("people", ARRAY(sa.Uuid), nullable=False),
        sa.Column("superseded", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sealed_statement"),
    )
    op.create_index("ix_sealed_statement_people", "sealed_statement", ["people"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("sealed_statement")
    op.drop_table("movement_order")
    op.drop_column("person", "moved")
