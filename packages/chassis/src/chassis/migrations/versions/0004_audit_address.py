"""The address an act came from; rows of before have none, and are hashed without it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_row", sa.Column("address", sa.Text), schema="chassis")


def downgrade() -> None:
    op.drop_column("audit_row", "address", schema="chassis")
