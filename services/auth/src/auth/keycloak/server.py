"""Keycloak's administration API behind our own words, through python-keycloak, every call with a short time limit.

ServerAway      it does not answer, is busy or does not know our credentials: nothing is wrong with what was sent, try again
ServerRefused   it will not take this, however often it is sent: the reason is for a person
  AlreadyThere  a user of this name exists
  NotThere      no such user
"""

from __future__ import annotations

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from auth.keycloak import rules
from auth.settings import AuthSettings

SECONDS = 5
Found = TypeVar("Found")


class ServerAway(Exception):
    """Keycloak cannot be asked now."""


class ServerRefused(Exception):
    """Keycloak refuses what was sent."""


class AlreadyThere(ServerRefused):
    """A user of this name exists."""


class NotThere(ServerRefused):
    """There is no such user."""


REFUSALS = {404: NotThere, 409: AlreadyThere}


class Server:
    """One connection to the administration API.

    `as_administrator` asks with the installation's administrator, who alone may make realms; else our own client asks, which may
    keep the accounts of its realm and nothing more.
    """

    def __init__(self, settings: AuthSettings, *, as_administrator: bool = False) -> None:
        from keycloak import KeycloakAdmin  # not at start: who signs in locally does not carry it

        self.realm = settings.keycloak_realm
        who: dict[str, Any] = {
            "user_realm_name": self.realm,
            "client_id": rules.ACCOUNTS_CLIENT,
            "client_secret_key": settings.keycloak_accounts_secret,
            "grant_type": "client_credentials",
        }
        if as_administrator:
            who = {
                "user_realm_name": "master",
                "client_id": "admin-cli",
                "username": settings.keycloak_admin,
                "password": settings.keycloak_admin_password,
            }
        self.admin: Any = KeycloakAdmin(
            server_url=settings.keycloak_inside_url or settings.keycloak_url,
            realm_name=self.realm,
            timeout=SECONDS,
            max_retries=0,
            **who,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self.admin.connection
        for one in (connection, connection.keycloak_openid.connection):
            one._s.close()

    def ask(self, call: Callable[..., Found], *arguments: Any, **named: Any) -> Found:
        """Make one call and put its failure into our words.

        Raises:
            ServerAway: no answer in time, 401, 403, 429 or 5xx.
            ServerRefused: any other refusal.
        """
        from keycloak.exceptions import KeycloakError

        try:
            return call(*arguments, **named)
        except KeycloakError as error:
            code = error.response_code
            said = words(error)
            if code is None or code in (401, 403, 429) or code >= 500:
                raise ServerAway(said) from error
            raise REFUSALS.get(code, ServerRefused)(said) from error

    def create_user(self, user: dict[str, Any]) -> str:
        """Create a user; answer Keycloak's id of it."""
        return str(self.ask(self.admin.create_user, user))

    def update_user(self, sub: str, user: dict[str, Any]) -> None:
        """Give a user the state wanted."""
        self.ask(self.admin.update_user, sub, user)

    def find_user(self, login: str) -> dict[str, Any] | None:
        """Find a user by name, whole; one who is deleted meanwhile is not there."""
        found = self.ask(self.admin.get_users, {"username": login, "exact": True})
        try:
            return self.ask(self.admin.get_user, found[0]["id"]) if found else None
        except NotThere:
            return None

    def delete_user(self, sub: str) -> None:
        """Delete a user; one who is not there is deleted already."""
        try:
            self.ask(self.admin.delete_user, sub)
        except NotThere:
            return

    def end_sessions(self, sub: str) -> None:
        """End every session a user has at Keycloak."""
        self.ask(self.admin.user_logout, sub)

    def password_changes(self, since: str) -> list[dict[str, Any]]:
        """List who changed their password at Keycloak since a day (YYYY-MM-DD)."""
        query = {"type": ["UPDATE_PASSWORD", "UPDATE_CREDENTIAL"], "dateFrom": since, "max": 1000}
        found: list[dict[str, Any]] = self.ask(self.admin.get_events, query)
        return found


def words(error: Any) -> str:
    """Say in one line what Keycloak answered."""
    said = error.error_message
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    try:
        found = json.loads(text)
        text = str(found.get("errorMessage") or found.get("error") or text)
    except (ValueError, AttributeError):
        pass
    prefix = f"{error.response_code}: " if error.response_code else ""
    return f"{prefix}{text}"[: rules.REASON_LENGTH]
