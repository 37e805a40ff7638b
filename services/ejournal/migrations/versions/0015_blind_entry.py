"""Blind double entry of statements: the two who enter, what each entered, and who agreed on what differed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MARK = r"~ '^([0-9]{1,3}(\.[0-9]{1,2})?|[a-z_]{1,16})$'"


def upgrade() -> None:
    op.drop_constraint("ck_statement_row_not_admitted_has_no_mark", "statement_row")
    op.drop_column("statement_row", "second")
    op.create_check_constraint(
        op.f("ck_statement_row_not_admitted_has_no_mark"), "statement_row", "admitted OR mark IS NULL"
    )
    op.add_column("statement_row", sa.Column("agreed_by", sa.Uuid))
    op.add_column("statement_row", sa.Column("agreed_because", sa.Text))
    op.create_check_constraint(
        op.f("ck_statement_row_agreed"),
        "statement_row",
        "num_nonnulls(agreed_by, agreed_because) IN (0, 2) AND length(agreed_because) >= 5",
    )
    _create_entries()
    _create_guards()


def _create_entries() -> None:
    op.create_table(
        "statement_reader",
        sa.Column("statement_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.SmallInteger, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("statement_id", "place", name="pk_statement_reader"),
        sa.UniqueConstraint("statement_id", "person_id", name="uq_statement_reader_two_persons"),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name="fk_statement_reader_statement_id_statement"
        ),
        sa.CheckConstraint("place IN (1, 2)", name="ck_statement_reader_place"),
    )
    op.create_table(
        "statement_reading",
        sa.Column("statement_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.SmallInteger, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("statement_id", "place", "person_id", name="pk_statement_reading"),
        sa.ForeignKeyConstraint(
            ["statement_id", "place"],
            ["statement_reader.statement_id", "statement_reader.place"],
            name="fk_statement_reading_reader",
        ),
        sa.ForeignKeyConstraint(
            ["statement_id", "person_id"],
            ["statement_row.statement_id", "statement_row.person_id"],
            name="fk_statement_reading_row",
        ),
        sa.CheckConstraint(f"value {MARK}", name="ck_statement_reading_value"),
    )


def _create_guards() -> None:
    op.execute(
        "CREATE FUNCTION keep_reading() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM statement_reader r WHERE r.statement_id = NEW.statement_id AND r.place = NEW.place "
        "AND r.handed_in_at IS NOT NULL) THEN RAISE EXCEPTION 'an entry that was handed in changes no more'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_reading BEFORE INSERT OR UPDATE ON statement_reading "
        "FOR EACH ROW EXECUTE FUNCTION keep_reading()"
    )
    op.execute(
        "CREATE TRIGGER keep_open BEFORE INSERT OR UPDATE ON statement_reading "
        "FOR EACH ROW EXECUTE FUNCTION keep_statement_row()"
    )
    op.execute(
        "CREATE FUNCTION keep_reader() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.handed_in_at IS NOT NULL OR (OLD.statement_id, OLD.place, OLD.person_id) IS DISTINCT FROM "
        "(NEW.statement_id, NEW.place, NEW.person_id) THEN RAISE EXCEPTION 'an entry is handed in once and changes in nothing else'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_reader BEFORE UPDATE ON statement_reader FOR EACH ROW EXECUTE FUNCTION keep_reader()"
    )
    op.execute(
        "CREATE FUNCTION keep_agreement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM statement_reader r WHERE r.statement_id = NEW.statement_id AND r.person_id = NEW.agreed_by) "
        "THEN RAISE EXCEPTION 'who entered marks does not agree on them'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_agreement BEFORE INSERT OR UPDATE ON statement_row FOR EACH ROW "
        "WHEN (NEW.agreed_by IS NOT NULL) EXECUTE FUNCTION keep_agreement()"
    )
    op.execute(
        "CREATE FUNCTION keep_blind() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'double entry is required before the first mark'; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_blind BEFORE UPDATE ON statement FOR EACH ROW "
        "WHEN (OLD.blind IS DISTINCT FROM NEW.blind AND OLD.state <> 'issued') EXECUTE FUNCTION keep_blind()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON statement_reader "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON statement_reading "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_agreement ON statement_row")
    op.execute("DROP TRIGGER keep_blind ON statement")
    op.drop_table("statement_reading")
    op.drop_table("statement_reader")
    op.execute("DROP FUNCTION keep_reading(), keep_reader(), keep_agreement(), keep_blind()")
    op.drop_constraint("ck_statement_row_agreed", "statement_row")
    op.drop_column("statement_row", "agreed_by")
    op.drop_column("statement_row", "agreed_because")
    op.drop_constraint("ck_statement_row_not_admitted_has_no_mark", "statement_row")
    op.add_column("statement_row", sa.Column("second", sa.Text))
    op.create_check_constraint(
        op.f("ck_statement_row_not_admitted_has_no_mark"),
        "statement_row",
        "admitted OR (mark IS NULL AND second IS NULL)",
    )
