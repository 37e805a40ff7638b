"""Tables of the event backbone: staging, log, heads, identity of the log, cursors, parked events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _event() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_version", sa.Integer()),
        _moment("time"),
        sa.Column("data", JSONB()),
    ]


def upgrade() -> None:
    _create_log()
    _create_projection()


def _create_log() -> None:
    op.create_table(
        "event_staging",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("feed", sa.Text(), nullable=False),
        *_event(),
        schema="chassis",
    )
    op.create_table(
        "event_log",
        sa.Column("feed", sa.Text(), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), sa.CheckConstraint("sequence > 0"), primary_key=True),
        *_event(),
        sa.UniqueConstraint("id", name="uq_event_log_id"),
        schema="chassis",
    )
    op.create_table(
        "feed_head",
        sa.Column("feed", sa.Text(), primary_key=True),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("oldest", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("pushed", sa.BigInteger(), nullable=False, server_default="0"),
        sa.CheckConstraint("pushed <= head", name="ck_feed_head_pushed"),
        schema="chassis",
    )
    op.create_table(
        "log_identity",
        sa.Column(
            "only", sa.Boolean(), sa.CheckConstraint('"only"'), primary_key=True, server_default=sa.true()
        ),
        sa.Column("identity", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema="chassis",
    )
    op.execute("INSERT INTO chassis.log_identity DEFAULT VALUES")


def _create_projection() -> None:
    op.create_table(
        "cursor",
        sa.Column("feed", sa.Text(), primary_key=True),
        sa.Column("identity", sa.Uuid()),
        sa.Column("last", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("head", sa.BigInteger(), nullable=False, server_default="0"),
        _moment("checked_at", nullable=True),
        sa.Column("alarm", sa.Text()),
        schema="chassis",
    )
    op.create_table(
        "parked_event",
        sa.Column("feed", sa.Text(), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), primary_key=True),
        *_event(),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("parked_at"),
        _moment("next_try"),
        _moment("dropped_at", nullable=True),
        sa.Column("drop_reason", sa.Text()),
        sa.Column("dropped_by", sa.Text()),
        sa.CheckConstraint(
            "dropped_at IS NULL OR (btrim(drop_reason) <> '' AND dropped_by IS NOT NULL)",
            name="ck_parked_event_reason",
        ),
        schema="chassis",
    )
    op.create_index(
        "ix_parked_event_open",
        "parked_event",
        ["feed", "subject", "sequence"],
        schema="chassis",
        postgresql_where=sa.text("dropped_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("parked_event", "cursor", "log_identity", "feed_head", "event_log", "event_staging"):
        op.drop_table(table, schema="chassis")
