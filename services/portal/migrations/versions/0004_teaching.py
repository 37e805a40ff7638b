"""Teaching assignments and their teachers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_assignment()
    create_assignment_teacher()


def create_assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("discipline_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("credits", sa.SmallInteger(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("control IN ('exam', 'credit')", name="ck_assignment_control"),
        sa.CheckConstraint("status IN ('active', 'withdrawn')", name="ck_assignment_status"),
        sa.CheckConstraint("credits BETWEEN 1 AND 60", name="ck_assignment_credits"),
        sa.ForeignKeyConstraint(
            ["discipline_id"], ["discipline.id"], name="fk_assignment_discipline_id_discipline"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["study_group.id"], name="fk_assignment_group_id_study_group"),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name="fk_assignment_period_id_period"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint(
            "discipline_id", "group_id", "period_id", name="uq_assignment_discipline_id_group_id_period_id"
        ),
    )
    op.create_index("ix_assignment_group_id", "assignment", ["group_id"], unique=False)
    op.create_index("ix_assignment_period_id", "assignment", ["period_id"], unique=False)


def create_assignment_teacher() -> None:
    op.create_table(
        "assignment_teacher",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name="fk_assignment_teacher_assignment_id_assignment",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name="pk_assignment_teacher"),
    )
    op.create_index("ix_assignment_teacher_person_id", "assignment_teacher", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("assignment_teacher")
    op.drop_table("assignment")
