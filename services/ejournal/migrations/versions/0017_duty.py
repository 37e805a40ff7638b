"""The duty roster, and the cells excused by it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("entered_by", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "day", name="pk_duty"),
    )
    op.create_index("ix_duty_day", "duty", ["day"])
    op.create_table(
        "duty_cell",
        *(
            sa.Column(name, sa.Uuid, nullable=False)
            for name in ("column_id", "person_id", "journal_id", "written_by")
        ),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("column_id", "person_id", name="pk_duty_cell"),
        sa.ForeignKeyConstraint(
            ["column_id", "person_id"],
            ["cell.column_id", "cell.person_id"],
            name="fk_duty_cell_column_id_cell",
        ),
    )
    op.create_index("ix_duty_cell_journal_id", "duty_cell", ["journal_id"])


def downgrade() -> None:
    op.drop_table("duty_cell")
    op.drop_table("duty")
