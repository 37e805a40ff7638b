"""Is the database as new as the program? Asked by whoever runs a service; `chassis.migrate` is what makes it so."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, column, func, select, table
from sqlalchemy.exc import ProgrammingError

SCHEMA = "chassis"
OWN_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass
class Plan:
    """The revisions a program was written for: kind (`chassis`, `service`) → the newest. A newer database serves as well."""

    newest: dict[str, str]
    _current: bool = field(default=False, init=False)

    @classmethod
    def of(cls, root: Path) -> "Plan":
        """Read the plan of a service off the names of its files (`0005_watching.py`).

        Args:
            root: of the service's package, `<service>/src/<service>`.
        """
        places = {"chassis": OWN_MIGRATIONS}
        if len(root.parents) > 1:
            places["service"] = root.parents[1] / "migrations"
        found = {kind: sorted((place / "versions").glob("[0-9]*_*.py")) for kind, place in places.items()}
        return cls({kind: files[-1].name.partition("_")[0] for kind, files in found.items() if files})

    def lacking(self, engine: Engine) -> list[str]:
        """Name what the database lacks; what it once had is not asked for again.

        Raises:
            sqlalchemy.exc.OperationalError: the database does not answer.
        """
        if self._current:
            return []
        with engine.connect() as connection:
            found = [(kind, newest, _present(connection, kind)) for kind, newest in self.newest.items()]
        lacking = [f"{kind} {newest} (it has {has or 'none'})" for kind, newest, has in found if has < newest]
        self._current = not lacking
        return lacking


def _present(connection: Connection, kind: str) -> str:
    versions = table(f"{kind}_version", column("version_num"), schema=SCHEMA)
    try:
        with connection.begin():
            return connection.scalar(select(func.max(versions.c.version_num))) or ""
    except ProgrammingError:
        return ""
