"""Keycloak as the source of identity: who people are there, what it still has to hear, and the emergency door.

The mark of a changed account is written by a trigger: whatever changes an account, a page, a job or a hand in psql, is pushed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MARK = """
create function keycloak_mark() returns trigger language plpgsql as $$
declare
  who uuid := case tg_table_name when 'person' then (to_jsonb(new) ->> 'id') else (to_jsonb(new) ->> 'person_id') end;
begin
  if tg_table_name = 'person' and not exists (select from account where person_id = who) then
    return null;
  end if;
  insert into keycloak_push (person_id, wanted, asked_at, next_at, tries) values (who, 1, now(), now(), 0)
  on conflict (person_id) do update set wanted = keycloak_push.wanted + 1, asked_at = now(), next_at = now(), tries = 0,
    reason = null, parked_at = null;
  return null;
end $$
"""
# A sign-in, and a hash made anew with other costs, are nothing Keycloak has to hear of.
ON_ACCOUNT = """
create trigger keycloak_mark after update on account for each row
when (to_jsonb(new) - 'last_sign_in_at' - 'password_hash' - 'version'
      is distinct from to_jsonb(old) - 'last_sign_in_at' - 'password_hash' - 'version')
execute function keycloak_mark()
"""
ON_NEW_ACCOUNT = (
    "create trigger keycloak_mark_new after insert on account for each row execute function keycloak_mark()"
)
ON_PERSON = """
create trigger keycloak_mark after update of family_name, given_name, patronymic, language, status on person for each row
execute function keycloak_mark()
"""


def upgrade() -> None:
    _create_identity()
    _create_push()
    _create_sign_in()
    _create_realm()
    _create_emergency_account()
    for statement in (MARK, ON_ACCOUNT, ON_NEW_ACCOUNT, ON_PERSON):
        op.execute(statement)
    op.execute(
        "insert into keycloak_push (person_id, wanted, asked_at, next_at, tries) "
        "select person_id, 1, now(), now(), 0 from account"
    )


def _create_identity() -> None:
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("external_sub", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("password_at", MOMENT, nullable=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("pushed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_identity_person_id_person"),
        sa.PrimaryKeyConstraint("issuer", "external_sub", name="pk_identity"),
        sa.UniqueConstraint("issuer", "person_id", name="uq_identity_issuer"),
    )
    op.create_index("ix_identity_person_id", "identity", ["person_id"])


def _create_push() -> None:
    op.create_table(
        "keycloak_push",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("wanted", sa.BigInteger, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("parked_at", MOMENT, nullable=True),
        sa.CheckConstraint("parked_at is null or reason is not null", name="ck_keycloak_push_parked"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_keycloak_push_person_id_person"),
        sa.PrimaryKeyConstraint("person_id", name="pk_keycloak_push"),
    )
    op.create_index(
        "ix_keycloak_push_due", "keycloak_push", ["next_at"], postgresql_where=sa.text("parked_at is null")
    )


def _create_sign_in() -> None:
    op.create_table(
        "keycloak_sign_in",
        sa.Column("sign_in_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("id_token", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_in.id"], name="fk_keycloak_sign_in_sign_in_id_sign_in", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sign_in_id", name="pk_keycloak_sign_in"),
    )
    op.create_index("ix_keycloak_sign_in_session_id", "keycloak_sign_in", ["session_id"])


def _create_realm() -> None:
    op.create_table(
        "keycloak_realm",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("fault", sa.Text, nullable=True),
        sa.Column("version", sa.Text, nullable=True),
        sa.CheckConstraint("id = 1", name="ck_keycloak_realm_one"),
        sa.PrimaryKeyConstraint("id", name="pk_keycloak_realm"),
    )


def _create_emergency_account() -> None:
    op.create_table(
        "emergency_account",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("order_number", sa.Text, nullable=False),
        sa.Column("order_date", sa.Date, nullable=False),
        sa.Column("named_by", sa.Uuid, nullable=True),
        sa.Column("named_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_emergency_account_person_id_person"),
        sa.PrimaryKeyConstraint("person_id", name="pk_emergency_account"),
    )


def downgrade() -> None:
    op.execute("drop trigger keycloak_mark on person")
    op.execute("drop trigger keycloak_mark on account")
    op.execute("drop trigger keycloak_mark_new on account")
    op.execute("drop function keycloak_mark()")
    for table in ("emergency_account", "keycloak_realm", "keycloak_sign_in", "keycloak_push", "identity"):
        op.drop_table(table)
