"""What the worker does for Keycloak by the clock; with `IDENTITY=local` nothing, the marks of changed accounts wait."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.keycloak import pushes, realm, rules, service
from auth.keycloak.model import RealmState
from auth.keycloak.server import Server, ServerAway, ServerRefused
from auth.policy import service as policies
from auth.settings import AuthSettings
from chassis import clock
from chassis.audit import audit
from chassis.db import unit_of_work
from chassis.service import Job
from chassis.settings import Settings

EVERY = timedelta(seconds=2)
KEEP_EVERY = timedelta(minutes=5)
AGAIN_EVERY = timedelta(seconds=15)
WATCH_EVERY = timedelta(minutes=1)

logger = structlog.get_logger(__name__)


def push_accounts(session: Session, settings: Settings) -> None:
    """Push the accounts that changed; one worker at a time, so that one person's changes keep their order."""
    own = cast(AuthSettings, settings)
    if own.identity != "keycloak" or not _has_realm(session):
        return
    with Server(own) as server:
        pushes.run(session.get_bind().engine, server, rules.issuer(own.keycloak_url, own.keycloak_realm))


def keep_realm(session: Session, settings: Settings) -> None:
    """Repair the realm every five minutes; until it stood once, and after a failure, four times a minute."""
    own = cast(AuthSettings, settings)
    if own.identity != "keycloak":
        return
    state = session.get(RealmState, 1)
    if state and state.fault is None and clock.now() - state.checked_at < KEEP_EVERY:
        return
    policy = policies.get(session)
    changes: list[str] = []
    fault = version = None
    try:
        with Server(own, as_administrator=True) as server:
            version, has_theme = realm.about(server)
            changes = realm.keep(server, realm.place_of(own, policy, has_theme=has_theme))
    except (ServerAway, ServerRefused) as failed:
        fault = str(failed)
        logger.warning("the realm could not be checked", error=fault)
    note(session, changes=changes, fault=fault, version=version)


def note(session: Session, *, changes: list[str], fault: str | None, version: str | None) -> None:
    """Keep what a run of the realm's job found, for the page; a change is an act on record."""
    now = clock.now()
    found: dict[str, Any] = {"checked_at": now, "fault": fault}
    if version:
        found["version"] = version
    if changes:
        found |= {"changed_at": now, "changes": changes}
        audit(
            session,
            act="auth.keycloak.realm-kept",
            subject="realm",
            actor="keycloak",
            after={"changes": changes},
        )
    row = insert(RealmState).values(**{"id": 1, "changes": [], **found})
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=found))


def watch_passwords(session: Session, settings: Settings) -> None:
    """Forget local passwords that were changed at Keycloak, from the events it keeps."""
    own = cast(AuthSettings, settings)
    if own.identity != "keycloak" or not _has_realm(session):
        return
    since = (clock.now() - timedelta(days=1)).date().isoformat()
    try:
        with Server(own) as server:
            changed = server.password_changes(since)
    except (ServerAway, ServerRefused) as failed:
        logger.warning("changed passwords could not be asked for", error=str(failed))
        return
    issuer = rules.issuer(own.keycloak_url, own.keycloak_realm)
    with unit_of_work(session.get_bind().engine) as work:
        for event in changed:
            at = datetime.fromtimestamp(event["time"] / 1000, UTC)
            service.forget_password(work, issuer=issuer, sub=event.get("userId", ""), changed_at=at)


def _has_realm(session: Session) -> bool:
    state = session.get(RealmState, 1)
    return state is not None and state.changed_at is not None


JOBS = (
    Job("keep the realm", AGAIN_EVERY, keep_realm),
    Job("push accounts", EVERY, push_accounts),
    Job("watch passwords", WATCH_EVERY, watch_passwords),
)
