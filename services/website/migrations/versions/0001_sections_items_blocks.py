"""The eleven sections of clause 19, items with texts and blocks, breaches, wishes to the gateway's cache."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NOW = sa.DateTime(timezone=True)
SECTIONS = (
    ("about", "warn"),
    ("activity", "warn"),
    ("statistics", "warn"),
    ("education_acts", "require_both"),
    ("service_acts", "require_both"),
    ("links", "free"),
    ("applicants", "require_both"),
    ("contacts", "require_both"),
    ("blog", "warn"),
    ("news", "require_both"),
    ("schedule", "warn"),
)


def upgrade() -> None:
    _sections()
    _items()
    _texts()
    _blocks()
    _duties()


def _sections() -> None:
    section = op.create_table(
        "section",
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("policy", sa.String(12), nullable=False),
        sa.Column("reviewed_on", sa.Date),
        sa.PrimaryKeyConstraint("code", name="pk_section"),
        sa.CheckConstraint("policy IN ('require_both', 'warn', 'free')", name="ck_section_policy"),
    )
    rows = [
        {"code": code, "position": place, "policy": policy}
        for place, (code, policy) in enumerate(SECTIONS, 1)
    ]
    op.bulk_insert(section, rows)


def _items() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, sa.Identity(start=101), nullable=False),
        sa.Column("section", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("source_language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("languages", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("international", sa.Boolean, nullable=False),
        sa.Column("facts", pg.JSONB, nullable=False),
        sa.Column("publish_at", NOW),
        sa.Column("expire_at", NOW),
        sa.Column("changed_at", NOW, nullable=False),
        sa.Column("changed_by", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *_item_rules(),
    )
    public = sa.text("state = 'published'")
    op.create_index(
        "ix_item_public", "item", ["section", sa.text("publish_at DESC")], postgresql_where=public
    )


def _item_rules() -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.UniqueConstraint("number", name="uq_item_number"),
        sa.ForeignKeyConstraint(["section"], ["section.code"], name="fk_item_section_section"),
        sa.CheckConstraint("state IN ('draft', 'published')", name="ck_item_state"),
        sa.CheckConstraint(
            "state = 'draft' OR languages @> ARRAY['kk', 'ru']", name="ck_item_both_languages"
        ),
        sa.CheckConstraint("state = 'draft' OR publish_at IS NOT NULL", name="ck_item_publish_at"),
        sa.CheckConstraint("expire_at IS NULL OR expire_at > publish_at", name="ck_item_expires_later"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ck_item_ends_later"),
        sa.CheckConstraint(
            "kind <> 'event' OR state = 'draft' OR starts_on IS NOT NULL", name="ck_item_event_date"
        ),
        sa.CheckConstraint("source_language IN ('kk', 'ru', 'en')", name="ck_item_source_language"),
    )


def _texts() -> None:
    op.create_table(
        "item_text",
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("source_hash", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "language", name="pk_item_text"),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_item_text_item_id_item", ondelete="CASCADE"
        ),
        sa.CheckConstraint("language IN ('kk', 'ru', 'en')", name="ck_item_text_language"),
        sa.CheckConstraint("btrim(title) <> ''", name="ck_item_text_title"),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="ck_item_text_slug"),
    )


def _blocks() -> None:
    op.create_table(
        "block",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_block"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_block_item_id_item", ondelete="CASCADE"),
        sa.CheckConstraint("kind IN ('paragraph', 'heading', 'list')", name="ck_block_kind"),
    )
    op.create_index("ix_block_item_id", "block", ["item_id"])
    op.create_table(
        "block_text",
        sa.Column("block_id", sa.Uuid, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("source_hash", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("block_id", "language", name="pk_block_text"),
        sa.ForeignKeyConstraint(
            ["block_id"], ["block.id"], name="fk_block_text_block_id_block", ondelete="CASCADE"
        ),
        sa.CheckConstraint("language IN ('kk', 'ru', 'en')", name="ck_block_text_language"),
    )


def _duties() -> None:
    op.create_table(
        "breach",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("clause", sa.String(10), nullable=False),
        sa.Column("lawful_on", sa.Date, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded_at", NOW, nullable=False),
        sa.Column("recorded_by", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_breach"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_breach_item_id_item"),
        sa.CheckConstraint("btrim(reason) <> ''", name="ck_breach_reason"),
    )
    op.create_table(
        "purge",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("wanted_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_purge"),
    )


def downgrade() -> None:
    for table in ("purge", "breach", "block_text", "block", "item_text", "item", "section"):
        op.drop_table(table)
