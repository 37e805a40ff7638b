"""Statements with their rows, signatures, papers and number series, keys of officers, batches; the day a journal is frozen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS = "('rating', 'examination', 'individual', 'retake', 'summer', 'coursework', 'practice', 'state_exam')"
TABLES = (
    "statement_batch_item", "statement_batch", "statement_paper", "statement_signature", "officer_key", "statement_row",
    "statement", "number_series",
)  # fmt: skip


def _id(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, MOMENT, nullable=nullable)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def upgrade() -> None:
    op.add_column("journal", _moment("frozen_at", nullable=True))
    op.create_table(
        "number_series",
        _text("kind"),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name="pk_number_series"),
        sa.CheckConstraint(f"kind IN {KINDS}", name="ck_number_series_kind"),
        sa.CheckConstraint("last > 0", name="ck_number_series_last"),
    )
    _create_statement()
    _create_row()
    _create_keys()
    _create_batches()
    _create_guards()


def _create_statement() -> None:
    op.create_table(
        "statement",
        _id("id"),
        _text("kind"),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        _text("code"),
        _id("journal_id"),
        _id("after_id", nullable=True),
        _id("rectifies_id", nullable=True),
        _text("reason", nullable=True),
        _text("order_number", nullable=True),
        sa.Column("order_date", sa.Date),
        _text("state"),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        _text("rule_set"),
        sa.Column("head", pg.JSONB, nullable=False),
        sa.Column("blind", sa.Boolean, nullable=False, server_default=sa.false()),
        _text("remark", nullable=True),
        _id("issued_by"),
        _moment("issued_at"),
        *(_moment(name, nullable=True) for name in ("submitted_at", "accepted_at", "superseded_at")),
        sa.Column("content", sa.LargeBinary),
        _text("digest", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
        sa.UniqueConstraint("kind", "year", "serial", name="uq_statement_kind_year_serial"),
        sa.UniqueConstraint("rectifies_id", name="uq_statement_rectifies_id"),
        _reference("statement", "journal_id", "journal"),
        _reference("statement", "after_id", "statement"),
        _reference("statement", "rectifies_id", "statement"),
        sa.ForeignKeyConstraint(["rule_set"], ["rule_set.code"], name="fk_statement_rule_set_rule_set"),
        sa.CheckConstraint(f"kind IN {KINDS}", name="ck_statement_kind"),
        sa.CheckConstraint(
            "state IN ('issued', 'filling', 'submitted', 'accepted', 'superseded')", name="ck_statement_state"
        ),
        sa.CheckConstraint(
            "(state IN ('accepted', 'superseded')) = (content IS NOT NULL AND digest IS NOT NULL AND accepted_at IS NOT NULL)",
            name="ck_statement_sealed",
        ),
        sa.CheckConstraint(
            "(state = 'superseded') = (superseded_at IS NOT NULL)", name="ck_statement_superseded"
        ),
        sa.CheckConstraint(
            "num_nonnulls(rectifies_id, reason, order_number, order_date) IN (0, 4)",
            name="ck_statement_rectification",
        ),
        sa.CheckConstraint(
            "reason IN ('appeal', 'clerical', 'integrity') AND order_number <> ''", name="ck_statement_reason"
        ),
    )
    op.create_index("ix_statement_journal_id", "statement", ["journal_id"])
    op.create_index("ix_statement_issued_at", "statement", ["issued_at"])
    for name, columns, where in (
        (
            "uq_statement_one_of_a_journal",
            ["journal_id", "kind"],
            "after_id IS NULL AND rectifies_id IS NULL",
        ),
        (
            "uq_statement_one_after_another",
            ["after_id", "kind"],
            "after_id IS NOT NULL AND rectifies_id IS NULL",
        ),
    ):
        op.create_index(name, "statement", columns, unique=True, postgresql_where=sa.text(where))


def _create_row() -> None:
    exact = r"~ '^[0-9]{1,9}(/[0-9]{1,12})?$'"
    rated = ("tk1", "rk1", "p1", "tk2", "rk2", "p2", "rd", "rounded")
    op.create_table(
        "statement_row",
        _id("statement_id"),
        _id("person_id"),
        sa.Column("position", sa.Integer, nullable=False),
        _text("name"),
        *(_text(name, nullable=True) for name in rated),
        sa.Column("admitted", sa.Boolean, nullable=False),
        *(
            sa.Column(name, pg.ARRAY(sa.Text), nullable=False, server_default="{}")
            for name in ("refusals", "earlier")
        ),
        _text("mark", nullable=True),
        _text("second", nullable=True),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        _id("changed_by", nullable=True),
        _moment("changed_at", nullable=True),
        _text("state"),
        sa.Column("final", sa.SmallInteger),
        _text("letter", nullable=True),
        sa.Column("points", sa.Numeric(3, 2)),
        _text("traditional", nullable=True),
        sa.PrimaryKeyConstraint("statement_id", "person_id", name="pk_statement_row"),
        _reference("statement_row", "statement_id", "statement"),
        *(sa.CheckConstraint(f"{name} {exact}", name=f"ck_statement_row_{name}") for name in rated),
        sa.CheckConstraint(
            "admitted OR (mark IS NULL AND second IS NULL)", name="ck_statement_row_not_admitted_has_no_mark"
        ),
        sa.CheckConstraint(
            r"mark ~ '^([0-9]{1,3}(\.[0-9]{1,2})?|[a-z_]{1,16})$'", name="ck_statement_row_mark"
        ),
        sa.CheckConstraint("final BETWEEN 0 AND 100", name="ck_statement_row_final"),
        sa.CheckConstraint(
            "state IN ('waiting', 'not_admitted', 'individual', 'retake', 'passed', 'failed')",
            name="ck_statement_row_state",
        ),
        sa.CheckConstraint("(state = 'passed') = (final IS NOT NULL)", name="ck_statement_row_passed"),
    )
    op.create_index("ix_statement_row_person_id", "statement_row", ["person_id"])


def _create_keys() -> None:
    op.create_table(
        "officer_key",
        _id("id"),
        _id("person_id"),
        *(sa.Column(name, sa.LargeBinary, nullable=False) for name in ("public", "private")),
        _moment("created_at"),
        _moment("revoked_at", nullable=True),
        _id("revoked_by", nullable=True),
        _text("reason", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_officer_key"),
        sa.CheckConstraint(
            "num_nonnulls(revoked_at, revoked_by, reason) IN (0, 3)", name="ck_officer_key_revoked"
        ),
        sa.CheckConstraint("octet_length(public) = 32", name="ck_officer_key_public"),
    )
    op.create_index(
        "uq_officer_key_one_in_use",
        "officer_key",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "statement_signature",
        _id("id"),
        _id("statement_id"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("role"),
        _id("person_id"),
        _text("name"),
        _id("key_id"),
        _text("scheme"),
        _moment("signed_at"),
        *(sa.Column(name, sa.LargeBinary, nullable=False) for name in ("content", "signature")),
        sa.PrimaryKeyConstraint("id", name="pk_statement_signature"),
        sa.UniqueConstraint("statement_id", "version", "role", name="uq_statement_signature_once"),
        _reference("statement_signature", "statement_id", "statement"),
        _reference("statement_signature", "key_id", "officer_key"),
        sa.CheckConstraint("role IN ('examiner', 'registrar')", name="ck_statement_signature_role"),
    )
    op.create_table(
        "statement_paper",
        _id("statement_id"),
        _text("language"),
        _text("digest"),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("statement_id", "language", name="pk_statement_paper"),
        _reference("statement_paper", "statement_id", "statement"),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="ck_statement_paper_digest"),
    )


def _create_batches() -> None:
    op.create_table(
        "statement_batch",
        _id("id"),
        _text("kind"),
        _id("period_id"),
        _id("asked_by"),
        _moment("asked_at"),
        _moment("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_statement_batch"),
        sa.CheckConstraint(f"kind IN {KINDS}", name="ck_statement_batch_kind"),
    )
    op.create_table(
        "statement_batch_item",
        _id("batch_id"),
        sa.Column("position", sa.Integer, nullable=False),
        _id("journal_id"),
        _id("after_id", nullable=True),
        _text("state"),
        _id("statement_id", nullable=True),
        sa.Column("reasons", pg.JSONB, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("batch_id", "position", name="pk_statement_batch_item"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["statement_batch.id"], name="fk_statement_batch_item_batch_id_statement_batch"
        ),
        sa.CheckConstraint("state IN ('waiting', 'issued', 'refused')", name="ck_statement_batch_item_state"),
        sa.CheckConstraint(
            "(state = 'issued') = (statement_id IS NOT NULL)", name="ck_statement_batch_item_issued"
        ),
    )


def _create_guards() -> None:
    op.execute(
        "CREATE FUNCTION keep_statement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (OLD.id, OLD.kind, OLD.year, OLD.serial, OLD.code, OLD.journal_id, OLD.after_id, OLD.rectifies_id, OLD.head, OLD.rule_set) "
        "IS DISTINCT FROM (NEW.id, NEW.kind, NEW.year, NEW.serial, NEW.code, NEW.journal_id, NEW.after_id, NEW.rectifies_id, NEW.head, "
        "NEW.rule_set) THEN RAISE EXCEPTION 'a statement keeps its number, its code and its head'; END IF; "
        "IF NEW.version <> OLD.version + 1 THEN RAISE EXCEPTION 'a statement changes by one version at a time'; END IF; "
        "IF (OLD.state, NEW.state) NOT IN (('issued', 'filling'), ('filling', 'filling'), ('issued', 'submitted'), "
        "('filling', 'submitted'), ('submitted', 'filling'), ('submitted', 'accepted'), ('accepted', 'superseded')) "
        "THEN RAISE EXCEPTION 'a statement does not go from % to %', OLD.state, NEW.state; END IF; "
        "IF OLD.state = 'accepted' AND (OLD.content, OLD.digest, OLD.accepted_at, OLD.submitted_at) IS DISTINCT FROM "
        "(NEW.content, NEW.digest, NEW.accepted_at, NEW.submitted_at) THEN RAISE EXCEPTION 'there is no unseal'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_statement BEFORE UPDATE ON statement FOR EACH ROW EXECUTE FUNCTION keep_statement()"
    )
    op.execute(
        "CREATE FUNCTION keep_statement_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT state FROM statement WHERE id = NEW.statement_id) NOT IN ('issued', 'filling') "
        "THEN RAISE EXCEPTION 'a signed statement takes no marks'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_statement_row BEFORE INSERT OR UPDATE ON statement_row "
        "FOR EACH ROW EXECUTE FUNCTION keep_statement_row()"
    )
    op.execute(
        "CREATE FUNCTION keep_signature() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM officer_key WHERE id = NEW.key_id AND person_id = NEW.person_id AND revoked_at IS NULL) "
        "THEN RAISE EXCEPTION 'a signature needs a key in use of the same person'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_signature BEFORE INSERT ON statement_signature FOR EACH ROW EXECUTE FUNCTION keep_signature()"
    )
    op.execute(
        "CREATE FUNCTION keep_officer_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.revoked_at IS NOT NULL OR (OLD.id, OLD.person_id, OLD.public, OLD.private) IS DISTINCT FROM "
        "(NEW.id, NEW.person_id, NEW.public, NEW.private) THEN RAISE EXCEPTION 'a key is revoked once and changes in nothing else'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_officer_key BEFORE UPDATE ON officer_key FOR EACH ROW EXECUTE FUNCTION keep_officer_key()"
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_signature "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_paper "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON statement "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON statement_row "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON number_series "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON officer_key "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_statement(), keep_statement_row(), keep_signature(), keep_officer_key()")
    op.drop_column("journal", "frozen_at")
