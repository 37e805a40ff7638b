"""An applied intake can be undone, once."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHECKS = {
    "undone": "(undone_at is null) = (undone_by is null) and (undone_at is null) = (undone_reason is null)",
    "undone_after_applied": "undone_at is null or undone_at >= applied_at",
}


def upgrade() -> None:
    op.add_column("intake", sa.Column("undone_by", sa.Uuid, nullable=True))
    op.add_column("intake", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("intake", sa.Column("undone_reason", sa.Text, nullable=True))
    for name, condition in CHECKS.items():
        op.create_check_constraint(f"ck_intake_{name}", "intake", condition)


def downgrade() -> None:
    for name in CHECKS:
        op.drop_constraint(f"ck_intake_{name}", "intake")
    for column in ("undone_reason", "undone_at", "undone_by"):
        op.drop_column("intake", column)
