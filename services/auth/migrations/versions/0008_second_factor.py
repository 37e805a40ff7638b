"""Second factors, recovery codes, half-open sign-ins and the history of tries."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("amr", sa.Text, nullable=False, server_default="pwd"))
    op.add_column("sign_in", sa.Column("must_enrol", sa.Boolean, nullable=False, server_default=sa.false()))
    op.alter_column("sign_in", "amr", server_default=None)
    op.alter_column("sign_in", "must_enrol", server_default=None)
    _create_factor()
    _create_half_sign_in()
    _create_attempt()


def _create_factor() -> None:
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_second_factor_person_id_person"),
        sa.PrimaryKeyConstraint("person_id", name="pk_second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("place between 0 and 9", name="ck_recovery_code_place"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["second_factor.person_id"],
            name="fk_recovery_code_person_id_second_factor",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "place", name="pk_recovery_code"),
    )


def _create_half_sign_in() -> None:
    op.create_table(
        "half_sign_in",
        sa.Column("secret_digest", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_half_sign_in_person_id_person"),
        sa.PrimaryKeyConstraint("secret_digest", name="pk_half_sign_in"),
    )
    op.create_index("ix_half_sign_in_created_at", "half_sign_in", ["created_at"])


def _create_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.CheckConstraint(
            "outcome in ('signed-in', 'wrong', 'wrong-code', 'too-many', 'blocked', 'refused')",
            name="ck_sign_in_attempt_outcome",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_attempt_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])
    op.create_index("ix_sign_in_attempt_person", "sign_in_attempt", ["person_id", "at"])


def downgrade() -> None:
    for table in ("sign_in_attempt", "half_sign_in", "recovery_code", "second_factor"):
        op.drop_table(table)
    op.drop_column("sign_in", "must_enrol")
    op.drop_column("sign_in", "amr")
