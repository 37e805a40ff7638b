"""What other services told us: people, groups with rosters, disciplines, periods, lessons. Kept as they came."""

from sqlalchemy import Column, Date, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from ejournal.base import Base

PERSON = Table(
    "person",
    Base.metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("family_name", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("patronymic", Text),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("sort_key", Text, nullable=False),
    Column("number", Text),
)
GROUP = Table(
    "study_group",
    Base.metadata,
    Column("group_id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("faculty_code", Text, nullable=False),
    Column("year_of_study", SmallInteger, nullable=False),
    Column("language", Text, nullable=False),
    Column("roster", JSONB, nullable=False),
)
DISCIPLINE = Table(
    "discipline",
    Base.metadata,
    Column("discipline_id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("department_code", Text, nullable=False),
)
PERIOD = Table(
    "period",
    Base.metadata,
    Column("period_id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("starts", Date, nullable=False),
    Column("half_ends", Date, nullable=False),
    Column("ends", Date, nullable=False),
)
LESSON_LIST = Table(
    "lesson_list",
    Base.metadata,
    Column("assignment_id", Uuid, primary_key=True),
    Column("lessons", JSONB, nullable=False),
)
PLACEMENT = Table(
    "placement",
    Base.metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("group_id", Uuid),
    Column("starts", Date),
    Column("order_number", Text),
)
"""Where learners stand by movement orders, from the beginning on; who was never moved has no rows."""
UNIT = Table(
    "unit",
    Base.metadata,
    Column("code", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("title", JSONB, nullable=False),
)
