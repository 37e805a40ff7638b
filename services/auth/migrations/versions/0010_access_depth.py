"""Roles of the academy's own, deputies, imports of grants, quarterly reviews; terms that follow each other."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# The locks let a grant and a change of its role, and two grants of one person, follow each other: each sees what the other did.
GUARD = """
CREATE FUNCTION refuse_role_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.withdrawn_at IS NOT NULL THEN
    RETURN NEW;
  END IF;
  PERFORM FROM person WHERE id = NEW.person_id FOR NO KEY UPDATE;
  PERFORM FROM role WHERE code = NEW.role FOR KEY SHARE;
  IF EXISTS (SELECT FROM role WHERE code = NEW.role AND retired_at IS NOT NULL) THEN
    RAISE exclusion_violation USING MESSAGE = 'the role is retired';
  END IF;
  IF EXISTS (
    SELECT FROM role_grant other
    JOIN role_permission theirs ON theirs.role = other.role
    JOIN permission t ON t.code = theirs.permission
    JOIN role_permission ours ON ours.role = NEW.role
    JOIN permission o ON o.code = ours.permission
    WHERE other.person_id = NEW.person_id AND other.role <> NEW.role AND other.withdrawn_at IS NULL
    AND daterange(other.valid_from, other.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
    AND (t.code = ANY (o.forbidden_with) OR o.code = ANY (t.forbidden_with))
  ) THEN
    RAISE exclusion_violation USING MESSAGE = 'duties that do not go together';
  END IF;
  RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER role_grant_refused BEFORE INSERT ON role_grant
FOR EACH ROW EXECUTE FUNCTION refuse_role_grant()
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    _widen_role()
    _create_grant_import()
    _widen_role_grant()
    _create_access_review()
    _create_access_review_line()
    op.execute(GUARD)
    op.execute(TRIGGER)


def _widen_role() -> None:
    op.add_column("role", sa.Column("own", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("role", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("role", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("role", "own", server_default=None)
    op.create_check_constraint("ck_role_templates_stay", "role", "retired_at is null or own")


def _create_grant_import() -> None:
    op.create_table(
        "grant_import",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("order_number", sa.Text, nullable=False),
        sa.Column("order_date", sa.Date, nullable=False),
        sa.Column("good", JSONB, nullable=False),
        sa.Column("faults", JSONB, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Uuid, nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("(applied_at is null) = (applied_by is null)", name="ck_grant_import_applied"),
        sa.CheckConstraint("(undone_at is null) = (undone_by is null)", name="ck_grant_import_undone"),
        sa.CheckConstraint(
            "undone_at is null or applied_at is not null", name="ck_grant_import_undone_after_applied"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_grant_import"),
    )


def _widen_role_grant() -> None:
    keys = {"deputy_of": "role_grant", "deputy_for": "person", "import_id": "grant_import"}
    for name, table in keys.items():
        op.add_column("role_grant", sa.Column(name, sa.Uuid, nullable=True))
        op.create_foreign_key(f"fk_role_grant_{name}_{table}", "role_grant", table, [name], ["id"])
        op.create_index(f"ix_role_grant_{name}", "role_grant", [name])
    op.create_check_constraint(
        "ck_role_grant_deputy",
        "role_grant",
        "(deputy_of is null) = (deputy_for is null) and (deputy_of is null or valid_to is not null)",
    )
    op.create_check_constraint(
        "ck_role_grant_no_deputy_of_oneself", "role_grant", "deputy_for is distinct from person_id"
    )
    # A role may come back after its term: what must not be is the same role twice on one day.
    op.drop_index("uq_role_grant_living", "role_grant")
    op.execute(
        "ALTER TABLE role_grant ADD CONSTRAINT ex_role_grant_living EXCLUDE USING gist (person_id WITH =, role WITH =, "
        "scope_type WITH =, (coalesce(scope_id, '')) WITH =, (daterange(valid_from, valid_to, '[]')) WITH &&) "
        "WHERE (withdrawn_at IS NULL)"
    )


def _create_access_review() -> None:
    op.create_table(
        "access_review",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("quarter", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_order", sa.Text, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("(closed_at is null) = (closed_by is null)", name="ck_access_review_closed"),
        sa.CheckConstraint("due_on >= starts_on", name="ck_access_review_due"),
        sa.PrimaryKeyConstraint("id", name="pk_access_review"),
    )
    op.create_index("ix_access_review_quarter", "access_review", ["quarter"])
    op.create_index(
        "uq_access_review_open",
        "access_review",
        [sa.text("(closed_at is null)")],
        unique=True,
        postgresql_where=sa.text("closed_at is null"),
    )


def _create_access_review_line() -> None:
    op.create_table(
        "access_review_line",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("review_id", sa.Uuid, nullable=False),
        sa.Column("grant_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("risk", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("decided_by", sa.Uuid, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconded_by", sa.Uuid, nullable=True),
        sa.Column("seconded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        *_checks_of_lines(),
        sa.ForeignKeyConstraint(["review_id"], ["access_review.id"], name="fk_access_review_line_review_id_access_review"),
        sa.ForeignKeyConstraint(["grant_id"], ["role_grant.id"], name="fk_access_review_line_grant_id_role_grant"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_access_review_line_person_id_person"),
        sa.ForeignKeyConstraint(["role"], ["role.code"], name="fk_access_review_line_role_role"),
        sa.PrimaryKeyConstraint("id", name="pk_access_review_line"),
    )  # fmt: skip
    op.create_index("uq_access_review_line", "access_review_line", ["review_id", "grant_id"], unique=True)
    op.create_index("ix_access_review_line_grant_id", "access_review_line", ["grant_id"])
    op.create_index("ix_access_review_line_person_id", "access_review_line", ["person_id"])


def _checks_of_lines() -> tuple[sa.CheckConstraint, ...]:
    conditions = {
        "decision": "decision in ('confirm', 'withdraw')",
        "decided": "(decision is null) = (decided_by is null)",
        "reason": "decision is distinct from 'withdraw' or coalesce(btrim(reason), '') <> ''",
        "not_the_holder": "decided_by is distinct from person_id and seconded_by is distinct from person_id",
        "two_people": "seconded_by is null or decided_by is not null and seconded_by <> decided_by",
    }
    return tuple(
        sa.CheckConstraint(condition, name=f"ck_access_review_line_{name}")
        for name, condition in conditions.items()
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER role_grant_refused ON role_grant")
    op.execute("DROP FUNCTION refuse_role_grant")
    op.drop_table("access_review_line")
    op.drop_table("access_review")
    op.drop_constraint("ex_role_grant_living", "role_grant")
    for name in ("import_id", "deputy_for", "deputy_of"):
        op.drop_column("role_grant", name)
    op.drop_table("grant_import")
    for name in ("retired_at", "changed_at", "own"):
        op.drop_column("role", name)
    op.create_index(
        "uq_role_grant_living",
        "role_grant",
        ["person_id", "role", "scope_type", sa.text("coalesce(scope_id, '')")],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
