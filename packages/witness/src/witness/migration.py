"""The tables of a witness, for the migration of each service that is one."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create the tables; roots are only added."""
    moment = sa.DateTime(timezone=True)
    texts = ("at", "previous", "key_id", "public_key", "signature")
    op.create_table(
        "witness_root",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("streams", sa.Integer, nullable=False),
        sa.Column("sound", sa.Boolean, nullable=False),
        sa.Column("received_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("number", "root", name="pk_witness_root"),
    )
    op.create_table(
        "witness_key",
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("key_id", name="pk_witness_key"),
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON witness_root "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON witness_root FROM CURRENT_USER")


def drop() -> None:
    """Drop the tables."""
    op.drop_table("witness_key")
    op.drop_table("witness_root")
