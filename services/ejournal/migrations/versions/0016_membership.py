"""Movement orders: where learners stand by them, their days in a journal, and the marks that came along."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "placement",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("group_id", sa.Uuid),
        sa.Column("starts", sa.Date),
        sa.Column("order_number", sa.Text),
        sa.PrimaryKeyConstraint("person_id", "position", name="pk_placement"),
        sa.UniqueConstraint("person_id", "starts", name="uq_placement_person_id_starts"),
        sa.CheckConstraint("(position = 0) = (starts IS NULL)", name="ck_placement_first_since_ever"),
    )
    op.create_index("ix_placement_group_id", "placement", ["group_id"])
    op.add_column("sheet_row", sa.Column("spans", JSONB, nullable=False, server_default="[]"))
    op.add_column("sheet_row", sa.Column("carried", JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("sheet_row", "carried")
    op.drop_column("sheet_row", "spans")
    op.drop_table("placement")
