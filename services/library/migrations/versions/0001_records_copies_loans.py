"""Records, copies, readers, loans and the norms of lending."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TERMS = (
    "setweight(to_tsvector('simple', folded), 'A') || setweight(to_tsvector('simple', folded_people), 'B') || "
    "setweight(to_tsvector('simple', folded_subjects), 'C') || setweight(to_tsvector('simple', folded_rest), 'D')"
)
NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _cataloguing()
    _acquisition()
    _readers()
    _lending()


def _cataloguing() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("report", pg.JSONB, nullable=False),
        sa.Column("checked_by", sa.Uuid, nullable=False),
        sa.Column("checked_at", NOW, nullable=False),
        sa.Column("applied_at", NOW),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
        sa.UniqueConstraint("sha256", name="uq_import_batch_sha256"),
        sa.CheckConstraint("state IN ('checked', 'applied')", name="ck_import_batch_state"),
    )
    text = [
        sa.Column(name, sa.Text, nullable=False)
        for name in (
            "title",
            "remainder",
            "responsibility",
            "place",
            "publisher",
            "extent",
            "host",
            "sort_key",
            "folded",
            "folded_people",
            "folded_subjects",
            "folded_rest",
        )
    ]
    lists = [
        sa.Column(name, pg.ARRAY(sa.Text), nullable=False)
        for name in ("authors", "isbns", "subjects", "classes")
    ]
    op.create_table(
        "record",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("encoding", sa.String(10), nullable=False),
        sa.Column("control_number", sa.String(100), nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("fields", pg.JSONB, nullable=False),
        *text,
        *lists,
        sa.Column("year", sa.SmallInteger),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("terms", pg.TSVECTOR, sa.Computed(TERMS, persisted=True), nullable=False),
        sa.Column("created_at", NOW, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record"),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_record_batch_id_import_batch"),
        sa.UniqueConstraint("format", "control_number", name="uq_record_control_number"),
        sa.CheckConstraint("format IN ('marc21', 'rusmarc')", name="ck_record_format"),
    )
    op.create_index("ix_record_kind", "record", ["kind"])
    op.create_index("ix_record_terms", "record", ["terms"], postgresql_using="gin")
    op.create_index(
        "ix_record_folded",
        "record",
        ["folded"],
        postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
    )


def _acquisition() -> None:
    op.create_table(
        "copy",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("record_id", sa.Uuid, nullable=False),
        sa.Column("inventory_number", sa.String(20), nullable=False),
        sa.Column("barcode", sa.String(20), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("added_by", sa.Uuid, nullable=False),
        sa.Column("added_at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_copy"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_copy_record_id_record"),
        sa.UniqueConstraint("inventory_number", name="uq_copy_inventory_number"),
        sa.UniqueConstraint("barcode", name="uq_copy_barcode"),
        sa.CheckConstraint("state IN ('held', 'withdrawn')", name="ck_copy_state"),
        sa.CheckConstraint(
            "inventory_number ~ '^[0-9A-Za-zА-Яа-я/-]{1,20}$'", name="ck_copy_inventory_number"
        ),
        sa.CheckConstraint("barcode ~ '^[0-9A-Z-]{4,20}$'", name="ck_copy_barcode"),
    )
    op.create_index("ix_copy_record_id", "copy", ["record_id"])
    series = op.create_table(
        "number_series",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_number_series"),
    )
    op.bulk_insert(series, [{"name": "inventory", "last": 0}])


def _readers() -> None:
    op.create_table(
        "reader",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("card", sa.Integer, sa.Identity(start=100001), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("category", sa.String(10), nullable=False),
        sa.Column("group_code", sa.String(40)),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("sort_key", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_reader"),
        sa.UniqueConstraint("card", name="uq_reader_card"),
        sa.CheckConstraint("category IN ('learner', 'teacher', 'staff')", name="ck_reader_category"),
        sa.CheckConstraint("status IN ('active', 'blocked', 'left')", name="ck_reader_status"),
    )
    op.create_index("ix_reader_sort_key", "reader", ["sort_key"])


def _lending() -> None:
    norm = op.create_table(
        "lending_norm",
        sa.Column("category", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("category", "valid_from", name="pk_lending_norm"),
        sa.CheckConstraint("copies > 0 AND days > 0", name="ck_lending_norm_positive"),
    )
    first = sa.literal("2016-01-13").cast(sa.Date)
    for category, copies, days in (("learner", 10, 14), ("teacher", 20, 30), ("staff", 5, 14)):
        op.execute(norm.insert().values(category=category, valid_from=first, copies=copies, days=days))
    op.create_table(
        "loan",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("copy_id", sa.Uuid, nullable=False),
        sa.Column("reader_id", sa.Uuid, nullable=False),
        sa.Column("issued_at", NOW, nullable=False),
        sa.Column("issued_by", sa.Uuid, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("returned_at", NOW),
        sa.Column("returned_by", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_loan"),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name="fk_loan_copy_id_copy"),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.person_id"], name="fk_loan_reader_id_reader"),
        sa.CheckConstraint("returned_at IS NULL OR returned_at >= issued_at", name="ck_loan_order"),
        sa.CheckConstraint("(returned_at IS NULL) = (returned_by IS NULL)", name="ck_loan_returned"),
    )
    unreturned = sa.text("returned_at IS NULL")
    op.create_index("uq_loan_open_copy", "loan", ["copy_id"], unique=True, postgresql_where=unreturned)
    op.create_index("ix_loan_reader_open", "loan", ["reader_id"], postgresql_where=unreturned)


def downgrade() -> None:
    for table in ("loan", "lending_norm", "reader", "number_series", "copy", "record", "import_batch"):
        op.drop_table(table)
