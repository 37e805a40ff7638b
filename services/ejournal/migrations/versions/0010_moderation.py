"""Moderation: remarks of the quality unit, explained findings, the frozen board of each day; titles of units."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "unit",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("code", "kind")),
        sa.Column("title", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("code", "kind", name="pk_unit"),
    )
    _create_remarks()
    op.create_table(
        "unusual_explained",
        sa.Column("journal_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("explained_by", sa.Uuid, nullable=False),
        sa.Column("explained_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("journal_id", "key", name="pk_unusual_explained"),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name="fk_unusual_explained_journal_id_journal"
        ),
        sa.CheckConstraint("length(words) >= 5", name="ck_unusual_explained_words"),
    )
    op.create_table(
        "board_day",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("department_code", sa.Text, nullable=False),
        sa.Column("figures", pg.JSONB, nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", "department_code", name="pk_board_day"),
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON board_day "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def _create_remarks() -> None:
    op.create_table(
        "remark",
        *(sa.Column(name, sa.Uuid, nullable=False) for name in ("id", "journal_id", "made_by")),
        sa.Column("column_id", sa.Uuid),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("returned_until", sa.Date),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answered_by", sa.Uuid),
        sa.Column("answered_at", MOMENT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_remark"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_remark_journal_id_journal"),
        sa.CheckConstraint("length(words) >= 5", name="ck_remark_words"),
        sa.CheckConstraint("(answered_by IS NULL) = (answer IS NULL)", name="ck_remark_answered"),
        sa.CheckConstraint("answered_by <> made_by", name="ck_remark_two_persons"),
        sa.CheckConstraint("returned_until IS NULL OR column_id IS NOT NULL", name="ck_remark_returned"),
    )
    op.create_index("ix_remark_journal_id", "remark", ["journal_id"])
    op.create_index(
        "ix_remark_open", "remark", ["journal_id"], postgresql_where=sa.text("answered_by IS NULL")
    )


def downgrade() -> None:
    for table in ("board_day", "unusual_explained", "remark", "unit"):
        op.drop_table(table)
