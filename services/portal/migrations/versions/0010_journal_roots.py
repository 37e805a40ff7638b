"""Signed roots of the electronic journal, kept as a witness."""

from witness import migration

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migration.create()


def downgrade() -> None:
    migration.drop()
