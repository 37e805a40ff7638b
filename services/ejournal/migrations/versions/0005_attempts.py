"""Attempts: what each sealed statement gave to each learner. Kept for good; a rectification supersedes, nothing is rewritten."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS = "'exam', 'retake', 'individual', 'summer', 'coursework', 'practice', 'state_exam'"
STATES = "'passed', 'retake', 'failed', 'not_admitted', 'individual'"


def upgrade() -> None:
    op.create_table(
        "attempt",
        *(
            sa.Column(name, sa.Uuid, nullable=False)
            for name in ("id", "journal_id", "person_id", "statement_id")
        ),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("exam", sa.Text),
        sa.Column("final", sa.SmallInteger),
        sa.Column("letter", sa.Text),
        sa.Column("points", sa.Numeric(3, 2)),
        sa.Column("traditional", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rule_set", sa.Text, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("superseded_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.ForeignKeyConstraint(["rule_set"], ["rule_set.code"], name="fk_attempt_rule_set_rule_set"),
        sa.ForeignKeyConstraint(
            ["journal_id", "person_id"],
            ["sheet_row.journal_id", "sheet_row.person_id"],
            name="fk_attempt_journal_id_person_id_sheet_row",
        ),
        sa.UniqueConstraint("statement_id", "person_id", name="uq_attempt_statement_id_person_id"),
        *_checks(),
    )
    op.create_index(
        "uq_attempt_journal_id_person_id_number",
        "attempt",
        ["journal_id", "person_id", sa.text("(kind = 'coursework')"), "number"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("ix_attempt_person_id", "attempt", ["person_id"])
    _create_guards()


def _checks() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint("number > 0", name="ck_attempt_number"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="ck_attempt_kind"),
        sa.CheckConstraint(f"state IN ({STATES})", name="ck_attempt_state"),
        sa.CheckConstraint("(state = 'passed') = (final IS NOT NULL)", name="ck_attempt_final_when_passed"),
        sa.CheckConstraint("final BETWEEN 0 AND 100", name="ck_attempt_final"),
        sa.CheckConstraint("points BETWEEN 0 AND 4", name="ck_attempt_points"),
        sa.CheckConstraint(
            "num_nulls(letter, points, traditional) IN (0, 3)", name="ck_attempt_letter_whole"
        ),
        sa.CheckConstraint(
            "letter IS NOT NULL OR state IN ('not_admitted', 'individual')",
            name="ck_attempt_letter_when_decided",
        ),
        sa.CheckConstraint("superseded_at >= accepted_at", name="ck_attempt_superseded_at"),
    )


def _create_guards() -> None:
    op.execute(
        "CREATE FUNCTION keep_attempt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.superseded_at IS NOT NULL "
        "OR to_jsonb(NEW) - 'superseded_at' <> to_jsonb(OLD) - 'superseded_at' THEN "
        "RAISE EXCEPTION 'an attempt is kept as it was accepted, it can only be superseded once'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER kept BEFORE UPDATE ON attempt FOR EACH ROW EXECUTE FUNCTION keep_attempt()")
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON attempt "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def downgrade() -> None:
    op.drop_table("attempt")
    op.execute("DROP FUNCTION keep_attempt()")
