"""Who is asking: verification of access tokens, as the gateway did it before, and once more here.

RS256 only, `typ` at+jwt, our issuer, an audience that is meant for us, a time that holds, a session or person that was not
revoked. Cookies are never looked at: the gateway turns them into `Authorization`.
"""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from werkzeug.datastructures import Headers

from chassis import clock
from chassis.i18n import gettext as _
from chassis.problems import Unauthenticated, Unavailable

AUDIENCE = "shanyraq"
TOKEN_TYPE = "at+jwt"  # noqa: S105
MAX_TOKEN = 4096
SKEW = 5
CLOCK_TOLERANCE = 30.0
REFRESH_AT_MOST = 10.0
RETRY_AT_MOST = 1.0
KEEP = 300.0
MOST_SEEN = 1024

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: a person, a program or nobody."""

    person_id: UUID
    sid: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    auth_time: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    kind: Literal["person", "program", "anonymous"] = "person"
    client_id: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def subject(self) -> str:
        """The name in logs, audit rows and keys: a UUID, `program:…` or `anonymous`."""
        if self.kind == "person":
            return str(self.person_id)
        return f"program:{self.client_id}" if self.kind == "program" else "anonymous"


ANONYMOUS = Identity(UUID(int=0), kind="anonymous")


class JwksSource:
    """The public keys of auth, from a URL or a file, kept in the state folder for a start without auth."""

    def __init__(self, url: str, cache: Path) -> None:
        self._url = url
        self._cache = cache
        self._keys: dict[str, RSAKey] = {}
        self._asked = -REFRESH_AT_MOST
        self._lock = threading.Lock()
        self._troubles: dict[str, bool] = {}

    @property
    def troubles(self) -> list[str]:
        """Name what is wrong but stops nobody yet: `keys of auth` could not be read anew, the `clock` is not that of auth."""
        return sorted(name for name, there in self._troubles.items() if there)

    def find(self, kid: str) -> RSAKey | None:
        """Find a key; an unknown one makes the source ask again, at most every ten seconds.

        Raises:
            Unavailable: no key was ever seen, so nothing can be verified.
        """
        age = clock.monotonic() - self._asked
        if not self._keys or age > KEEP or (kid not in self._keys and age > REFRESH_AT_MOST):
            self.refresh()
        if not self._keys:
            raise Unavailable(_("Sign-ins cannot be checked at the moment. Please try again in a minute."))
        return self._keys.get(kid)

    def refresh(self) -> None:
        """Read the keys anew; when that fails the known ones stay, at first start those of the cache.

        One thread asks; the others go on with the keys they have, or wait when there are none yet.
        """
        if not self._lock.acquire(blocking=not self._keys):
            return
        try:
            if clock.monotonic() - self._asked > RETRY_AT_MOST:
                self._ask()
        finally:
            self._lock.release()

    def _ask(self) -> None:
        try:
            text = self._fetch()
            self._keys = _parse(text)
            self._remember(text)
            self._troubles["keys of auth"] = False
        except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
            logger.warning("keys of auth could not be read", url=self._url, error=str(error))
            self._troubles["keys of auth"] = True
            if not self._keys:
                with suppress(OSError, ValueError, KeyError, TypeError, JoseError):
                    self._keys = _parse(self._cache.read_text(encoding="utf-8"))
        finally:
            self._asked = clock.monotonic()

    def _fetch(self) -> str:
        address = urlsplit(self._url)
        if address.scheme == "file":
            return Path(address.path).read_text(encoding="utf-8")
        import httpx

        try:
            answer = httpx.get(self._url, timeout=3, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            raise OSError(str(error)) from error
        self._compare_clocks(answer.headers.get("Date", ""))
        return answer.text

    def _compare_clocks(self, said: str) -> None:
        try:
            off = (parsedate_to_datetime(said) - clock.now()).total_seconds()
        except ValueError:
            return
        self._troubles["clock"] = abs(off) > CLOCK_TOLERANCE
        if self._troubles["clock"]:
            logger.error("the clock of auth is not the one here", seconds_ahead=round(off))

    def _remember(self, text: str) -> None:
        if self._url.startswith("file:"):
            return
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._cache.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._cache)
        except OSError as error:
            logger.warning("keys of auth could not be kept", path=str(self._cache), error=str(error))


def _parse(text: str) -> dict[str, RSAKey]:
    keys = [RSAKey.import_key(key) for key in json.loads(text)["keys"] if key.get("kty") == "RSA"]
    return {key.kid: key for key in keys if key.kid}


Revoked = Callable[[str, str, int], bool]
"""Takes sid, sub and iat."""


@dataclass(frozen=True)
class Verifier:
    """Turns the `Authorization` of a request into an identity."""

    issuer: str
    service: str
    keys: JwksSource
    revoked: Revoked
    grace: int
    _seen: dict[str, tuple[RSAKey, dict[str, Any]]] = field(default_factory=dict, repr=False)

    def identify(self, headers: Headers | Mapping[str, str], *, safe: bool) -> Identity:
        """Give the identity behind a request.

        Args:
            headers: of the request; without `Authorization` nobody is asking.
            safe: the request only reads, so a token that expired within the grace passes: a person's when the gateway
                says so, a program's by itself (feeds go on while auth is away).

        Raises:
            Unauthenticated: the token is not good.
            Unavailable: a write within the grace, or nothing to verify with.
        """
        given = headers.get("Authorization", "")
        if not given:
            return ANONYMOUS
        scheme, _space, token = given.partition(" ")
        if scheme.lower() != "bearer" or len(token) > MAX_TOKEN:
            raise Unauthenticated
        claims = self._claims(token)
        identity = self._program(claims) if "sid" not in claims else self._person(claims)
        grace = identity.kind == "program" or headers.get("X-Auth-Grace") == "1"
        self._check_times(claims, grace=grace, safe=safe)
        if self.revoked(identity.sid, claims["sub"], claims["iat"]):
            raise Unauthenticated
        return identity

    def _claims(self, token: str) -> dict[str, Any]:
        """Give the claims of a token; a signature is computed once for as long as its very key stands in the JWKS.

        What changes with time (validity, revocation) is not decided here.
        """
        seen = self._seen.get(token)
        if seen is not None and self.keys.find(str(seen[0].kid)) is seen[0]:
            return seen[1]
        key, claims = self._decode(token)
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen[token] = key, claims
        return claims

    def _decode(self, token: str) -> tuple[RSAKey, dict[str, Any]]:
        used: list[RSAKey] = []

        def choose(signed: Any) -> RSAKey:
            header = signed.headers()
            key = self.keys.find(str(header.get("kid", ""))) if header.get("typ") == TOKEN_TYPE else None
            if key is None:
                raise Unauthenticated
            used.append(key)
            return key

        try:
            claims = dict(jwt.decode(token, choose, algorithms=["RS256"]).claims)
        except (JoseError, ValueError, UnicodeError) as error:
            raise Unauthenticated from error
        whole = all(_is_time(claims.get(name)) for name in ("iat", "nbf", "exp"))
        if claims.get("iss") != self.issuer or not isinstance(claims.get("sub"), str) or not whole:
            raise Unauthenticated
        return used[-1], claims

    def _person(self, claims: dict[str, Any]) -> Identity:
        sid, roles = claims["sid"], claims.get("roles", [])
        if (
            claims.get("aud") != AUDIENCE
            or not isinstance(sid, str)
            or not sid
            or not isinstance(roles, list)
        ):
            raise Unauthenticated
        if not _is_time(claims.get("auth_time")):
            raise Unauthenticated
        try:
            person = UUID(claims["sub"])
        except ValueError as error:
            raise Unauthenticated from error
        at = datetime.fromtimestamp(claims["auth_time"], UTC)
        return Identity(person, sid, str(claims.get("name", "")), tuple(map(str, roles)), at)

    def _program(self, claims: dict[str, Any]) -> Identity:
        kind, _colon, client_id = claims["sub"].partition(":")
        if kind != "program" or not client_id or claims.get("aud") != self.service:
            raise Unauthenticated
        scopes = frozenset(str(claims.get("scope", "")).split())
        return Identity(ANONYMOUS.person_id, kind="program", client_id=client_id, scopes=scopes)

    def _check_times(self, claims: dict[str, Any], *, grace: bool, safe: bool) -> None:
        moment = clock.now().timestamp()
        if claims["nbf"] > moment + SKEW:
            ahead = round(claims["nbf"] - moment)
            logger.warning("a token is from the future: are the clocks right?", seconds_ahead=ahead)
            raise Unauthenticated
        if claims["exp"] > moment:
            return
        if not grace or claims["exp"] + self.grace <= moment:
            raise Unauthenticated
        if not safe:
            raise Unavailable(
                _(
                    "Sign-in is being repaired: you can read, but nothing was saved. Please try again in a few minutes."
                )
            )


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
