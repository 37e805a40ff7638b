"""What the home page keeps of other services' events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_journal()
    create_mark_column()
    create_mark()
    create_result()
    create_loan()
    create_news()


def create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_assignment_id", "journal", ["assignment_id"], unique=False)


def create_mark_column() -> None:
    op.create_table(
        "mark_column",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("discipline_title", JSONB(), nullable=False),
        sa.Column("letters", JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mark_column"),
    )
    op.create_index("ix_mark_column_journal_id", "mark_column", ["journal_id"], unique=False)


def create_mark() -> None:
    op.create_table(
        "mark",
        sa.Column("column_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["column_id"], ["mark_column.id"], name="fk_mark_column_id_mark_column", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("column_id", "person_id", name="pk_mark"),
    )
    op.create_index(
        "ix_mark_person_id_changed_at",
        "mark",
        ["person_id", sa.literal_column("changed_at DESC")],
        unique=False,
    )


def create_result() -> None:
    op.create_table(
        "result",
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("p1", sa.Text(), nullable=True),
        sa.Column("p2", sa.Text(), nullable=True),
        sa.Column("rd", sa.Text(), nullable=True),
        sa.Column("admitted", sa.Boolean(), nullable=True),
        sa.Column("discipline_title", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("journal_id", "person_id", name="pk_result"),
    )
    op.create_index("ix_result_person_id", "result", ["person_id"], unique=False)


def create_loan() -> None:
    op.create_table(
        "loan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", ARRAY(sa.Text()), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_loan"),
    )
    op.create_index(
        "ix_loan_reader_id_due_on",
        "loan",
        ["reader_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("returned_at IS NULL"),
    )


def create_news() -> None:
    op.create_table(
        "news",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("path", JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_news"),
    )
    op.create_index("ix_news_published_at", "news", ["published_at"], unique=False)


def downgrade() -> None:
    op.drop_table("news")
    op.drop_table("loan")
    op.drop_table("result")
    op.drop_table("mark")
    op.drop_table("mark_column")
    op.drop_table("journal")
