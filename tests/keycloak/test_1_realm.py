"""The job that makes and keeps the realm: a second run changes nothing, what drifted is repaired, the rest is left alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from auth.keycloak import desired, realm, rules
from auth.keycloak.server import Server
from auth.policy.rules import DEFAULT
from auth.settings import AuthSettings


@pytest.fixture
def keep(settings: AuthSettings, academy: Any) -> Iterator[Callable[[], list[str]]]:
    """Run the job's own function against the real server; answer what it changed."""
    with academy.admin() as server:
        _version, has_theme = realm.about(server)
        place = realm.place_of(settings, DEFAULT, has_theme=has_theme)
        yield lambda: realm.keep(server, place)


@pytest.fixture
def admin(academy: Any) -> Iterator[Any]:
    with academy.admin() as server:
        yield server.admin


def test_the_servers_version(academy: Any, tell: Callable[[str], None]) -> None:
    with academy.admin() as server:
        version, has_theme = realm.about(server)
    tell(f"Keycloak {version} at {academy.settings.keycloak_url}, theme shanyraq: {has_theme}")
    assert int(version.split(".")[0]) >= 26


def test_the_worker_made_the_realm_and_says_so(academy: Any) -> None:
    found = academy.house.sql("auth", "select changes, fault, version from keycloak_realm")
    assert len(found) == 1
    changes, fault, version = found[0]
    assert fault is None
    assert version
    assert any("client" in change for change in changes)
    assert academy.house.sql(
        "auth", "select count(*) from chassis.audit_row where act = 'auth.keycloak.realm-kept'"
    )


def test_a_second_run_changes_nothing(keep: Any) -> None:
    keep()
    assert keep() == []
    assert keep() == []


def spoil(admin: Any, name: str) -> str:
    """Change the realm as a careless hand at Keycloak's console might; answer the number of the sign-in client."""
    opened = {"registrationAllowed": True, "bruteForceProtected": False, "displayNameHtml": "<b>ours</b>"}
    admin.update_realm(name, {**admin.get_realm(name), **opened})
    client = admin.get_client_id(rules.SIGN_IN_CLIENT)
    found = admin.get_client(client)
    attributes = {
        **found["attributes"],
        "pkce.code.challenge.method": "",
        "policyUri": "https://academy.example/policy",
    }
    loose = {"directAccessGrantsEnabled": True, "redirectUris": ["*"], "attributes": attributes}
    admin.update_client(client, {**found, **loose})
    action = admin.get_required_action_by_alias("UPDATE_PROFILE")
    admin.update_required_action("UPDATE_PROFILE", {**action, "enabled": True})
    profile = admin.get_realm_users_profile()
    anybody = {"permissions": {"view": ["user"], "edit": ["admin", "user"]}}
    admin.update_realm_users_profile(
        {**profile, "attributes": [{**one, **anybody} for one in profile["attributes"]]}
    )
    return str(client)


def test_what_drifted_is_repaired_and_nothing_else(keep: Any, admin: Any, settings: AuthSettings) -> None:
    name = settings.keycloak_realm
    client = spoil(admin, name)
    assert set(keep()) == {
        "realm: registrationAllowed",
        "realm: bruteForceProtected",
        "user profile",
        "required action UPDATE_PROFILE",
        "client shanyraq: directAccessGrantsEnabled",
        "client shanyraq: redirectUris",
        "client shanyraq: attributes",
    }
    assert keep() == []
    repaired = admin.get_client(client)
    assert repaired["redirectUris"] == [f"{settings.public_url}/auth/keycloak/callback"]
    assert repaired["attributes"]["pkce.code.challenge.method"] == "S256"
    assert repaired["attributes"]["policyUri"] == "https://academy.example/policy"  # not ours, left alone
    assert admin.get_realm(name)["displayNameHtml"] == "<b>ours</b>"


def test_a_client_and_rights_that_were_removed_come_back(keep: Any, admin: Any) -> None:
    admin.delete_client(admin.get_client_id(rules.ACCOUNTS_CLIENT))
    changes = keep()
    assert f"client {rules.ACCOUNTS_CLIENT} created" in changes
    assert {f"right {name} of {rules.ACCOUNTS_CLIENT}" for name in desired.ACCOUNTS_MAY} <= set(changes)
    assert keep() == []


def test_the_accounts_client_may_keep_accounts_and_nothing_more(settings: AuthSettings) -> None:
    with Server(settings) as server:
        assert server.find_user("nobody.here") is None
        for forbidden in (
            server.admin.get_clients,
            lambda: server.admin.update_realm(settings.keycloak_realm, {}),
        ):
            with pytest.raises(Exception, match="403"):
                forbidden()
