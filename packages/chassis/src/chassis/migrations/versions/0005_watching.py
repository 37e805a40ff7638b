"""What an operator watches: since when a feed is behind, and what each worker of the service has to say."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("cursor", sa.Column("behind_since", moment), schema="chassis")
    op.create_table(
        "worker",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("roles", JSONB, nullable=False),
        sa.Column("troubles", JSONB, nullable=False),
        schema="chassis",
    )


def downgrade() -> None:
    op.drop_table("worker", schema="chassis")
    op.drop_column("cursor", "behind_since", schema="chassis")
