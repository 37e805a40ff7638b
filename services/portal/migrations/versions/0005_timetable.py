"""Dated lessons, with exclusion constraints against double booking."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    create_lesson()


def alone(resource: str, *, streams: bool) -> ExcludeConstraint:
    parts = [(sa.column(resource), "="), (sa.column("during"), "&&")]
    if streams:
        parts.append((sa.column("stream"), "<>"))
    return ExcludeConstraint(
        *parts, using="gist", name=f"ex_lesson_{resource}", deferrable=True, initially="DEFERRED"
    )


def create_lesson() -> None:
    op.create_table(
        "lesson",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pair", sa.SmallInteger(), nullable=False),
        sa.Column("during", TSTZRANGE(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("half", sa.SmallInteger(), nullable=False),
        sa.Column("stream", sa.Uuid(), nullable=False),
        alone("group_id", streams=False),
        alone("room", streams=True),
        alone("teacher_id", streams=True),
        sa.CheckConstraint("kind IN ('lecture', 'seminar', 'practice', 'lab')", name="ck_lesson_kind"),
        sa.CheckConstraint("half IN (1, 2)", name="ck_lesson_half"),
        sa.CheckConstraint("pair BETWEEN 1 AND 10", name="ck_lesson_pair"),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_lesson_assignment_id_assignment"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name="fk_lesson_group_id_study_group"),
        sa.PrimaryKeyConstraint("id", name="pk_lesson"),
    )
    op.create_index("ix_lesson_assignment_id", "lesson", ["assignment_id"], unique=False)
    op.create_index("ix_lesson_group_id_day", "lesson", ["group_id", "day"], unique=False)
    op.create_index("ix_lesson_teacher_id_day", "lesson", ["teacher_id", "day"], unique=False)


def downgrade() -> None:
    op.drop_table("lesson")
