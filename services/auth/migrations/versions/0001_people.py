"""The academy's units, its people and the intakes they came with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.db import Localized

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_unit()
    _create_intake()
    _create_person()


def _create_unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", Localized, nullable=False),
        sa.Column("parent_id", sa.Uuid, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("(kind = 'institution') = (parent_id is null)", name="ck_unit_parent"),
        sa.CheckConstraint("kind in ('institution', 'faculty', 'department')", name="ck_unit_kind"),
        sa.CheckConstraint(
            "title IS NULL OR coalesce(btrim((title ->> 'kk')), '') != '' AND coalesce(btrim((title ->> 'ru')), '') != ''",
            name="ck_unit_title_localized",
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name="fk_unit_parent_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("code", name="uq_unit_code"),
    )
    op.create_index("ix_unit_parent_id", "unit", ["parent_id"])
    op.create_index(
        "uq_unit_one_institution",
        "unit",
        ["kind"],
        unique=True,
        postgresql_where=sa.text("kind = 'institution'"),
    )


def _create_intake() -> None:
    op.create_table(
        "intake",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("order_number", sa.Text, nullable=False),
        sa.Column("order_date", sa.Date, nullable=False),
        sa.Column("good", JSONB, nullable=False),
        sa.Column("faults", JSONB, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Uuid, nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("(applied_at is null) = (applied_by is null)", name="ck_intake_applied"),
        sa.PrimaryKeyConstraint("id", name="pk_intake"),
    )


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("family_name", sa.Text, nullable=False),
        sa.Column("given_name", sa.Text, nullable=False),
        sa.Column("patronymic", sa.Text, nullable=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("group_code", sa.Text, nullable=True),
        sa.Column("department_code", sa.Text, nullable=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("sort_key", sa.Text, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("intake_id", sa.Uuid, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("kind in ('learner', 'teacher', 'staff')", name="ck_person_kind"),
        sa.CheckConstraint("language in ('kk', 'ru', 'en')", name="ck_person_language"),
        sa.CheckConstraint("status in ('active', 'blocked', 'left')", name="ck_person_status"),
        sa.ForeignKeyConstraint(["department_code"], ["unit.code"], name="fk_person_department_code_unit"),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name="fk_person_intake_id_intake"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("number", name="uq_person_number"),
    )
    op.create_index("ix_person_department_code", "person", ["department_code"])
    op.create_index("ix_person_group_code", "person", ["group_code"])
    op.create_index("ix_person_intake_id", "person", ["intake_id"])
    op.create_index("ix_person_sort", "person", ["sort_key", "id"])


def downgrade() -> None:
    op.drop_table("person")
    op.drop_table("intake")
    op.drop_table("unit")
