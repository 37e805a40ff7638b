"""Projections of people and teaching, rule sets and letters, journals, cells with their history."""

import json
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DATA = Path(__file__).parents[1] / "data"
MOMENT = sa.DateTime(timezone=True)


def _id(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def _json(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, pg.JSONB, nullable=False, server_default=default)


def upgrade() -> None:
    _create_projections()
    _create_rules()
    _create_journals()
    _create_cells()
    _seed_rules()


def _create_projections() -> None:
    op.create_table(
        "person",
        _id("person_id"),
        *(_text(name) for name in ("family_name", "given_name", "kind", "status", "sort_key")),
        _text("patronymic", nullable=True),
        sa.PrimaryKeyConstraint("person_id", name="pk_person"),
    )
    op.create_table(
        "study_group",
        _id("group_id"),
        *(_text(name) for name in ("code", "faculty_code", "language")),
        _json("title"),
        sa.Column("year_of_study", sa.SmallInteger, nullable=False),
        _json("roster"),
        sa.PrimaryKeyConstraint("group_id", name="pk_study_group"),
    )
    op.create_table(
        "discipline",
        _id("discipline_id"),
        _text("code"),
        _json("title"),
        _text("department_code"),
        sa.PrimaryKeyConstraint("discipline_id", name="pk_discipline"),
    )
    op.create_table(
        "period",
        _id("period_id"),
        _text("code"),
        _json("title"),
        *(sa.Column(name, sa.Date, nullable=False) for name in ("starts", "half_ends", "ends")),
        sa.PrimaryKeyConstraint("period_id", name="pk_period"),
    )
    op.create_table(
        "lesson_list",
        _id("assignment_id"),
        _json("lessons"),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_lesson_list"),
    )


def _create_rules() -> None:
    op.create_table(
        "rule_set",
        _text("code"),
        _json("title"),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        _json("parameters"),
        _json("scale"),
        sa.PrimaryKeyConstraint("code", name="pk_rule_set"),
        sa.CheckConstraint("valid_to > valid_from", name="ck_rule_set_term"),
        pg.ExcludeConstraint(
            (sa.text("daterange(valid_from, valid_to)"), "&&"), name="ex_rule_set_one_in_force"
        ),
    )
    op.create_table(
        "letter",
        _text("code"),
        _text("kind"),
        _json("shown"),
        sa.Column("typed", pg.ARRAY(sa.Text), nullable=False),
        _json("title"),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_letter"),
        sa.CheckConstraint("kind IN ('absent', 'excused', 'not_planned')", name="ck_letter_kind"),
        sa.CheckConstraint("code ~ '^[a-z_]{1,16}$'", name="ck_letter_code"),
    )


def _create_journals() -> None:
    op.create_table(
        "journal",
        *(_id(name) for name in ("id", "assignment_id", "discipline_id", "group_id", "period_id")),
        _text("control"),
        sa.Column("credits", sa.Numeric(4, 1), nullable=False),
        sa.Column("hours", sa.Integer, nullable=False),
        _text("status"),
        _text("rule_set", nullable=True),
        _json("columns", "[]"),
        sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sa.UniqueConstraint("assignment_id", name="uq_journal_assignment_id"),
        sa.ForeignKeyConstraint(["rule_set"], ["rule_set.code"], name="fk_journal_rule_set_rule_set"),
        sa.CheckConstraint("status IN ('active', 'withdrawn')", name="ck_journal_status"),
    )
    for name in ("discipline_id", "group_id", "period_id"):
        op.create_index(f"ix_journal_{name}", "journal", [name])
    op.create_table(
        "journal_teacher",
        _id("journal_id"),
        _id("person_id"),
        sa.PrimaryKeyConstraint("journal_id", "person_id", name="pk_journal_teacher"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_journal_teacher_journal_id_journal"),
    )
    op.create_index("ix_journal_teacher_person_id", "journal_teacher", ["person_id"])
    _create_columns()
    op.create_table(
        "sheet_row",
        _id("journal_id"),
        _id("person_id"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        *(_json(name, "{}") for name in ("cells", "results", "shown_results")),
        sa.PrimaryKeyConstraint("journal_id", "person_id", name="pk_sheet_row"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_sheet_row_journal_id_journal"),
    )
    op.create_index("ix_sheet_row_person_id", "sheet_row", ["person_id"])


def _create_columns() -> None:
    op.create_table(
        "journal_column",
        _id("id"),
        _id("journal_id"),
        _text("kind"),
        _id("lesson_id", nullable=True),
        _text("lesson_kind", nullable=True),
        sa.Column("date", sa.Date),
        sa.Column("pair", sa.SmallInteger),
        sa.Column("half", sa.SmallInteger, nullable=False),
        sa.Column("in_timetable", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("publication", sa.Integer, nullable=False, server_default="0"),
        sa.Column("published_at", MOMENT),
        _id("published_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_journal_column"),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name="fk_journal_column_journal_id_journal"),
        sa.UniqueConstraint("journal_id", "lesson_id", name="uq_journal_column_journal_id_lesson_id"),
        sa.CheckConstraint("kind IN ('lesson', 'rk1', 'rk2')", name="ck_journal_column_kind"),
        sa.CheckConstraint("half IN (1, 2)", name="ck_journal_column_half"),
        sa.CheckConstraint("(kind = 'lesson') = (lesson_id IS NOT NULL)", name="ck_journal_column_lesson"),
        sa.CheckConstraint(
            "(publication > 0) = (published_at IS NOT NULL)", name="ck_journal_column_published"
        ),
    )
    op.create_index(
        "uq_journal_column_journal_id_kind",
        "journal_column",
        ["journal_id", "kind"],
        unique=True,
        postgresql_where=sa.text("kind <> 'lesson'"),
    )


def _create_cells() -> None:
    op.create_table(
        "cell",
        *(_id(name) for name in ("column_id", "person_id", "journal_id")),
        _text("value", nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        _id("changed_by"),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("column_id", "person_id", name="pk_cell"),
        sa.ForeignKeyConstraint(
            ["column_id"], ["journal_column.id"], name="fk_cell_column_id_journal_column"
        ),
        sa.ForeignKeyConstraint(
            ["journal_id", "person_id"],
            ["sheet_row.journal_id", "sheet_row.person_id"],
            name="fk_cell_journal_id_person_id_sheet_row",
        ),
        sa.CheckConstraint("version > 0", name="ck_cell_version"),
        sa.CheckConstraint(r"value ~ '^([0-9]{1,3}(\.[0-9]{1,2})?|[a-z_]{1,16})$'", name="ck_cell_value"),
    )
    op.create_table(
        "cell_change",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        *(_id(name) for name in ("column_id", "person_id", "journal_id")),
        sa.Column("version", sa.Integer, nullable=False),
        _text("old_value", nullable=True),
        _text("new_value", nullable=True),
        _id("changed_by"),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cell_change"),
        sa.UniqueConstraint("column_id", "person_id", "version", name="uq_cell_change_version"),
    )
    _create_guards()


def _create_guards() -> None:
    op.execute(
        "CREATE FUNCTION keep_cell_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND (NEW.version <> OLD.version + 1 OR NEW.column_id <> OLD.column_id "
        "OR NEW.person_id <> OLD.person_id OR NEW.journal_id <> OLD.journal_id) THEN "
        "RAISE EXCEPTION 'a cell changes by one version at a time and stays in its place'; END IF; "
        "INSERT INTO cell_change (column_id, person_id, journal_id, version, old_value, new_value, changed_by, changed_at) "
        "VALUES (NEW.column_id, NEW.person_id, NEW.journal_id, NEW.version, "
        "CASE WHEN TG_OP = 'UPDATE' THEN OLD.value END, NEW.value, NEW.changed_by, NEW.changed_at); "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER keep_cell_change AFTER INSERT OR UPDATE ON cell "
        "FOR EACH ROW EXECUTE FUNCTION keep_cell_change()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON cell "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )
    op.execute(
        "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON cell_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION chassis.only_added()"
    )


def _read(name: str) -> list[dict[str, object]] | dict[str, object]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _seed_rules() -> None:
    jsonb = pg.JSONB()
    rule_set = sa.table(
        "rule_set",
        sa.column("code"),
        sa.column("title", jsonb),
        sa.column("valid_from", sa.Date),
        sa.column("valid_to", sa.Date),
        sa.column("parameters", jsonb),
        sa.column("scale", jsonb),
    )
    letter = sa.table(
        "letter",
        sa.column("code"),
        sa.column("kind"),
        sa.column("shown", jsonb),
        sa.column("typed", pg.ARRAY(sa.Text)),
        sa.column("title", jsonb),
        sa.column("position"),
    )
    for name in ("kz-before-2016", "kz-mia-2016"):
        op.bulk_insert(rule_set, [_with_dates(_read(name))])
    op.bulk_insert(letter, [{**row, "position": n} for n, row in enumerate(_read("letters"), 1)])


def _with_dates(row: dict[str, object]) -> dict[str, object]:
    from datetime import date

    ends = row["valid_to"]
    return {
        **row,
        "valid_from": date.fromisoformat(str(row["valid_from"])),
        "valid_to": date.fromisoformat(str(ends)) if ends else None,
    }


def downgrade() -> None:
    for table in (
        "cell_change", "cell", "sheet_row", "journal_column", "journal_teacher", "journal", "letter", "rule_set",
        "lesson_list", "period", "discipline", "study_group", "person",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_cell_change()")
