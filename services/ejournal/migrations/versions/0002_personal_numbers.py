"""The personal numbers of people: files name learners by them. Filled by the next event about each person."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("number", sa.Text))
    op.create_index("ix_person_number", "person", ["number"])


def downgrade() -> None:
    op.drop_column("person", "number")
