"""Where one run lies, what its services are told, and what is refused before anything starts."""

import socket
from pathlib import Path

import pytest

from dev import ports, state
from dev.layout import Layout, Refusal, from_environment

pytestmark = pytest.mark.unit


def test_ports_follow_the_gateways() -> None:
    layout = from_environment({"PORT": "9000", "STATE_DIR": "somewhere"})
    assert [layout.service_port(name) for name in layout.names] == [9001, 9002, 9003, 9004, 9005]
    assert (layout.control_port, layout.postgres_port, layout.url) == (9006, 9007, "http://localhost:9000")
    assert layout.ready_url("ejournal") == "http://127.0.0.1:9003/journal/health/ready"
    assert layout.ready_url("website") == "http://127.0.0.1:9005/website/health/ready"


def test_one_service_alone_takes_only_its_ports() -> None:
    layout = from_environment({"PORT": "9000", "ONLY": "library"})
    assert layout.services == ("library",)
    assert layout.ports == (9000, 9004, 9006, 9007)


ELSEWHERE = {
    "PORT": "9000",
    "STATE_DIR": "/somewhere",
    "ONLY": "library",
    "PUBLIC_URL": "https://academy.example",
    "BIND": "10.0.0.2",
    "PEERS": "auth=http://10.0.0.1:9001,portal=http://10.0.0.1:9002",
}


def test_a_department_asks_peers_elsewhere_and_can_be_asked(tmp_path: Path) -> None:
    secret = tmp_path / "library.secret"
    secret.write_text("known to auth")
    layout = from_environment(ELSEWHERE | {"CLIENT_SECRET_FILE": str(secret)})
    told = layout.service_environment("library")
    assert told["PEERS"].startswith("auth=http://10.0.0.1:9001,portal=http://10.0.0.1:9002,")
    assert told["JWKS_URL"] == "http://10.0.0.1:9001/auth/.well-known/jwks.json"
    assert (told["LISTEN"], told["PUBLIC_URL"]) == ("10.0.0.2:9004", "https://academy.example")
    assert Path(told["CLIENT_SECRET_FILE"]).read_text() == "known to auth"
    assert layout.upstreams["portal"] == "10.0.0.1:9002"
    assert layout.upstreams["library"] == "10.0.0.2:9004"
    assert from_environment(layout.environment) == layout


def test_a_house_on_one_machine_listens_to_itself_alone() -> None:
    layout = from_environment({"PORT": "9000", "BIND": "10.0.0.2"})
    assert layout.service_environment("library")["LISTEN"] == "127.0.0.1:9004"
    assert layout.address("auth") == "http://127.0.0.1:9001"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"PEERS": "canteen=http://10.0.0.1:1"}, "PEERS=canteen.*no such service"),
        ({"PEERS": "auth=https://10.0.0.1"}, "an address like http"),
        ({"PEERS": "auth"}, "an address like http"),
        ({"PEERS": "library=http://10.0.0.1:9004"}, "library runs here"),
        ({"CLIENT_SECRET_FILE": "/nowhere/secret"}, "there is no such file"),
        ({"CLIENT_SECRET_FILE": "/nowhere/secret", "ONLY": ""}, "the secret of one service"),
    ],
)
def test_peers_that_cannot_be_are_refused(said: dict[str, str], words: str) -> None:
    given = {name: value for name, value in ELSEWHERE.items() if name != "PEERS"} | said
    with pytest.raises(Refusal, match=words):
        from_environment(given)


@pytest.mark.parametrize("port", ["80", "65530", "abc", "-1", "8080.5"])
def test_a_port_that_cannot_be_is_refused(port: str) -> None:
    with pytest.raises(Refusal, match="PORT="):
        from_environment({"PORT": port})


def test_an_unknown_service_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refusal, match=r"ONLY=canteen: no such service.*library"):
        from_environment({"ONLY": "canteen"})


def test_a_service_is_told_its_own_secrets_as_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://somebody/else")
    monkeypatch.setenv("AMQP_URL", "amqp://broker/")
    layout = Layout(port=9000, state=tmp_path)
    state.prepare(layout)
    told = layout.service_environment("portal")
    assert Path(told["DATABASE_URL_FILE"]).read_text().startswith("postgresql+psycopg://portal:")
    assert "DATABASE_URL" not in told, "what stands in the operator's shell does not win over ours"
    assert told["AMQP_URL"] == "amqp://broker/"
    assert "CLIENTS_FILE" not in told
    clients = Path(layout.service_environment("auth")["CLIENTS_FILE"]).read_text()
    assert Path(told["CLIENT_SECRET_FILE"]).read_text() not in clients, "auth knows digests only"
    assert clients.count("=") == 5


def test_secrets_are_kept_and_nobody_else_reads_them(tmp_path: Path) -> None:
    layout = Layout(port=9000, state=tmp_path)
    state.prepare(layout)
    first = state.password(layout, "auth")
    state.prepare(layout)
    assert state.password(layout, "auth") == first
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "secrets").rglob("*"))


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} is taken"):
            ports.check([port])


@pytest.mark.parametrize(
    ("found", "words"), [("0", "an older version"), ("99", "a newer"), ("x", "a newer or unknown")]
)
def test_a_state_of_another_version_is_refused_and_left_alone(tmp_path: Path, found: str, words: str) -> None:
    (tmp_path / state.STAMP).write_text(found)
    with pytest.raises(Refusal, match=words), state.locked(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [state.STAMP]


def test_a_folder_that_is_not_ours_is_neither_used_nor_forgotten(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(Refusal, match="not a state folder of ours"), state.locked(tmp_path):
        pass
    with pytest.raises(Refusal, match="left alone"):
        state.forget(tmp_path)
    assert (tmp_path / "thesis.docx").exists()


def test_a_state_is_used_by_one_and_forgotten_by_nobody_meanwhile(tmp_path: Path) -> None:
    place = tmp_path / "var"
    with state.locked(place):
        with pytest.raises(Refusal, match="in use"), state.locked(place):
            pass
        with pytest.raises(Refusal, match="in use"):
            state.forget(place)
    assert state.forget(place)
    assert not place.exists()
    assert not state.forget(place)
