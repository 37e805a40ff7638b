"""Signed roots over the heads of all streams, and the keys they are signed with; all of it only added to."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("root_key", "root_key_end", "stream_root", "stream_root_head")
MOMENT = sa.DateTime(timezone=True)


def _bytes(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    _create_keys()
    _create_roots()
    for table in TABLES:
        op.execute(
            sa.DDL(
                "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s "
                "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()",
                context={"table": table},
            )
        )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON root_key_end, stream_root_head FROM CURRENT_USER")
    # What a foreign key points to is locked for key share, which asks for the right to update: there the trigger stands alone.
    op.execute("REVOKE DELETE, TRUNCATE ON root_key, stream_root FROM CURRENT_USER")


def _create_keys() -> None:
    op.create_table(
        "root_key",
        *_texts("key_id"),
        _bytes("public_key"),
        _bytes("sealed"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Uuid, nullable=False),
        *_texts("witnesses", "basis"),
        sa.PrimaryKeyConstraint("key_id", name="pk_root_key"),
        sa.CheckConstraint("octet_length(public_key) = 32", name="ck_root_key_public_key"),
    )
    op.create_table(
        "root_key_end",
        *_texts("key_id"),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.Uuid, nullable=False),
        *_texts("reason", "basis"),
        sa.PrimaryKeyConstraint("key_id", name="pk_root_key_end"),
        sa.ForeignKeyConstraint(["key_id"], ["root_key.key_id"], name="fk_root_key_end_key_id_root_key"),
        sa.CheckConstraint("reason IN ('rotated', 'revoked')", name="ck_root_key_end_reason"),
    )


def _create_roots() -> None:
    op.create_table(
        "stream_root",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _bytes("previous"),
        _bytes("root"),
        sa.Column("streams", sa.Integer, nullable=False),
        *_texts("key_id"),
        _bytes("signature"),
        sa.PrimaryKeyConstraint("number", name="pk_stream_root"),
        sa.ForeignKeyConstraint(["key_id"], ["root_key.key_id"], name="fk_stream_root_key_id_root_key"),
        sa.CheckConstraint("octet_length(signature) = 64", name="ck_stream_root_signature"),
    )
    op.create_table(
        "stream_root_head",
        sa.Column("journal_id", sa.Uuid, nullable=False),
        sa.Column("root_number", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        _bytes("digest"),
        sa.PrimaryKeyConstraint("journal_id", "root_number", name="pk_stream_root_head"),
        sa.ForeignKeyConstraint(
            ["root_number"], ["stream_root.number"], name="fk_stream_root_head_root_number_stream_root"
        ),
    )
    op.create_index("ix_stream_root_head_root_number", "stream_root_head", ["root_number"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
