"""Settings of Keycloak: everything that is wrong is said at once, and auth does not start."""

import pytest

from auth.settings import AuthSettings
from chassis.settings import SettingsError

pytestmark = pytest.mark.unit
BASE = {
    "DATABASE_URL": "postgresql+psycopg://auth@localhost/auth",
    "PUBLIC_URL": "https://academy.example",
    "SECRET_KEY": "s" * 40,
}
GOOD = {
    "IDENTITY": "keycloak",
    "KEYCLOAK_URL": "https://id.example/",
    "KEYCLOAK_CLIENT_SECRET": "c" * 32,
    "KEYCLOAK_ACCOUNTS_SECRET": "a" * 32,
    "KEYCLOAK_ADMIN": "admin",
    "KEYCLOAK_ADMIN_PASSWORD": "p",
}


def faults(**environment: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        AuthSettings.load("auth", {**BASE, **environment})
    return refused.value.faults


def test_local_needs_nothing():
    assert AuthSettings.load("auth", BASE).identity == "local"


def test_secrets_may_be_files(tmp_path):
    (tmp_path / "secret").write_text("f" * 40 + "\n")
    given = {key: value for key, value in GOOD.items() if key != "KEYCLOAK_CLIENT_SECRET"}
    found = AuthSettings.load(
        "auth", {**BASE, **given, "KEYCLOAK_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    )
    assert found.keycloak_client_secret == "f" * 40
    assert found.keycloak_url == "https://id.example"
    assert "f" * 40 not in repr(found)


def test_what_is_missing_is_named_all_at_once():
    said = faults(IDENTITY="keycloak")
    assert [line.split()[0] for line in said] == [
        "KEYCLOAK_URL",
        "KEYCLOAK_CLIENT_SECRET",
        "KEYCLOAK_ACCOUNTS_SECRET",
        "KEYCLOAK_ADMIN",
        "KEYCLOAK_ADMIN_PASSWORD",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDENTITY", "ldap"),
        ("KEYCLOAK_URL", "ftp://id.example"),
        ("KEYCLOAK_URL", "http://id.example"),
        ("KEYCLOAK_REALM", "master"),
        ("KEYCLOAK_REALM", "../admin"),
        ("KEYCLOAK_CLIENT_SECRET", "short"),
        ("KEYCLOAK_CLIENT_SECRET_FILE", "/nowhere/secret"),
    ],
)
def test_a_wrong_one_is_named(name, value):
    given = {key: text for key, text in GOOD.items() if key != name.removesuffix("_FILE")}
    assert any(name.removesuffix("_FILE") in line for line in faults(**{**given, name: value}))


@pytest.mark.parametrize("url", ["http://localhost:8180", "http://127.0.0.1:8180", "https://id.example"])
def test_plain_http_is_for_this_machine_alone(url):
    assert AuthSettings.load("auth", {**BASE, **GOOD, "KEYCLOAK_URL": url}).keycloak_url == url
