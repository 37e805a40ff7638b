"""Permissions, roles and grants, with the role templates of the academy."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.db import Localized

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLES = (
    ("learner", "Білім алушы", "Обучающийся", "Learner"),
    ("teacher", "Оқытушы", "Преподаватель", "Teacher"),
    ("department_head", "Кафедра бастығы", "Начальник кафедры", "Head of department"),
    ("dean", "Факультет бастығы", "Начальник факультета", "Head of faculty"),
    ("registrar", "Оқу бөлімінің қызметкері", "Сотрудник учебного отдела", "Registrar"),
    ("dispatcher", "Сабақ кестесінің диспетчері", "Диспетчер расписания", "Timetable dispatcher"),
    ("methodist", "Әдіскер", "Методист", "Methodist"),
    (
        "quality_officer",
        "Білім сапасын мониторингілеу бөлінісінің қызметкері",
        "Сотрудник подразделения мониторинга качества образования",
        "Quality-monitoring officer",
    ),
    ("order_clerk", "Бұйрықтар жөніндегі қызметкер", "Сотрудник по ведению приказов", "Order clerk"),
    (
        "account_administrator",
        "Портал әкімшісі",
        "Администратор портала",
        "Portal administrator",
    ),
    ("chief", "Академия бастығы", "Начальник академии", "Chief of the academy"),
    ("auditor", "Аудитор", "Аудитор", "Auditor"),
    ("librarian", "Кітапханашы", "Библиотекарь", "Librarian"),
    ("web_editor", "Сайт редакторы", "Редактор сайта", "Web editor"),
)


def upgrade() -> None:
    _create_permission()
    _create_role()
    _create_role_permission()
    _create_role_grant()
    _index_role_grant()
    _fill_roles()


def _create_permission() -> None:
    op.create_table(
        "permission",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("title", Localized, nullable=False),
        sa.Column("scopes", ARRAY(sa.Text), nullable=False),
        sa.Column("risk", sa.Text, nullable=False),
        sa.Column("needs_step_up", sa.Boolean, nullable=False),
        sa.Column("forbidden_with", ARRAY(sa.Text), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_permission"),
    )
    op.create_index("ix_permission_service", "permission", ["service"])


def _create_role() -> None:
    op.create_table(
        "role",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", Localized, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "title IS NULL OR coalesce(btrim((title ->> 'kk')), '') != '' AND coalesce(btrim((title ->> 'ru')), '') != ''",
            name="ck_role_title_localized",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_role"),
    )


def _create_role_permission() -> None:
    op.create_table(
        "role_permission",
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("permission", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["permission"], ["permission.code"], name="fk_role_permission_permission_permission"
        ),
        sa.ForeignKeyConstraint(["role"], ["role.code"], name="fk_role_permission_role_role"),
        sa.PrimaryKeyConstraint("role", "permission", name="pk_role_permission"),
    )


def _create_role_grant() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("scope_type", sa.Text, nullable=False),
        sa.Column("scope_id", sa.Text, nullable=True),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=True),
        sa.Column("order_number", sa.Text, nullable=False),
        sa.Column("order_date", sa.Date, nullable=False),
        sa.Column("given_by", sa.Uuid, nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_order", sa.Text, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "(scope_id is null) = (scope_type in ('institution', 'assigned', 'self'))",
            name="ck_role_grant_scope_id",
        ),
        sa.CheckConstraint(
            "scope_type in ('institution', 'faculty', 'department', 'group', 'discipline', 'assigned', 'library_module', 'website_section', 'self')",
            name="ck_role_grant_scope_type",
        ),
        sa.CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="ck_role_grant_withdrawn"),
        sa.CheckConstraint("given_by is distinct from person_id", name="ck_role_grant_not_to_oneself"),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name="ck_role_grant_term"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_role_grant_person_id_person"),
        sa.ForeignKeyConstraint(["role"], ["role.code"], name="fk_role_grant_role_role"),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
    )


def _index_role_grant() -> None:
    op.create_index("ix_role_grant_person_id", "role_grant", ["person_id"])
    op.create_index("ix_role_grant_role", "role_grant", ["role"])
    op.create_index(
        "uq_role_grant_living",
        "role_grant",
        ["person_id", "role", "scope_type", sa.text("coalesce(scope_id, '')")],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )


def _fill_roles() -> None:
    op.bulk_insert(
        sa.table(
            "role", sa.column("code"), sa.column("title", JSONB), sa.column("position"), sa.column("version")
        ),
        [
            {"code": code, "title": {"kk": kk, "ru": ru, "en": en}, "position": at, "version": 1}
            for at, (code, kk, ru, en) in enumerate(ROLES, 1)
        ],
    )


def downgrade() -> None:
    op.drop_table("role_grant")
    op.drop_table("role_permission")
    op.drop_table("role")
    op.drop_table("permission")
