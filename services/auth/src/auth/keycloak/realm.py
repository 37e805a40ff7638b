"""Keep the realm as it shall be: create what is missing, repair what drifted, touch nothing else. Any number of runs end alike.

`create_realm(skip_exists=True)` of python-keycloak raises TypeError when the realm exists, so the list of realms is asked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auth.keycloak import desired, rules
from auth.keycloak.server import Server
from auth.policy.rules import Policy
from auth.settings import AuthSettings


def place_of(settings: AuthSettings, policy: Policy, *, has_theme: bool) -> desired.Place:
    """Gather what of this installation the realm depends on; the rules of passwords and sessions are the academy's own."""
    return desired.Place(
        realm=settings.keycloak_realm,
        public_url=settings.public_url,
        inside_url=settings.public_inside_url or settings.public_url,
        client_secret=settings.keycloak_client_secret,
        accounts_secret=settings.keycloak_accounts_secret,
        has_theme=has_theme,
        password_length=policy.password_length,
        password_history=policy.password_history,
        idle_minutes=policy.idle_minutes,
        session_hours=policy.session_hours,
    )


def about(server: Server) -> tuple[str, bool]:
    """Answer the server's version and whether it has our theme."""
    info: Mapping[str, Any] = server.ask(server.admin.get_server_info)
    themes = {theme["name"] for theme in info.get("themes", {}).get("login", [])}
    return str(info.get("systemInfo", {}).get("version", "")), desired.THEME in themes


def keep(server: Server, place: desired.Place) -> list[str]:
    """Bring the realm into the state wanted.

    Args:
        server: asked as administrator.
        place: what the realm depends on.

    Returns:
        What was created or repaired, one short line each; empty when everything was in place.
    """
    changes = _keep_realm(server, place)
    changes += _keep_user_profile(server)
    changes += _keep_required_actions(server)
    changes += _keep_roles(server)
    for client_id, wanted in desired.clients(place).items():
        changes += _keep_client(server, client_id, wanted)
    return changes + _keep_rights_of_accounts_client(server)


def _keep_realm(server: Server, place: desired.Place) -> list[str]:
    wanted, admin = desired.realm(place), server.admin
    if place.realm not in {found["realm"] for found in server.ask(admin.get_realms)}:
        server.ask(admin.create_realm, wanted)
        return [f"realm {place.realm} created"]
    found = server.ask(admin.get_realm, place.realm)
    changed = rules.drift(wanted, found)
    if changed:
        server.ask(admin.update_realm, place.realm, rules.merged(found, changed))
    return [f"realm: {name}" for name in changed]


def _keep_user_profile(server: Server) -> list[str]:
    admin, wanted = server.admin, desired.user_profile()
    found = server.ask(admin.get_realm_users_profile)
    if found.get("attributes") == wanted:
        return []
    server.ask(admin.update_realm_users_profile, {**found, "attributes": wanted})
    return ["user profile"]


def _keep_required_actions(server: Server) -> list[str]:
    changes = []
    for action in server.ask(server.admin.get_required_actions):
        wanted = desired.REQUIRED_ACTIONS.get(action["alias"])
        if wanted is not None and action["enabled"] != wanted:
            changed = {**action, "enabled": wanted, "defaultAction": action["defaultAction"] and wanted}
            server.ask(server.admin.update_required_action, action["alias"], changed)
            changes.append(f"required action {action['alias']}")
    return changes


def _keep_roles(server: Server) -> list[str]:
    present = {role["name"] for role in server.ask(server.admin.get_realm_roles)}
    missing = {name: meaning for name, meaning in desired.roles().items() if name not in present}
    for name, meaning in missing.items():
        server.ask(server.admin.create_realm_role, {"name": name, "description": meaning})
    return [f"role {name} created" for name in missing] + _keep_default_roles(server)


def _keep_default_roles(server: Server) -> list[str]:
    """Give our roles to every account of the realm: all of them are the academy's."""
    admin = server.admin
    given = {role["name"] for role in server.ask(admin.get_realm_default_roles)}
    missing = [name for name in desired.roles() if name not in given]
    if missing:
        roles = [server.ask(admin.get_realm_role, name) for name in missing]
        server.ask(admin.add_realm_default_roles, roles)
    return [f"role {name} given to all" for name in missing]


def _keep_client(server: Server, client_id: str, wanted: Mapping[str, Any]) -> list[str]:
    admin = server.admin
    number = server.ask(admin.get_client_id, client_id)
    if number is None:
        server.ask(admin.create_client, dict(wanted))
        return [f"client {client_id} created"]
    found = server.ask(admin.get_client, number)
    changed = rules.drift(wanted, found)
    if changed:
        server.ask(admin.update_client, number, rules.merged(found, changed))
    return [f"client {client_id}: {name}" for name in changed]


def _keep_rights_of_accounts_client(server: Server) -> list[str]:
    """Let our accounts' client keep users of this realm, and nothing more."""
    admin = server.admin
    user = server.ask(
        admin.get_client_service_account_user, server.ask(admin.get_client_id, rules.ACCOUNTS_CLIENT)
    )
    management = server.ask(admin.get_client_id, "realm-management")
    has = {role["name"] for role in server.ask(admin.get_client_roles_of_user, user["id"], management)}
    missing = [name for name in desired.ACCOUNTS_MAY if name not in has]
    if missing:
        roles = [server.ask(admin.get_client_role, management, name) for name in missing]
        server.ask(admin.assign_client_role, user["id"], management, roles)
    return [f"right {name} of {rules.ACCOUNTS_CLIENT}" for name in missing]
