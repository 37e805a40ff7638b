"""Bring accounts at Keycloak into the state they have here: one person at a time, their present state, until it has arrived.

What has to be pushed stands in `keycloak_push`, written by a trigger in the transaction of the change itself. A push holds no lock
while Keycloak is asked; a change that comes meanwhile raises `wanted`, so the row stays and the person is pushed once more.

PushNotFound (404)   nothing waits for this person
PushRefused (422)    only a parked push is dropped, and with a reason
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.keycloak import rules
from auth.keycloak.model import EmergencyAccount, ExternalIdentity, PendingPush
from auth.keycloak.rules import Wanted
from auth.keycloak.server import AlreadyThere, NotThere, Server, ServerAway, ServerRefused
from auth.people.model import Person
from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, unit_of_work
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Invalid, NotFound

BUDGET_SECONDS = 5.0
BATCH = 100


class PushNotFound(NotFound):
    """Nothing waits for this person."""

    code = "auth.push-not-found"


class PushRefused(Invalid):
    """The push cannot be dropped like this."""

    code = "auth.push-refused"
    title = _l("Nothing was changed")


@dataclass(frozen=True)
class Task:
    """One person to be pushed, as they were when the task was read."""

    person_id: UUID
    seen: int
    tries: int
    wanted: Wanted
    password_at: datetime | None
    sub: str | None


def run(engine: Engine, server: Server, issuer: str) -> int:
    """Push what is due, until the time for one round is over.

    Returns:
        How many people were brought up to date.
    """
    ends, done = clock.monotonic() + BUDGET_SECONDS, 0
    for person_id in due(engine):
        if clock.monotonic() > ends:
            break
        with unit_of_work(engine) as session:
            task = read(session, person_id, issuer)
        if task is None:
            continue
        try:
            sub = bring(server, task)
        except ServerAway as away:
            put_off(engine, task, str(away))
            break
        except ServerRefused as refused:
            park(engine, task, str(refused))
        else:
            arrived(engine, task, issuer, sub)
            done += 1
    return done


def due(engine: Engine) -> Iterator[UUID]:
    """Give the people to be pushed now, those who wait longest first."""
    query = (
        select(PendingPush.person_id)
        .where(PendingPush.parked_at.is_(None), PendingPush.next_at <= clock.now())
        .order_by(PendingPush.asked_at)
        .limit(BATCH)
    )
    with unit_of_work(engine) as session:
        found = list(session.scalars(query))
    yield from found


def read(session: Session, person_id: UUID, issuer: str) -> Task | None:
    """Read a person's present state for a push; None when somebody else has pushed them."""
    row, account = session.get(PendingPush, person_id), session.get(Account, person_id)
    if row is None or account is None:
        return None
    known = identity_of(session, person_id, issuer)
    has_new = known is None or known.password_at != account.password_at
    person = account.person
    wanted = Wanted(
        person_id=str(person_id),
        login=account.login,
        given_name=" ".join(filter(None, (person.given_name, person.patronymic))),
        family_name=person.family_name,
        language=person.language,
        enabled=accounts.is_open(account),
        gone=account.deleted_at is not None or session.get(EmergencyAccount, person_id) is not None,
        password_hash=(account.password_hash or "") if has_new else "",
        temporary=account.must_change,
    )
    return Task(
        person_id, row.wanted, row.tries, wanted, account.password_at, known.external_sub if known else None
    )


def identity_of(session: Session, person_id: UUID, issuer: str) -> ExternalIdentity | None:
    """Find who a person is to an issuer."""
    query = select(ExternalIdentity).where(
        ExternalIdentity.issuer == issuer, ExternalIdentity.person_id == person_id
    )
    return session.scalar(query)


def bring(server: Server, task: Task) -> str | None:
    """Make Keycloak's account what ours is; answer its id there, None when there shall be none.

    Raises:
        ServerAway: try again.
        ServerRefused: a person has to look.
    """
    wanted = task.wanted
    if wanted.gone:
        if task.sub:
            server.delete_user(task.sub)
        return None
    user = rules.payload(wanted)
    sub = task.sub
    if sub is not None:
        try:
            server.update_user(sub, user)
        except NotThere:
            sub = None
    if sub is None:
        return create_or_adopt(server, wanted, user)
    if not wanted.enabled or wanted.password_hash:
        server.end_sessions(sub)
    return sub


def create_or_adopt(server: Server, wanted: Wanted, user: dict[str, object]) -> str:
    """Create an account, or take over the one of this name that is there already, as after a push whose answer was lost.

    Raises:
        ServerRefused: the one that is there belongs to another person.
    """
    try:
        return server.create_user(user)
    except AlreadyThere:
        found = server.find_user(wanted.login)
    if found is None:
        raise ServerAway("409, but there is no such user")
    owner = (found.get("attributes") or {}).get("person_id", [wanted.person_id])[0]
    if owner != wanted.person_id:
        raise ServerRefused(f"{wanted.login}: belongs to person {owner}")
    server.update_user(found["id"], user)
    return str(found["id"])


def arrived(engine: Engine, task: Task, issuer: str, sub: str | None) -> None:
    """Note that Keycloak has what was read; the row goes unless a change came meanwhile."""
    with unit_of_work(engine) as session:
        session.execute(
            delete(PendingPush).where(
                PendingPush.person_id == task.person_id, PendingPush.wanted == task.seen
            )
        )
        if sub is None or sub != task.sub:
            session.execute(
                delete(ExternalIdentity).where(
                    ExternalIdentity.issuer == issuer, ExternalIdentity.person_id == task.person_id
                )
            )
        if sub is None:
            return
        state = {
            "password_at": task.password_at,
            "enabled": task.wanted.enabled,
            "pushed_at": clock.now(),
            "person_id": task.person_id,
        }
        row = insert(ExternalIdentity).values(issuer=issuer, external_sub=sub, **state)
        session.execute(row.on_conflict_do_update(index_elements=["issuer", "external_sub"], set_=state))


def put_off(engine: Engine, task: Task, reason: str) -> None:
    """Let everybody wait whose turn it was, as Keycloak is away for all of them; longer after each try in vain."""
    now = clock.now()
    with unit_of_work(engine) as session:
        whose_turn = PendingPush.parked_at.is_(None) & (PendingPush.next_at <= now)
        session.execute(
            update(PendingPush)
            .where(whose_turn)
            .values(tries=PendingPush.tries + 1, reason=reason, next_at=now + rules.pause(task.tries + 1))
        )


def park(engine: Engine, task: Task, reason: str) -> None:
    """Lay a push aside for a person to look at; the next change of the account takes it up again."""
    with unit_of_work(engine) as session:
        own = update(PendingPush).where(
            PendingPush.person_id == task.person_id, PendingPush.wanted == task.seen
        )
        session.execute(own.values(parked_at=clock.now(), reason=reason, tries=task.tries + 1))


def want(session: Session, *, person_id: UUID) -> None:
    """Ask for a person to be pushed, as the trigger does when their account changes."""
    now = clock.now()
    row = insert(PendingPush).values(person_id=person_id, wanted=1, asked_at=now, next_at=now, tries=0)
    again = {
        "wanted": PendingPush.wanted + 1,
        "asked_at": now,
        "next_at": now,
        "tries": 0,
        "reason": None,
        "parked_at": None,
    }
    session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=again))


def list_(session: Session, *, parked: bool, limit: int = 100) -> Sequence[tuple[PendingPush, Person]]:
    """List what waits, or what is parked, with whom it is about."""
    which = PendingPush.parked_at.is_not(None) if parked else PendingPush.parked_at.is_(None)
    query = select(PendingPush, Person).join(Person, Person.id == PendingPush.person_id).where(which)
    return [
        (row, person) for row, person in session.execute(query.order_by(PendingPush.asked_at).limit(limit))
    ]


def count(session: Session) -> tuple[int, int, int]:
    """Count the people who are at Keycloak, who wait, and who are parked."""
    parked = func.count(PendingPush.parked_at)
    waiting, laid_aside = session.execute(
        select(func.count() - parked, parked).select_from(PendingPush)
    ).one()
    known = session.scalar(select(func.count()).select_from(ExternalIdentity)) or 0
    return known, int(waiting), int(laid_aside)


def get_or_raise(session: Session, person_id: UUID) -> PendingPush:
    """Get what waits for a person.

    Raises:
        PushNotFound: nothing does.
    """
    row = session.get(PendingPush, person_id, with_for_update=ROW_LOCK)
    if row is None:
        raise PushNotFound
    return row


def retry(session: Session, *, person_id: UUID, actor: UUID) -> None:
    """Push a person now, parked or not."""
    row = get_or_raise(session, person_id)
    before = {"reason": row.reason, "tries": row.tries}
    row.parked_at, row.reason, row.tries, row.next_at = None, None, 0, clock.now()
    audit(
        session, act="auth.keycloak.push-retried", subject=f"person:{person_id}", actor=actor, before=before
    )


def drop(session: Session, *, person_id: UUID, reason: str, actor: UUID) -> None:
    """Give a parked push up: Keycloak keeps what it has of this person, until their account changes again.

    Raises:
        PushRefused: it is not parked.
    """
    row = get_or_raise(session, person_id)
    if row.parked_at is None:
        raise PushRefused(_("This account still waits for its turn: only what is laid aside can be dropped."))
    audit(
        session,
        act="auth.keycloak.push-dropped",
        subject=f"person:{person_id}",
        actor=actor,
        before={"reason": row.reason, "tries": row.tries},
        after={"reason": reason},
    )
    session.delete(row)
