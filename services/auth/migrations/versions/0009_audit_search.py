"""What the page of the audit searches by. Only auth has such a page, so only auth's rows pay for these indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = sa.text(
    "(to_tsvector('simple'::regconfig, act || ' ' || subject || ' ' || coalesce(basis, '') || ' ' || coalesce(address, '')"
    " || ' ' || coalesce(before::text, '') || ' ' || coalesce(after::text, '')))"
)


def upgrade() -> None:
    create("actor", ["actor", "number"])
    create("act", ["act", "number"])
    create("at", ["at"])
    create(
        "basis",
        ["basis", "number"],
        postgresql_ops={"basis": "text_pattern_ops"},
        postgresql_where=sa.text("basis is not null"),
    )
    create("words", [WORDS], postgresql_using="gin")


def create(name, columns, **options) -> None:
    op.create_index(f"ix_audit_row_{name}", "audit_row", columns, schema="chassis", **options)


def downgrade() -> None:
    for name in ("words", "basis", "at", "act", "actor"):
        op.drop_index(f"ix_audit_row_{name}", "audit_row", schema="chassis")
