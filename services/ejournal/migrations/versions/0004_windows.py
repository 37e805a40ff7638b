"""Windows of the institution: which columns take marks on a day; columns and journals reopened until a day."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Holidays on fixed dates: Law of 13 December 2001 No. 267-II "On holidays in the Republic of Kazakhstan".
HOLIDAYS = (
    "01-01", "01-02", "01-07", "03-08", "03-21", "03-22", "03-23", "05-01", "05-07", "05-09", "07-06", "08-30", "10-25",
    "12-16",
)  # fmt: skip
DAYS = ("lesson_days", "midterm_before", "midterm_after", "reopen_days")


def upgrade() -> None:
    op.create_table(
        "window_policy",
        sa.Column("id", sa.SmallInteger, nullable=False, server_default="1"),
        *(sa.Column(name, sa.SmallInteger, nullable=False) for name in DAYS),
        sa.Column("days_off", pg.JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_window_policy"),
        sa.CheckConstraint("id = 1", name="ck_window_policy_one_row"),
        *(sa.CheckConstraint(f"{name} BETWEEN 0 AND 9999", name=f"ck_window_policy_{name}") for name in DAYS),
        sa.CheckConstraint("jsonb_typeof(days_off) = 'array'", name="ck_window_policy_days_off"),
    )
    op.execute(
        sa.text(
            "INSERT INTO window_policy (lesson_days, midterm_before, midterm_after, reopen_days, days_off) "
            "VALUES (10, 14, 10, 14, cast(:days AS jsonb))"
        ).bindparams(days=json.dumps(HOLIDAYS))
    )
    for table in ("journal", "journal_column"):
        op.add_column(table, sa.Column("reopened_until", sa.Date))


def downgrade() -> None:
    for table in ("journal", "journal_column"):
        op.drop_column(table, "reopened_until")
    op.drop_table("window_policy")
