"""Stored answers of repeated requests, and the projection of roles, grants and revocations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", JSONB),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        schema="chassis",
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"], schema="chassis")
    op.create_table(
        "role_permission",
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("permission", sa.Text, primary_key=True),
        schema="chassis",
    )
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("scope_type", sa.Text, nullable=False),
        sa.Column("scope_id", sa.Text),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        schema="chassis",
    )
    op.create_index("ix_access_grant_person_id", "access_grant", ["person_id"], schema="chassis")
    op.create_table(
        "revocation",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        schema="chassis",
    )


def downgrade() -> None:
    for table in ("revocation", "access_grant", "role_permission", "idempotency_key"):
        op.drop_table(table, schema="chassis")
