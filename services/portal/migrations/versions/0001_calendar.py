"""Periods and days off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_period()
    create_day_off()


def create_period() -> None:
    op.create_table(
        "period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("half_ends", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("bells", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("code ~ '^[0-9]{4}-[1-9]$'", name="ck_period_code_form"),
        sa.CheckConstraint(
            "title IS NULL OR coalesce(btrim((title ->> 'kk')), '') != '' AND coalesce(btrim((title ->> 'ru')), '') != ''",
            name="ck_period_title_localized",
        ),
        sa.CheckConstraint("starts <= half_ends AND half_ends < ends", name="ck_period_dates_in_order"),
        sa.PrimaryKeyConstraint("id", name="pk_period"),
        sa.UniqueConstraint("code", name="uq_period_code"),
    )


def create_day_off() -> None:
    op.create_table(
        "day_off",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.CheckConstraint(
            "title IS NULL OR coalesce(btrim((title ->> 'kk')), '') != '' AND coalesce(btrim((title ->> 'ru')), '') != ''",
            name="ck_day_off_title_localized",
        ),
        sa.PrimaryKeyConstraint("day", name="pk_day_off"),
    )


def downgrade() -> None:
    op.drop_table("day_off")
    op.drop_table("period")
