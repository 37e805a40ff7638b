"""The realm as it shall be, as data: what is not named here is Keycloak's own business and is left alone."""

from dataclasses import dataclass
from typing import Any

from auth.keycloak.rules import ACCOUNTS_CLIENT, ROLE, SIGN_IN_CLIENT

THEME = "shanyraq"
EVENT_DAYS = 90
EVENTS = (
    "LOGIN",
    "LOGIN_ERROR",
    "LOGOUT",
    "LOGOUT_ERROR",
    "CODE_TO_TOKEN_ERROR",
    "UPDATE_PASSWORD",
    "UPDATE_PASSWORD_ERROR",
    "UPDATE_CREDENTIAL",
    "UPDATE_CREDENTIAL_ERROR",
    "REMOVE_CREDENTIAL",
    "USER_DISABLED_BY_TEMPORARY_LOCKOUT",
)
REQUIRED_ACTIONS = {
    "UPDATE_PASSWORD": True,
    "CONFIGURE_TOTP": True,
    "UPDATE_PROFILE": False,
    "VERIFY_PROFILE": False,
    "VERIFY_EMAIL": False,
    "delete_account": False,
    "update_user_locale": True,
}
ACCOUNTS_MAY = ("manage-users", "view-users", "query-users", "view-events")


@dataclass(frozen=True, kw_only=True)
class Place:
    """What of the installation the realm depends on; Keycloak itself reaches auth at `inside_url`."""

    realm: str
    public_url: str
    inside_url: str
    client_secret: str
    accounts_secret: str
    has_theme: bool
    password_length: int
    password_history: int
    idle_minutes: int
    session_hours: int


def realm(place: Place) -> dict[str, Any]:
    """Give the realm itself: nobody registers, guessing is slowed, events are kept for a time, three languages."""
    day = 86400
    return {
        "realm": place.realm,
        "enabled": True,
        "displayName": "Shanyraq",
        "sslRequired": "external",
        "registrationAllowed": False,
        "registrationEmailAsUsername": False,
        "resetPasswordAllowed": False,
        "editUsernameAllowed": False,
        "loginWithEmailAllowed": False,
        "rememberMe": False,
        "verifyEmail": False,
        "passwordPolicy": (
            f"length({place.password_length}) and maxLength(128) and notUsername(undefined) "
            f"and passwordHistory({place.password_history})"
        ),
        "bruteForceProtected": True,
        "permanentLockout": False,
        "failureFactor": 10,
        "waitIncrementSeconds": 30,
        "minimumQuickLoginWaitSeconds": 10,
        "maxFailureWaitSeconds": 900,
        "maxDeltaTimeSeconds": 3600,
        "ssoSessionIdleTimeout": place.idle_minutes * 60,
        "ssoSessionMaxLifespan": place.session_hours * 3600,
        "accessCodeLifespan": 60,
        "accessCodeLifespanLogin": 1800,
        "eventsEnabled": True,
        "eventsExpiration": EVENT_DAYS * day,
        "enabledEventTypes": list(EVENTS),
        "adminEventsEnabled": True,
        "adminEventsDetailsEnabled": False,
        "internationalizationEnabled": True,
        "supportedLocales": ["kk", "ru", "en"],
        "defaultLocale": "kk",
        "loginTheme": THEME if place.has_theme else "keycloak.v2",
        "attributes": {"adminEventsExpiration": str(EVENT_DAYS * day)},
    }


def clients(place: Place) -> dict[str, dict[str, Any]]:
    """Give the clients by their id: one people sign in through, with PKCE; one that keeps accounts and signs nobody in."""
    return {SIGN_IN_CLIENT: _sign_in_client(place), ACCOUNTS_CLIENT: _accounts_client(place)}


def _shut(client_id: str, name: str, secret: str) -> dict[str, Any]:
    """Give a client that may do nothing yet."""
    return {
        "clientId": client_id,
        "name": name,
        "secret": secret,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "consentRequired": False,
        "fullScopeAllowed": False,
        "webOrigins": [],
        "redirectUris": [],
    }


def _sign_in_client(place: Place) -> dict[str, Any]:
    auth = f"{place.public_url}/auth"
    return {
        **_shut(SIGN_IN_CLIENT, "Shanyraq", place.client_secret),
        "standardFlowEnabled": True,
        "frontchannelLogout": False,
        "baseUrl": f"{auth}/login",
        "redirectUris": [f"{auth}/keycloak/callback"],
        "attributes": {
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": f"{auth}/login",
            "backchannel.logout.url": f"{place.inside_url}/auth/keycloak/back-channel",
            "backchannel.logout.session.required": "true",
            "backchannel.logout.revoke.offline.tokens": "false",
            "id.token.signed.response.alg": "RS256",
            "use.refresh.tokens": "false",
        },
    }


def _accounts_client(place: Place) -> dict[str, Any]:
    may = {"serviceAccountsEnabled": True, "fullScopeAllowed": True}
    return {**_shut(ACCOUNTS_CLIENT, "Shanyraq accounts", place.accounts_secret), **may}


def roles() -> dict[str, str]:
    """Give the realm's roles with what they mean; what a person may do in the academy is decided by auth alone."""
    return {ROLE: "An account kept by the academy's auth; rights are granted there"}


def user_profile() -> list[dict[str, Any]]:
    """Give the attributes of an account: names come from auth, people change none of them, an e-mail address is not asked for."""
    seen = {"view": ["admin", "user"], "edit": ["admin"]}

    def text(name: str, shown: str, least: int = 0) -> dict[str, Any]:
        length = {"min": least, "max": 255} if least else {"max": 255}
        return {
            "name": name,
            "displayName": shown,
            "validations": {"length": length},
            "permissions": seen,
            "multivalued": False,
        }

    return [
        text("username", "${username}", 1),
        text("email", "${email}"),
        text("firstName", "${firstName}"),
        text("lastName", "${lastName}"),
        {**text("person_id", "person_id"), "permissions": {"view": ["admin"], "edit": ["admin"]}},
    ]
