"""Study groups; people and units as auth/people tells."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_study_group()
    create_person()
    create_unit()


def create_study_group() -> None:
    op.create_table(
        "study_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("faculty_code", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("year_of_study", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru', 'en')", name="ck_study_group_language"),
        sa.CheckConstraint(
            "title IS NULL OR coalesce(btrim((title ->> 'kk')), '') != '' AND coalesce(btrim((title ->> 'ru')), '') != ''",
            name="ck_study_group_title_localized",
        ),
        sa.CheckConstraint("year_of_study BETWEEN 1 AND 6", name="ck_study_group_year_of_study"),
        sa.PrimaryKeyConstraint("id", name="pk_study_group"),
        sa.UniqueConstraint("code", name="uq_study_group_code"),
    )
    op.create_index("ix_study_group_sort_key", "study_group", ["sort_key"], unique=False)


def create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("patronymic", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=True),
        sa.Column("department_code", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_index("ix_person_group_code_sort_key", "person", ["group_code", "sort_key"], unique=False)
    op.create_index("ix_person_number", "person", ["number"], unique=False)


def create_unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
    )
    op.create_index("ix_unit_kind_code", "unit", ["kind", "code"], unique=False)


def downgrade() -> None:
    op.drop_table("unit")
    op.drop_table("person")
    op.drop_table("study_group")
