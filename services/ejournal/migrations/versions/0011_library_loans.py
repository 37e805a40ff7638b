"""Books the library lends to learners: admission looks at them where the rule set says so."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_loan",
        sa.Column("loan_id", sa.Uuid, nullable=False),
        sa.Column("reader_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("loan_id", name="pk_library_loan"),
    )
    op.create_index(
        "ix_library_loan_reader_id",
        "library_loan",
        ["reader_id"],
        postgresql_where=sa.text("returned_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("library_loan")
