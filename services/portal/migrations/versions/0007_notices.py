"""Notices and who has read them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_notice()
    create_notice_read()


def create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("text", JSONB(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("audience IN ('everybody', 'learners', 'teachers')", name="ck_notice_audience"),
        sa.CheckConstraint(
            "text IS NULL OR coalesce(btrim((text ->> 'kk')), '') != '' AND coalesce(btrim((text ->> 'ru')), '') != ''",
            name="ck_notice_text_localized",
        ),
        sa.CheckConstraint(
            "title IS NULL OR coalesce(btrim((title ->> 'kk')), '') != '' AND coalesce(btrim((title ->> 'ru')), '') != ''",
            name="ck_notice_title_localized",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_published_at", "notice", ["published_at"], unique=False)


def create_notice_read() -> None:
    op.create_table(
        "notice_read",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name="fk_notice_read_notice_id_notice", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "person_id", name="pk_notice_read"),
    )


def downgrade() -> None:
    op.drop_table("notice_read")
    op.drop_table("notice")
