"""Temporary tables that stand before a service's projections, so that its own handlers fill them anew beside the living ones.

PostgreSQL looks for a name where the search path says: in the temporary tables first while handlers run, in the living ones at all other
times. They are made before the transaction that cannot write begins; in it only they can be written.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import ORMExecuteState, Session

LIVING_FIRST = sa.text("SET search_path = public, pg_temp")
SHADOWS_FIRST = sa.text("SET LOCAL search_path = pg_temp, public")
CHASSIS, HERE = "chassis", "pg_temp"


@dataclass(frozen=True)
class Projection:
    """The tables of a service that follow from events alone.

    Attributes:
        tables: with the columns that are the service's own and not compared.
        hidden: tables handlers look into for acts that follow from an event; here they find them empty.
        without: modules whose handlers are such acts.
        access: whether the chassis' tables of roles, grants and revocations follow from auth/access here.
    """

    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: Sequence[str] = ()
    without: Sequence[str] = ()
    access: bool = True


WITNESS: Mapping[str, tuple[str, ...]] = {"witness_root": ("received_at",), "witness_key": ()}
ACCESS: Mapping[str, tuple[str, ...]] = {"role_permission": (), "access_grant": (), "revocation": ()}
PROJECTIONS = {
    "auth": Projection(WITNESS, access=False),
    "portal": Projection(
        {
            **dict.fromkeys(
                (
                    "person",
                    "unit",
                    "journal",
                    "mark_column",
                    "mark",
                    "result",
                    "standing",
                    "debt",
                    "escalation",
                    "loan",
                    "news",
                ),
                (),
            ),
            **WITNESS,
        },
        hidden=("study_group",),
    ),
    "ejournal": Projection(
        dict.fromkeys(
            (
                "person",
                "study_group",
                "discipline",
                "period",
                "lesson_list",
                "unit",
                "placement",
                "library_loan",
            ),
            (),
        ),
        without=("ejournal.journal.events",),
    ),
    "library": Projection({"reader": ("card",), **WITNESS}),
    "website": Projection(WITNESS),
}


def own_tables(service: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Give schema, name and uncompared columns of each table that is filled anew."""
    projection = PROJECTIONS[service]
    yield from (("public", name, but) for name, but in projection.tables.items())
    if projection.access:
        yield from ((CHASSIS, name, but) for name, but in ACCESS.items())


def create(connection: Connection, service: str) -> None:
    """Make the temporary tables of a service, empty, with the constraints of the living ones but their foreign keys."""
    connection.execute(LIVING_FIRST)
    wanted = [(schema, name) for schema, name, _but in own_tables(service)]
    wanted += [("public", name) for name in PROJECTIONS[service].hidden]
    for schema, name in wanted:
        connection.execute(
            sa.DDL(  # type: ignore[no-untyped-call]
                "CREATE TEMPORARY TABLE %(name)s (LIKE %(place)s.%(name)s INCLUDING DEFAULTS INCLUDING IDENTITY "
                "INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING INDEXES)",
                context={"name": name, "place": schema},
            )
        )


@contextmanager
def before(session: Session) -> Iterator[None]:
    """Let the temporary tables be found first; statements that name the chassis' schema are sent to them as well."""

    def translate(state: ORMExecuteState) -> None:
        state.update_execution_options(schema_translate_map={CHASSIS: HERE})

    session.execute(SHADOWS_FIRST)
    event.listen(session, "do_orm_execute", translate)
    try:
        yield
    finally:
        event.remove(session, "do_orm_execute", translate)
        session.execute(LIVING_FIRST)


def differences(
    session: Session, schema: str, name: str, but: Sequence[str]
) -> tuple[int, list[Any], list[Any]]:
    """Compare a living table with the one filled anew.

    Returns:
        How many rows the living one has, rows that only it has, rows that only the other has.
    """
    living, anew = _rows(schema, name, but), _rows(HERE, name, but)
    total = session.scalar(sa.select(sa.func.count()).select_from(sa.table(name, schema=schema))) or 0
    return (
        total,
        list(session.scalars(sa.except_all(living, anew))),
        list(session.scalars(sa.except_all(anew, living))),
    )


def _rows(schema: str, name: str, but: Sequence[str]) -> sa.Select[Any]:
    source = sa.table(name, schema=schema).alias("t")
    whole = sa.func.to_jsonb(sa.literal_column("t"))
    return sa.select(whole.op("-")(sa.cast(list(but), ARRAY(sa.Text)))).select_from(source)
