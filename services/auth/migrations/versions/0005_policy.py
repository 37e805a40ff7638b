"""The academy's rules of accounts and access."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("login_rule", sa.Text, nullable=False),
        sa.Column("password_length", sa.Integer, nullable=False),
        sa.Column("password_history", sa.Integer, nullable=False),
        sa.Column("slip_days", sa.Integer, nullable=False),
        sa.Column("code_minutes", sa.Integer, nullable=False),
        sa.Column("second_factor_roles", JSONB, nullable=False),
        sa.Column("idle_minutes", sa.Integer, nullable=False),
        sa.Column("idle_minutes_by_role", JSONB, nullable=False),
        sa.Column("session_hours", sa.Integer, nullable=False),
        sa.Column("session_hours_by_role", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_policy_one_row"),
        sa.CheckConstraint("login_rule in ('transliteration', 'number')", name="ck_policy_login_rule"),
        sa.CheckConstraint("password_length between 8 and 64", name="ck_policy_password_length"),
        sa.CheckConstraint("password_history between 0 and 24", name="ck_policy_password_history"),
        sa.CheckConstraint("slip_days between 1 and 60", name="ck_policy_slip_days"),
        sa.CheckConstraint("code_minutes between 5 and 1440", name="ck_policy_code_minutes"),
        sa.CheckConstraint("idle_minutes between 5 and 720", name="ck_policy_idle_minutes"),
        sa.CheckConstraint("session_hours between 1 and 24", name="ck_policy_session_hours"),
        sa.PrimaryKeyConstraint("id", name="pk_policy"),
    )


def downgrade() -> None:
    op.drop_table("policy")
