"""Sign-in by authorization code with PKCE S256, nonce and state (OpenID Connect Core 1.0, RFC 7636, RFC 9207), on authlib's primitives.

OidcFailed        the answer cannot be trusted or used: `code` says which words a person gets
  KeycloakAway    no answer within three seconds
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from auth.keycloak import rules
from auth.settings import AuthSettings
from chassis import clock

SECONDS = 3.0
KEYS_SECONDS = 300.0


class OidcFailed(Exception):
    """Signing in through Keycloak did not work."""

    def __init__(self, code: str, detail: str = "", minutes: int = 0) -> None:
        self.code, self.detail, self.minutes = code, detail, minutes
        super().__init__(f"{code} {detail}".strip())


class KeycloakAway(OidcFailed):
    """Keycloak does not answer."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("away", detail)


@dataclass(frozen=True)
class SignedIn:
    """Whom Keycloak vouches for."""

    sub: str
    session_id: str
    auth_time: int
    id_token: str


class Provider:
    """Our client of one realm; its keys are kept for five minutes and asked again when an unknown one signs.

    Its issuer, and where people are sent, is the realm's public address; we ask at `inside_url` where there is one.
    """

    def __init__(self, url: str, realm: str, secret: str, public_url: str, inside_url: str = "") -> None:
        self.issuer = rules.issuer(url, realm)
        self._asked = rules.issuer(inside_url or url, realm)
        self.secret = secret
        self.redirect_uri = f"{public_url}/auth/keycloak/callback"
        self.signed_out_uri = f"{public_url}/auth/login"
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    def discover(self) -> dict[str, Any]:
        """Ask the realm for its addresses; this is also the question whether it is there at all.

        Raises:
            KeycloakAway: no answer in time.
            OidcFailed: it calls itself by another name than our setting.
        """
        found = self._get(f"{self._asked}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise OidcFailed("issuer", str(found.get("issuer"))[:200])
        return found

    def is_there(self) -> bool:
        """Tell whether Keycloak answers now."""
        try:
            self.discover()
        except OidcFailed:
            return False
        return True

    def authorization_url(self, *, state: str, nonce: str, verifier: str, **more: str) -> str:
        """Build the address that begins a sign-in.

        Raises:
            KeycloakAway: nobody would answer there.
        """
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        endpoint = self.discover()["authorization_endpoint"]
        asked = {"redirect_uri": self.redirect_uri, "scope": "openid", "state": state, "nonce": nonce, **more}
        challenge = create_s256_code_challenge(verifier)
        return str(
            prepare_grant_uri(
                endpoint,
                client_id=rules.SIGN_IN_CLIENT,
                response_type="code",
                code_challenge=challenge,
                code_challenge_method="S256",
                **asked,
            )
        )

    def redeem(self, *, code: str, verifier: str, nonce: str) -> SignedIn:
        """Change a code for whom it stands for.

        Raises:
            KeycloakAway: no answer in time.
            OidcFailed: the code was used or is not ours, or the token is not what it must be.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        endpoint = f"{self._asked}/protocol/openid-connect/token"
        answer = self._post(endpoint, form)
        encoded = answer.get("id_token")
        if not isinstance(encoded, str):
            raise OidcFailed("code", str(answer.get("error_description") or answer.get("error"))[:200])
        claims = self._checked(encoded, nonce=nonce, access_token=str(answer.get("access_token", "")))
        auth_time = int(claims.get("auth_time") or claims["iat"])
        return SignedIn(str(claims["sub"]), str(claims.get("sid", "")), auth_time, encoded)

    def logout_url(self, id_token: str) -> str:
        """Build the address that ends Keycloak's session and comes back (RP-Initiated Logout 1.0)."""
        query = {
            "id_token_hint": id_token,
            "post_logout_redirect_uri": self.signed_out_uri,
            "client_id": rules.SIGN_IN_CLIENT,
        }
        return f"{self.issuer}/protocol/openid-connect/logout?{urlencode(query)}"

    def read_logout_token(self, encoded: str) -> Mapping[str, Any]:
        """Verify what Keycloak says when a session of its ends.

        Raises:
            OidcFailed: it is not from this realm, for us, fresh and of the right kind.
        """
        claims, _header = self._verified(encoded)
        fault = rules.logout_fault(
            claims, issuer=self.issuer, client_id=rules.SIGN_IN_CLIENT, now=clock.now()
        )
        if fault:
            raise OidcFailed("logout-token", fault)
        return claims

    def _checked(self, encoded: str, *, nonce: str, access_token: str) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken

        claims, header = self._verified(encoded)
        now = clock.now()
        if minutes := rules.clock_gap(claims, now):
            raise OidcFailed("clock", f"iat {claims.get('iat')}", minutes)
        options: Any = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": rules.SIGN_IN_CLIENT},
        }
        params = {"nonce": nonce, "client_id": rules.SIGN_IN_CLIENT, "access_token": access_token}
        token = CodeIDToken(claims, header, options, params)
        try:
            token.validate(now=int(now.timestamp()), leeway=rules.LEEWAY_SECONDS)
        except JoseError as error:
            raise OidcFailed("token", str(error)[:200]) from error
        return claims

    def _verified(self, encoded: str) -> tuple[dict[str, Any], Any]:
        """Verify a signature: RS256 alone, by a key of the realm."""
        for fresh in (False, True):
            try:
                found = jwt.decode(encoded, self._key_set(fresh=fresh), algorithms=["RS256"])
            except (JoseError, ValueError) as error:
                if fresh:
                    raise OidcFailed("token", type(error).__name__) from error
            else:
                return dict(found.claims), found.header
        raise AssertionError("unreachable")

    def _key_set(self, *, fresh: bool) -> KeySet:
        age = clock.monotonic() - self._keys_at
        if self._keys is None or age > KEYS_SECONDS or (fresh and age > SECONDS):
            found = self._get(f"{self._asked}/protocol/openid-connect/certs")
            signing = [key for key in found.get("keys", []) if key.get("use") == "sig"]
            self._keys, self._keys_at = KeySet.import_key_set({"keys": signing}), clock.monotonic()
        return self._keys

    def _get(self, url: str) -> dict[str, Any]:
        return self._ask("GET", url)

    def _post(self, url: str, form: Mapping[str, str]) -> dict[str, Any]:
        return self._ask("POST", url, data=dict(form), auth=(rules.SIGN_IN_CLIENT, self.secret))

    def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            with httpx.Client(timeout=SECONDS, trust_env=False) as client:
                answer = client.request(method, url, **more)
        except httpx.HTTPError as error:
            raise KeycloakAway(type(error).__name__) from error
        if answer.status_code >= 500 or answer.status_code == 404:
            raise KeycloakAway(str(answer.status_code))
        try:
            found = answer.json()
        except ValueError as error:
            raise KeycloakAway("no JSON") from error
        return found if isinstance(found, dict) else {}


@cache
def _provider(url: str, realm: str, secret: str, public_url: str, inside_url: str) -> Provider:
    return Provider(url, realm, secret, public_url, inside_url)


def provider(settings: AuthSettings) -> Provider:
    """Give the client of the installation's realm, one per process."""
    return _provider(
        settings.keycloak_url,
        settings.keycloak_realm,
        settings.keycloak_client_secret,
        settings.public_url,
        settings.keycloak_inside_url,
    )
