"""Audit rows that are only ever added, and the seals over them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("audit_row", "audit_leaf", "audit_seal")


def upgrade() -> None:
    create_rows()
    create_seals()
    op.execute(
        "create function chassis.only_added() returns trigger language plpgsql as $$ "
        "begin raise exception 'rows of % are only added, never changed or removed', tg_table_name; end $$"
    )
    for table in TABLES:
        op.execute(
            sa.DDL(
                "create trigger only_added before update or delete or truncate on chassis.%(table)s "
                "for each statement execute function chassis.only_added()",
                context={"table": table},
            )
        )


def create_rows() -> None:
    op.create_table(
        "audit_row",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("before", JSONB(none_as_null=True)),
        sa.Column("after", JSONB(none_as_null=True)),
        sa.Column("basis", sa.Text),
        sa.Column("request_id", sa.Text),
        schema="chassis",
    )
    op.create_index(None, "audit_row", ["subject", "number"], schema="chassis")


def create_seals() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        schema="chassis",
    )
    op.create_table(
        "audit_leaf",
        sa.Column("row_number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seal_number", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        schema="chassis",
    )
    op.create_index(None, "audit_leaf", ["seal_number", "row_number"], schema="chassis")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table, schema="chassis")
    op.execute("drop function chassis.only_added()")
