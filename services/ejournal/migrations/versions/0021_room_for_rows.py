"""Half of each page of learners' rows stays free, so that a saved mark finds room beside the row it replaces."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE sheet_row SET (fillfactor = 50)")


def downgrade() -> None:
    op.execute("ALTER TABLE sheet_row RESET (fillfactor)")
