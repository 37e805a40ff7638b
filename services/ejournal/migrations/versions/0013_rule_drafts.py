"""Drafts of rule sets, reports of what they would change, letters the institution edits."""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TITLE = "btrim(coalesce(title ->> 'kk', '')) <> '' AND btrim(coalesce(title ->> 'ru', '')) <> ''"
GUARD = """
    CREATE FUNCTION rule_set_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP <> 'UPDATE' OR (NEW.code, NEW.title, NEW.valid_from, NEW.parameters, NEW.scale)
      IS DISTINCT FROM (OLD.code, OLD.title, OLD.valid_from, OLD.parameters, OLD.scale)
      OR (OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to) THEN
      RAISE EXCEPTION 'a rule set in force changes in its last day alone, once' USING ERRCODE = 'check_violation';
    END IF; RETURN NEW; END $$
"""


def upgrade() -> None:
    _extend()
    _create_drafts()
    _create_reports()
    _create_forms()


def _extend() -> None:
    for column in (
        sa.Column("order_number", sa.Text),
        sa.Column("order_date", sa.Date),
        sa.Column("adopted_by", sa.Uuid),
        sa.Column("adopted_at", MOMENT),
    ):
        op.add_column("rule_set", column)
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER rule_set_stays BEFORE UPDATE OR DELETE ON rule_set FOR EACH ROW EXECUTE FUNCTION rule_set_stays()"
    )
    op.add_column("letter", sa.Column("entered_at", MOMENT))
    op.add_column("letter", sa.Column("retired_at", MOMENT))


def _create_drafts() -> None:
    op.create_table(
        "rule_draft",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", pg.JSONB, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("copied_from", sa.Text, nullable=False),
        sa.Column("parameters", pg.JSONB, nullable=False),
        sa.Column("scale", pg.JSONB, nullable=False),
        sa.Column("drafted_by", pg.ARRAY(sa.Uuid), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("adopted_at", MOMENT),
        sa.Column("adopted_by", sa.Uuid),
        sa.Column("order_number", sa.Text),
        sa.Column("order_date", sa.Date),
        sa.Column("discarded_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_rule_draft"),
        sa.UniqueConstraint("code", name="uq_rule_draft_code"),
        sa.ForeignKeyConstraint(
            ["copied_from"], ["rule_set.code"], name="fk_rule_draft_copied_from_rule_set"
        ),
        sa.CheckConstraint(
            "num_nonnulls(adopted_at, adopted_by, order_number, order_date) IN (0, 4)",
            name="ck_rule_draft_adopted",
        ),
        sa.CheckConstraint(
            "adopted_by IS NULL OR adopted_by <> ALL (drafted_by)", name="ck_rule_draft_two_persons"
        ),
        sa.CheckConstraint("adopted_at IS NULL OR discarded_at IS NULL", name="ck_rule_draft_one_end"),
        sa.CheckConstraint(TITLE, name="ck_rule_draft_title_localized"),
    )


def _create_reports() -> None:
    op.create_table(
        "rule_report",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("draft_id", sa.Uuid, nullable=False),
        sa.Column("draft_version", sa.Integer, nullable=False),
        sa.Column("period_id", sa.Uuid, nullable=False),
        sa.Column("parameters", pg.JSONB, nullable=False),
        sa.Column("scale", pg.JSONB, nullable=False),
        sa.Column("asked_by", sa.Uuid, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("last_journal", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_rule_report"),
        sa.ForeignKeyConstraint(["draft_id"], ["rule_draft.id"], name="fk_rule_report_draft_id_rule_draft"),
    )
    op.create_index("ix_rule_report_draft_id", "rule_report", ["draft_id"])
    op.create_table(
        "rule_report_line",
        sa.Column("report_id", sa.Uuid, nullable=False),
        sa.Column("journal_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("learners", "p", "rd", "letters")),
        sa.Column("gains", pg.JSONB, nullable=False),
        sa.Column("losses", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "journal_id", name="pk_rule_report_line"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["rule_report.id"], name="fk_rule_report_line_report_id_rule_report"
        ),
    )


def _create_forms() -> None:
    """What may be typed for a letter stands once, so that two letters never claim one text."""
    forms = op.create_table(
        "letter_form",
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("form", name="pk_letter_form"),
        sa.ForeignKeyConstraint(["code"], ["letter.code"], name="fk_letter_form_code_letter"),
    )
    op.create_index("ix_letter_form_code", "letter_form", ["code"])
    letters = op.get_bind().execute(sa.text("SELECT code, shown, typed FROM letter")).all()
    rows = [
        {"form": form, "code": code}
        for code, shown, typed in letters
        for form in sorted({_folded(text) for text in (*shown.values(), *typed, code)})
    ]
    op.bulk_insert(forms, rows)
    op.execute(
        "CREATE TRIGGER only_added BEFORE DELETE OR TRUNCATE ON letter "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def downgrade() -> None:
    op.execute("DROP TRIGGER only_added ON letter")
    op.execute("DROP TRIGGER rule_set_stays ON rule_set")
    op.execute("DROP FUNCTION rule_set_stays()")
    for table in ("letter_form", "rule_report_line", "rule_report", "rule_draft"):
        op.drop_table(table)
    for table, columns in (
        ("letter", ("retired_at", "entered_at")),
        ("rule_set", ("adopted_at", "adopted_by", "order_date", "order_number")),
    ):
        for column in columns:
            op.drop_column(table, column)
