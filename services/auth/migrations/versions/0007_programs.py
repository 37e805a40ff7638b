"""Programs of other departments: who answers for them, what they may, what they prove themselves with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_program()
    _create_scopes()
    _create_credential()
    op.create_table(
        "program_assertion",
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("forget_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name="fk_program_assertion_program_id_program"
        ),
        sa.PrimaryKeyConstraint("program_id", "digest", name="pk_program_assertion"),
    )
    op.create_index("ix_program_assertion_forget_at", "program_assertion", ["forget_at"])


def _create_program() -> None:
    op.create_table(
        "program",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("order_number", sa.Text, nullable=False),
        sa.Column("order_date", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("blocked_at", TIME, nullable=True),
        sa.Column("blocked_reason", sa.Text, nullable=True),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("client_id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'", name="ck_program_client_id"),
        sa.CheckConstraint("(blocked_at is null) = (blocked_reason is null)", name="ck_program_blocked"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_program_owner_id_person"),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name="fk_program_unit_code_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_program"),
        sa.UniqueConstraint("client_id", name="uq_program_client_id"),
    )
    op.create_index("ix_program_owner_id", "program", ["owner_id"])
    op.create_index("ix_program_unit_code", "program", ["unit_code"])


def _create_scopes() -> None:
    op.create_table(
        "program_scope",
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_program_scope_program_id_program"),
        sa.PrimaryKeyConstraint("program_id", "scope", name="pk_program_scope"),
    )
    op.create_table(
        "offered_scope",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_offered_scope"),
    )
    op.create_index("ix_offered_scope_service", "offered_scope", ["service"])


def _create_credential() -> None:
    op.create_table(
        "program_credential",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=True),
        sa.Column("jwk", JSONB(none_as_null=True), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("last_used_at", TIME, nullable=True),
        sa.Column("last_address", sa.Text, nullable=True),
        sa.Column("last_audience", sa.Text, nullable=True),
        sa.Column("last_scopes", ARRAY(sa.Text), nullable=True),
        sa.CheckConstraint("(kind = 'secret') = (digest is not null)", name="ck_program_credential_secret"),
        sa.CheckConstraint("(kind = 'key') = (jwk is not null)", name="ck_program_credential_key"),
        sa.CheckConstraint("kind in ('secret', 'key')", name="ck_program_credential_kind"),
        sa.CheckConstraint("slot in (1, 2)", name="ck_program_credential_slot"),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name="fk_program_credential_program_id_program"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_program_credential"),
        sa.UniqueConstraint("digest", name="uq_program_credential_digest"),
    )
    op.create_index("ix_program_credential_program_id", "program_credential", ["program_id"])
    op.create_index(
        "uq_program_credential_living",
        "program_credential",
        ["program_id", "kind", "slot"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    for table in ("program_assertion", "program_credential", "offered_scope", "program_scope", "program"):
        op.drop_table(table)
