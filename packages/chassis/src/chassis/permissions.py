"""Who may do what, and where: the catalogue a service declares and the projection of grants it answers from.

A permission is granted through a role within a scope. Every service keeps roles, grants and revocations in tables of its own,
fed by feed `auth/access` (auth writes them in its own transaction); a process keeps what it read until the bell rings for an
ingested event, or five seconds. When the feed was last asked more than ten minutes ago nobody may do anything.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import yaml
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Engine,
    Table,
    Text,
    Uuid,
    delete,
    false,
    insert,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.bell import Bell
from chassis.events import CURSOR, INGESTED, METADATA
from chassis.i18n import gettext as _
from chassis.problems import Unavailable

FEED = "auth/access"
PLACES = {"institution", "faculty", "department", "group", "discipline"}
KINDS = PLACES | {"assigned", "library_module", "website_section", "self"}
RISKS = frozenset({"low", "medium", "high"})
KEPT_SECONDS = 5.0
TOO_OLD = timedelta(minutes=10)
REVOCATIONS_MATTER = timedelta(hours=1)
EVERYBODY = "all:people"  # voids the tokens of every person issued until its moment; programs go on

ROLE_PERMISSION = Table(
    "role_permission",
    METADATA,
    Column("role", Text, primary_key=True),
    Column("permission", Text, primary_key=True),
)
ACCESS_GRANT = Table(
    "access_grant",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("scope_type", Text, nullable=False),
    Column("scope_id", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
)
REVOCATION = Table(
    "revocation",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)


class CatalogueError(ValueError):
    """A permissions.yaml that cannot be used; the message has one line per fault."""


@dataclass(frozen=True)
class Permission:
    """One declared permission."""

    code: str
    title: Mapping[str, str]
    scopes: tuple[str, ...]
    risk: str = "low"
    needs_step_up: bool = False
    forbidden_with: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


def operator_permission(service: str) -> Permission:
    """Give the permission every service has: to see its parked events and cursors, and to settle them."""
    title = {
        "kk": "Оқиғалар ағынын бақылау",
        "ru": "Контроль потоков событий",
        "en": "Watch the event feeds",
    }
    return Permission(
        f"{service}.operator.use", title, ("institution",), "high", roles=("account_administrator",)
    )


def catalogue(service: str, folder: Path, name: str = "permissions.yaml") -> dict[str, Permission]:
    """Give all permissions of a service: the declared ones and the chassis' own."""
    own = operator_permission(service)
    return {own.code: own, **load(folder / name, service)}


def load(path: Path, service: str) -> dict[str, Permission]:
    """Read the permissions a service declares; a service without the file declares none.

    Raises:
        CatalogueError: with every fault at once.
    """
    rows = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else []
    faults: list[str] = []
    found: dict[str, Permission] = {}
    for row in rows or []:
        code = str(row.get("code"))
        faults += [f"{code}: {fault}" for fault in _faults(row, service)]
        if code in found:
            faults.append(f"{code}: declared twice")
        if not faults:
            lists = {name: tuple(row.get(name, ())) for name in ("scopes", "forbidden_with", "roles")}
            found[code] = Permission(**{**row, **lists})
    if faults:
        raise CatalogueError("\n".join([f"{path.name} of {service}:", *faults]))
    return found


def _faults(row: Mapping[str, Any], service: str) -> list[str]:
    known, title = Permission.__dataclass_fields__, row.get("title")
    checks = (
        (set(row) <= set(known), f"unknown: {', '.join(sorted(set(row) - set(known)))}"),
        (str(row.get("code")).startswith(f"{service}."), f"a code begins with {service}."),
        (
            isinstance(title, dict) and all(title.get(lang) for lang in ("kk", "ru", "en")),
            "title: kk, ru and en",
        ),
        (bool(row.get("scopes")) and set(row.get("scopes", ())) <= KINDS, "scopes: a list of known kinds"),
        (row.get("risk", "low") in RISKS, "risk: low, medium or high"),
        (isinstance(row.get("needs_step_up", False), bool), "needs_step_up: true or false"),
        (isinstance(row.get("roles"), list), "roles: a list of roles, [] when nobody has it from the start"),
    )
    return [text for good, text in checks if not good]


class Grant(NamedTuple):
    """A permission that somebody holds within a scope for a time."""

    permission: str
    kind: str
    scope_id: str | None
    valid_from: date | None
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Tell whether it is in force on a day, both ends counted."""
        return (self.valid_from or on) <= on <= (self.valid_to or on)


@dataclass(frozen=True)
class Scopes:
    """Where a permission holds for somebody; falsy when nowhere."""

    granted: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str | None]]) -> "Scopes":
        """Collect pairs of a kind and an id."""
        found: dict[str, set[str]] = {}
        for kind, scope_id in pairs:
            found.setdefault(kind, set()).update(() if scope_id is None else (scope_id,))
        return cls({kind: frozenset(ids) for kind, ids in found.items()})

    def __bool__(self) -> bool:
        return bool(self.granted)

    def __hash__(self) -> int:
        return hash(frozenset(self.granted.items()))

    @property
    def everywhere(self) -> bool:
        """Whether it holds in the whole institution."""
        return "institution" in self.granted

    def holds(self, kind: str) -> bool:
        """Tell whether there is a grant of a kind, whatever its ids."""
        return kind in self.granted

    def ids(self, kind: str) -> set[str]:
        """Give the granted ids of a kind."""
        return set(self.granted.get(kind, ()))

    def only(self, kinds: Iterable[str]) -> "Scopes":
        """Give the part of these scopes that is of some kinds: what a permission does not declare does not open it."""
        return Scopes({kind: self.granted[kind] for kind in kinds if kind in self.granted})

    def covers(self, *places: tuple[str, str | None]) -> bool:
        """Tell whether it holds at a place, given with the places it lies within; without any: whether it holds at all."""
        if self.everywhere or not places:
            return bool(self)
        return any(self.holds(kind) and (one is None or one in self.ids(kind)) for kind, one in places)

    def where(self, columns: Mapping[str, Any]) -> ColumnElement[bool]:
        """Make the condition that lets through only rows within these scopes.

        Args:
            columns: kind of scope to a column (its value must be among the granted ids) or to a ready condition
                (taken as it is when there is a grant of the kind).

        Returns:
            True for the institution, false when no kind fits.
        """
        if self.everywhere:
            return true()
        fitting = [self._clause(kind, column) for kind, column in columns.items() if kind in self.granted]
        return or_(false(), *fitting)

    def _clause(self, kind: str, column: Any) -> ColumnElement[bool]:
        if isinstance(column, bool):
            return true() if column else false()
        clause: ColumnElement[bool] = column
        if not isinstance(column.type, Boolean):
            ids: list[Any] = sorted(self.granted[kind])
            if isinstance(column.type, Uuid):
                ids = [UUID(text) for text in ids if _is_uuid(text)]
            clause = column.in_([literal(one, column.type) for one in ids]) if ids else false()
        return clause


NOWHERE = Scopes()
EVERYWHERE = Scopes.of([("institution", None)])
"""Where a program holds what it was granted: the data of the whole academy, so only what can be given for it is open to programs."""


def decide(grants: Iterable[Grant], code: str, on: date) -> Scopes:
    """Give where somebody with these grants holds a permission on a day: the decision every service makes."""
    return Scopes.of((g.kind, g.scope_id) for g in grants if g.permission == code and g.holds(on))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass
class _Snapshot:
    rings: int
    read_at: float
    checked_at: Any
    revoked: dict[str, int]
    people: dict[UUID, dict[str, list[Grant]]] = field(default_factory=dict)


class Access:
    """What a process knows of grants and revocations."""

    def __init__(self, engine: Engine, *, follows: bool) -> None:
        self._engine = engine
        self._follows = follows
        self.bell = Bell(engine, INGESTED)
        self._snapshot: _Snapshot | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Listen for changes and read the present state; after a fork, never before."""
        self.bell.start()
        self.bell.await_hearing()  # its first ring has everything read anew, and it takes a connection out of the pool
        self._fresh()

    def close(self) -> None:
        """Stop listening."""
        self.bell.close()

    def forget(self) -> None:
        """Read everything anew at the next question."""
        self._snapshot = None

    def revoked(self, sid: str, sub: str, issued: int) -> bool:
        """Tell whether a token of a session, or of a person or program issued at a moment, is void.

        A program has no session; it is judged by what is known, however old, for feeds go on while auth is away.
        """
        void = (self._trusted() if sid else self._fresh()).revoked
        keys = (f"sub:{sub}", EVERYBODY if sid else "")
        return f"sid:{sid}" in void or any(void.get(key, -1) >= issued for key in keys)

    def require_recent(self) -> None:
        """Make sure that grants and revocations are known well enough to act on.

        Raises:
            Unavailable: the projection is too old to be trusted.
        """
        self._trusted()

    def _trusted(self) -> _Snapshot:
        snapshot = self._fresh()
        if snapshot.checked_at is not None and clock.now() - snapshot.checked_at > TOO_OLD:
            raise Unavailable(
                _("Access rights have not been renewed for ten minutes. Please try again later.")
            )
        return snapshot

    def _fresh(self) -> _Snapshot:
        snapshot, rings = self._snapshot, self.bell.rings(INGESTED)
        if snapshot and snapshot.rings == rings and clock.monotonic() - snapshot.read_at < KEPT_SECONDS:
            return snapshot
        with self._lock:
            newest = self._snapshot
            if newest is snapshot or newest is None:
                self._snapshot = newest = self._read(rings)
            return newest

    def _read(self, rings: int) -> _Snapshot:
        since = int((clock.now() - REVOCATIONS_MATTER).timestamp())
        with self._engine.connect() as connection:
            recent = select(REVOCATION.c.key, REVOCATION.c.at).where(REVOCATION.c.at > since)
            known = {row.key: row.at for row in connection.execute(recent)}
            asked = select(CURSOR.c.checked_at).where(CURSOR.c.feed == FEED)
            checked = connection.scalar(asked) if self._follows else None
        return _Snapshot(rings, clock.monotonic(), checked, known)

    def grants(self, person_id: UUID) -> Mapping[str, Sequence[Grant]]:
        """Give what a person holds, in force today or not, by permission.

        Raises:
            Unavailable: the projection is too old to be trusted.
        """
        snapshot = self._trusted()
        if person_id not in snapshot.people:
            grant = ACCESS_GRANT.c
            query = (
                select(ROLE_PERMISSION.c.permission, grant.scope_type, grant.scope_id)
                .add_columns(grant.valid_from, grant.valid_to)
                .join_from(ACCESS_GRANT, ROLE_PERMISSION, ROLE_PERMISSION.c.role == grant.role)
                .where(grant.person_id == person_id)
            )
            held: dict[str, list[Grant]] = {}
            with self._engine.connect() as connection:
                for row in connection.execute(query):
                    held.setdefault(row.permission, []).append(Grant(*row))
            snapshot.people[person_id] = held
        return snapshot.people[person_id]


def apply_role(session: Session, *, role: str, permissions: Iterable[str]) -> None:
    """Give a role its present list of permissions."""
    session.execute(delete(ROLE_PERMISSION).where(ROLE_PERMISSION.c.role == role))
    if rows := [{"role": role, "permission": code} for code in sorted(set(permissions))]:
        session.execute(insert(ROLE_PERMISSION), rows)
    session.info["chassis.access"] = True


def apply_grant(
    session: Session,
    *,
    grant_id: UUID,
    person_id: UUID,
    role: str,
    scope_type: str,
    scope_id: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    revoked: bool = False,
) -> None:
    """Bring a grant to its present state; a revoked one goes."""
    if revoked:
        session.execute(delete(ACCESS_GRANT).where(ACCESS_GRANT.c.id == grant_id))
    else:
        state = {
            "person_id": person_id,
            "role": role,
            "scope_type": scope_type,
            "scope_id": scope_id,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        statement = upsert(ACCESS_GRANT).values(id=grant_id, **state)
        session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=state))
    session.info["chassis.access"] = True


def apply_revocation(session: Session, *, key: str, at: int) -> None:
    """Void the tokens of `sid:…`, or those of `sub:…` issued at or before a moment (epoch seconds)."""
    statement = upsert(REVOCATION).values(key=key, at=at)
    later = {"at": statement.excluded.at}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_=later, where=REVOCATION.c.at < statement.excluded.at
        )
    )
    session.info["chassis.access"] = True
