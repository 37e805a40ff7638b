from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.settings import Settings, SettingsError, setting

pytestmark = pytest.mark.unit
BASE = {
    "DATABASE_URL": "postgresql+psycopg://u:topsecret@localhost/auth",
    "PUBLIC_URL": "http://localhost:8000/",
    "SECRET_KEY": "k" * 40,
}


@dataclass(frozen=True, kw_only=True)
class DeskSettings(Settings):
    """Settings of a service with one more field."""

    desk_count: int = setting(default=3, check=lambda n: None if n > 0 else "must be positive")


def test_required_are_enough_and_the_rest_follows():
    loaded = Settings.load("auth", BASE)
    assert loaded.public_url == "http://localhost:8000"
    assert loaded.jwks_url == "http://localhost:8000/auth/.well-known/jwks.json"
    assert (loaded.host, loaded.port) == ("127.0.0.1", 8081)
    assert loaded.files_url == str(Path("var/files/auth"))


def test_keys_are_fetched_from_auth_directly_when_it_is_a_peer():
    loaded = Settings.load(
        "portal", {**BASE, "PEERS": "auth=http://127.0.0.1:9001/, library=http://127.0.0.1:9002"}
    )
    assert loaded.jwks_url == "http://127.0.0.1:9001/auth/.well-known/jwks.json"
    assert loaded.peers == {"auth": "http://127.0.0.1:9001", "library": "http://127.0.0.1:9002"}


def test_the_services_own_name_wins_and_empty_means_silent():
    env = {**BASE, "LISTEN": "0.0.0.0:1", "PORTAL_LISTEN": "127.0.0.1:2", "AUTH_LISTEN": ""}
    assert Settings.load("portal", env).listen == "127.0.0.1:2"
    assert Settings.load("auth", env).listen == "0.0.0.0:1"


def test_a_value_may_lie_in_a_file(tmp_path):
    (tmp_path / "key").write_text("x" * 32 + "\n")
    env = {name: value for name, value in BASE.items() if name != "SECRET_KEY"}
    assert Settings.load("auth", {**env, "SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "x" * 32
    own = {**BASE, "AUTH_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert Settings.load("auth", own).secret_key == "x" * 32


def test_all_faults_are_reported_at_once(tmp_path):
    env = {
        "DATABASE_URL": "sqlite:///x",
        "SECRET_KEY": "short",
        "LISTEN": "8081",
        "PEERS": "auth",
        "VALIDATE_EVENTS": "maybe",
        "CLIENT_SECRET_FILE": str(tmp_path / "none"),
        "DESK_COUNT": "-1",
        "POOL_SIZE": "many",
        "LOG_LEVEL": "LOUD",
        "AMQP_URL": "http://x",
    }
    with pytest.raises(SettingsError) as caught:
        DeskSettings.load("library", env)
    text = str(caught.value)
    for fault in (
        "DATABASE_URL must begin with postgresql+psycopg://",
        "PUBLIC_URL is missing",
        "SECRET_KEY must have at least 32 characters",
        "LISTEN must be host:port",
        "PEERS must be a list like",
        "VALIDATE_EVENTS must be 1 or 0",
        "CLIENT_SECRET cannot be read from the file",
        "DESK_COUNT must be positive",
        "POOL_SIZE must be a whole number",
        "LOG_LEVEL must be one of",
        "AMQP_URL must begin with amqp:// or amqps://",
    ):
        assert fault in text
    assert len(caught.value.faults) == 11


def test_secrets_are_not_in_the_representation():
    loaded = Settings.load(
        "auth", {**BASE, "CLIENT_SECRET": "clientsecret", "AMQP_URL": "amqp://u:amqpsecret@x"}
    )
    assert not [word for word in ("topsecret", "kkkk", "clientsecret", "amqpsecret") if word in repr(loaded)]


def test_a_service_adds_fields_of_its_own():
    assert DeskSettings.load("library", {**BASE, "DESK_COUNT": "5"}).desk_count == 5
    assert DeskSettings.load("library", BASE).desk_count == 3
