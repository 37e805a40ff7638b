"""The token with which a service speaks to another one: client credentials, kept until shortly before it expires."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog

from chassis import clock
from chassis.settings import Settings

RENEW_BEFORE = timedelta(seconds=60)
GRACE = timedelta(minutes=15)
"""For so long after its expiry a token still passes for reads while auth is down."""
logger = structlog.get_logger(__name__)


class NoToken(Exception):
    """auth gives no token now and no earlier one serves any more; try again later."""


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    expires: datetime


def _token_in(answer: httpx.Response) -> dict[str, Any]:
    try:
        found: dict[str, Any] = answer.json()
    except ValueError:
        kind = answer.headers.get("Content-Type", "nothing").partition(";")[0]
        msg = f"{answer.request.url} answers {kind}, which is no token (is auth's address in PEERS right?)"
        raise ValueError(msg) from None
    return found


class Machine:
    """Gets and keeps tokens of one service, by target service and scope."""

    def __init__(self, settings: Settings, client: httpx.Client) -> None:
        self._client_id = settings.service
        self._secret = settings.client_secret
        self._auth = settings.peers.get("auth", "")
        self._client = client
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = threading.Lock()

    def token(self, audience: str, scope: str) -> str:
        """Give a token for ``audience`` with ``scope`` (space-separated).

        Raises:
            NoToken: auth is away (or refuses) and the token at hand is more than 15 minutes over.
        """
        with self._lock:
            kept = self._kept.get((audience, scope))
            if kept is None or kept.expires - clock.now() < RENEW_BEFORE:
                kept = self._renew(audience, scope, kept)
            return kept.token

    def forget(self, audience: str, scope: str) -> None:
        """Throw a token away that was refused."""
        with self._lock:
            self._kept.pop((audience, scope), None)

    def _renew(self, audience: str, scope: str, kept: _Kept | None) -> _Kept:
        try:
            renewed = self._ask(audience, scope)
        except (httpx.HTTPError, KeyError, ValueError) as error:
            if kept is not None and clock.now() < kept.expires + GRACE:
                logger.warning(
                    "auth gives no token, using the one at hand", audience=audience, error=str(error)
                )
                return kept
            msg = f"auth gives no token for {audience}: {error}"
            raise NoToken(msg) from error
        self._kept[audience, scope] = renewed
        return renewed

    def _ask(self, audience: str, scope: str) -> _Kept:
        asked = clock.now()
        answer = self._client.post(
            f"{self._auth}/auth/token",
            data={"grant_type": "client_credentials", "audience": audience, "scope": scope},
            auth=(self._client_id, self._secret),
        )
        answer.raise_for_status()
        body = _token_in(answer)
        return _Kept(body["access_token"], asked + timedelta(seconds=int(body["expires_in"])))
