"""Disciplines and rows of working curricula."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_discipline()
    create_curriculum_row()


def create_discipline() -> None:
    op.create_table(
        "discipline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("department_code", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "title IS NULL OR coalesce(btrim((title ->> 'kk')), '') != '' AND coalesce(btrim((title ->> 'ru')), '') != ''",
            name="ck_discipline_title_localized",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_discipline"),
        sa.UniqueConstraint("code", name="uq_discipline_code"),
    )
    op.create_index("ix_discipline_sort_key", "discipline", ["sort_key"], unique=False)


def create_curriculum_row() -> None:
    op.create_table(
        "curriculum_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("discipline_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("year_of_study", sa.SmallInteger(), nullable=True),
        sa.Column("credits", sa.SmallInteger(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("control IN ('exam', 'credit')", name="ck_curriculum_row_control"),
        sa.CheckConstraint(
            "(group_id IS NOT NULL) <> (programme IS NOT NULL AND year_of_study IS NOT NULL)",
            name="ck_curriculum_row_one_audience",
        ),
        sa.CheckConstraint("credits BETWEEN 1 AND 60", name="ck_curriculum_row_credits"),
        sa.CheckConstraint("hours >= 0", name="ck_curriculum_row_hours"),
        sa.ForeignKeyConstraint(
            ["discipline_id"], ["discipline.id"], name="fk_curriculum_row_discipline_id_discipline"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name="fk_curriculum_row_group_id_study_group"
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_curriculum_row_period_id_period"),
        sa.PrimaryKeyConstraint("id", name="pk_curriculum_row"),
        sa.UniqueConstraint(
            "discipline_id",
            "period_id",
            "group_id",
            "programme",
            "year_of_study",
            name="uq_curriculum_row_subject",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_curriculum_row_group_id", "curriculum_row", ["group_id"], unique=False)
    op.create_index("ix_curriculum_row_period_id", "curriculum_row", ["period_id"], unique=False)


def downgrade() -> None:
    op.drop_table("curriculum_row")
    op.drop_table("discipline")
