"""The last return of a copy is found at once."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_loan_copy_returned", "loan", ["copy_id", "returned_at"])


def downgrade() -> None:
    op.drop_index("ix_loan_copy_returned", "loan")
