"""The life of a login: look-alikes, slips that expire, the last day, deletion, old passwords, one-time codes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CHECKS = {
    "slip": "slip_expires_at > slip_at",
    "expires": "(expires_on is null) = (expires_order is null)",
    "expired": "expired_at is null or expires_on is not null",
    "deleted": "(deleted_at is null) = (deleted_order is null)",
    "deleted_has_no_password": "deleted_at is null or password_hash is null",
}
COLUMNS = (
    ("skeleton", sa.Text),
    ("slip_expires_at", sa.DateTime(timezone=True)),
    ("expires_on", sa.Date),
    ("expires_order", sa.Text),
    ("expired_at", sa.DateTime(timezone=True)),
    ("deleted_at", sa.DateTime(timezone=True)),
    ("deleted_order", sa.Text),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("account", sa.Column(name, kind, nullable=True))
    _fill_account()
    op.alter_column("account", "skeleton", nullable=False)
    op.create_unique_constraint("uq_account_skeleton", "account", ["skeleton"])
    for name, condition in CHECKS.items():
        op.create_check_constraint(f"ck_account_{name}", "account", condition)
    op.create_index(
        "ix_account_expires_on", "account", ["expires_on"], postgresql_where=sa.text("expired_at is null")
    )
    _create_old_password()
    _create_reset_code()
    _create_handout()


def _fill_account() -> None:
    # Logins that were given before and look alike stay both; a third one cannot join them.
    op.execute(
        """with looks as (
          select person_id, replace(replace(translate(login, '01', 'ol'), 'rn', 'm'), 'vv', 'w') as skeleton,
            row_number() over (partition by replace(replace(translate(login, '01', 'ol'), 'rn', 'm'), 'vv', 'w')
              order by created_at, login) as place from account)
        update account a set skeleton = l.skeleton || case when l.place > 1 then '=' || a.login else '' end
        from looks l where l.person_id = a.person_id"""
    )
    op.execute(
        "update account set slip_expires_at = slip_at + interval '14 days' where must_change and slip_at is not null"
    )


def _create_old_password() -> None:
    op.create_table(
        "old_password",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["account.person_id"], name="fk_old_password_person_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_old_password"),
    )
    op.create_index("ix_old_password_person_id", "old_password", ["person_id"])


def _create_reset_code() -> None:
    op.create_table(
        "reset_code",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "expires_at > issued_at and expires_at <= issued_at + interval '1 day'", name="ck_reset_code_term"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["account.person_id"], name="fk_reset_code_person_id_account"),
        sa.PrimaryKeyConstraint("person_id", name="pk_reset_code"),
    )
    op.create_index("ix_reset_code_expires_at", "reset_code", ["expires_at"])


def _create_handout() -> None:
    op.create_table(
        "handout",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_handout"),
    )
    op.create_index("ix_handout_at", "handout", ["at"])


def downgrade() -> None:
    op.drop_table("handout")
    op.drop_table("reset_code")
    op.drop_table("old_password")
    for name, _kind in COLUMNS:
        op.drop_column("account", name)
