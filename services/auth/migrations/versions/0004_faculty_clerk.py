"""The role of a faculty's clerk, who serves the accounts of one unit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE = "faculty_clerk"
TITLE = {
    "kk": "Факультеттің есептік жазбалар жөніндегі қызметкері",
    "ru": "Сотрудник факультета по учётным записям",
    "en": "Faculty account clerk",
}
PERMISSIONS = (
    "auth.person.read",
    "auth.person.write",
    "auth.account.create",
    "auth.account.reset",
    "auth.account.block",
)


def upgrade() -> None:
    role = sa.table(
        "role", sa.column("code"), sa.column("title", JSONB), sa.column("position"), sa.column("version")
    )
    op.bulk_insert(role, [{"code": CODE, "title": TITLE, "position": 15, "version": 1}])
    # A permission that is known already goes to no template by itself: an installation of the first release gets them here.
    known = sa.table("permission", sa.column("code"))
    mine = sa.select(sa.literal(CODE), known.c.code).where(known.c.code.in_(PERMISSIONS))
    for schema in (None, "chassis"):
        pairs = sa.table("role_permission", sa.column("role"), sa.column("permission"), schema=schema)
        op.execute(pairs.insert().from_select(["role", "permission"], mine))


def downgrade() -> None:
    for schema in (None, "chassis"):
        pairs = sa.table("role_permission", sa.column("role"), schema=schema)
        op.execute(pairs.delete().where(pairs.c.role == CODE))
    role = sa.table("role", sa.column("code"))
    op.execute(role.delete().where(role.c.code == CODE))
