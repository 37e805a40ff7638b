"""Streams of journals: entries that are only added, and the head of each stream on the journal's row."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal", sa.Column("stream_number", sa.Integer, nullable=False, server_default="0"))
    op.add_column("journal", sa.Column("stream_digest", sa.LargeBinary))
    op.create_check_constraint(
        "ck_journal_stream", "journal", "(stream_number > 0) = (stream_digest IS NOT NULL)"
    )
    op.create_table(
        "stream_entry",
        sa.Column("journal_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Uuid),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("seed", sa.LargeBinary),
        sa.Column("opened", sa.Text),
        sa.PrimaryKeyConstraint("journal_id", "number", name="pk_stream_entry"),
        sa.CheckConstraint("number > 0", name="ck_stream_entry_number"),
        sa.CheckConstraint("kind ~ '^[a-z_]+\\.[a-z_]+$'", name="ck_stream_entry_kind"),
        sa.CheckConstraint("octet_length(digest) = 32", name="ck_stream_entry_digest"),
        sa.CheckConstraint("(seed IS NULL) = (opened IS NULL)", name="ck_stream_entry_opened"),
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON stream_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON stream_entry FROM CURRENT_USER")


def downgrade() -> None:
    op.drop_table("stream_entry")
    op.drop_column("journal", "stream_digest")
    op.drop_column("journal", "stream_number")
