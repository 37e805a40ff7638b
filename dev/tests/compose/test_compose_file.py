"""`docker-compose.yml`: what Debian's docker-compose and the present specification both take, and what it promises."""

import re
from typing import Any

import pytest
import yaml

from dev.compose import secrets
from dev.compose.project import Project
from dev.images import plan
from dev.images.engine import Engine
from dev.layout import ROOT, Layout, Refusal

pytestmark = pytest.mark.unit

TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
LOOK: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose/look.yml").read_text("utf-8"))
LIBRARY: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose/library.yml").read_text("utf-8"))
SERVICES = ("auth", "portal", "ejournal", "library", "website")
# Of the specification, what docker-compose 1.29 refuses.
TOO_NEW = (
    "name",
    "include",
    "required",
    "start_interval",
    "content",
    "environment_file",
    "develop",
    "configs",
)


def keys(value: Any) -> set[str]:
    """Every key anywhere in a document."""
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in keys(part)}
    return {key for part in value for key in keys(part)} if isinstance(value, list) else set()


def test_only_what_both_readers_of_the_file_take_is_in_it() -> None:
    assert not keys(FILE) & set(TOO_NEW)
    assert not keys(LOOK) & set(TOO_NEW)
    assert not keys(LIBRARY) & set(TOO_NEW)
    assert all(set(one) == {"file"} for one in FILE["secrets"].values())
    assert all(not isinstance(one.get("env_file"), list) for one in FILE["services"].values())


def test_each_service_has_web_worker_and_migrations_of_one_image() -> None:
    tags = {
        image.name: image.tag.replace(f":{plan.version()}", f":${{VERSION:-{plan.version()}}}")
        for image in plan.images()
    }
    for name in SERVICES:
        of_it = [FILE["services"][one] for one in (name, f"{name}-worker", f"{name}-migrate")]
        assert {one["image"] for one in of_it} == {tags[name]}
        assert [one.get("command", ["web"])[0] for one in of_it] == ["web", "worker", "migrate"]
        assert (
            len({repr(one["environment"]) for one in of_it})
            == len({repr(one["secrets"]) for one in of_it})
            == 1
        )
    assert {FILE["services"][one]["image"] for one in ("gateway", "postgres", "rabbitmq")} <= set(
        tags.values()
    )


@pytest.mark.parametrize(
    ("document", "container"), [(file, name) for file in (FILE, LIBRARY) for name in sorted(file["services"])]
)
def test_a_container_may_little_and_takes_little(document: dict[str, Any], container: str) -> None:
    one = document["services"][container]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit", "networks"} <= set(one)
    assert one["restart"] == ("no" if container.endswith("-migrate") else "unless-stopped")


@pytest.mark.parametrize("document", [FILE, LOOK])
def test_ports_are_opened_on_the_loopback_alone(document: dict[str, Any]) -> None:
    opened = [port for one in document["services"].values() for port in one.get("ports", [])]
    assert opened
    assert all(re.match(r"127\.0\.0\.1:", port) for port in opened)


def test_only_the_gateway_has_a_door_and_nothing_else_leaves_its_networks() -> None:
    assert [name for name, one in FILE["services"].items() if "door" in one["networks"]] == [
        "gateway",
        "keycloak",
    ]
    assert [name for name, one in FILE["networks"].items() if not one.get("internal")] == ["door"]
    assert "data" not in FILE["services"]["gateway"]["networks"]


def test_a_department_waits_for_nobody_elsewhere_and_opens_itself_to_its_own_network_alone() -> None:
    named = set(LIBRARY["services"])
    assert named == {"postgres", "library-migrate", "library", "library-worker", "gateway"}
    assert {one for each in LIBRARY["services"].values() for one in each.get("depends_on", {})} <= named
    opened = [port for one in LIBRARY["services"].values() for port in one.get("ports", [])]
    assert len(opened) == 2
    assert all(port.startswith("${BIND:-127.0.0.1}:") for port in opened)
    assert [name for name, one in LIBRARY["networks"].items() if not one.get("internal")] == ["academy"]
    assert "academy" not in LIBRARY["services"]["postgres"]["networks"]


def test_they_start_in_order_of_their_health() -> None:
    of = {name: one.get("depends_on", {}) for name, one in FILE["services"].items()}
    for name in SERVICES:
        assert of[f"{name}-migrate"] == {"postgres": {"condition": "service_healthy"}}
        assert of[name] == {f"{name}-migrate": {"condition": "service_completed_successfully"}}
        assert of["gateway"][name] == {"condition": "service_healthy"}
        assert "rabbitmq" not in of[name], "the broker may be away, the service works"


def test_every_secret_is_made_and_a_missing_or_empty_one_is_named(tmp_path: Any) -> None:
    names = Layout(8080, tmp_path).names
    secrets.make(tmp_path, names)
    kept = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    named = {one["file"].rpartition("}/")[2] for one in FILE["secrets"].values()}
    assert named <= {str(path.relative_to(tmp_path)) for path in kept}
    assert secrets.missing(tmp_path, names) == []
    assert tmp_path.stat().st_mode & 0o077 == 0, "the folder is for its owner alone"
    (tmp_path / "key" / "auth").unlink()
    (tmp_path / "postgres").chmod(0o644)
    (tmp_path / "postgres").write_text("")
    assert secrets.missing(tmp_path, names) == ["postgres", "key/auth"]
    (tmp_path / "postgres").write_text(kept[tmp_path / "postgres"])
    assert secrets.make(tmp_path, names) == ["key/auth"]
    assert {path: path.read_text() for path in kept if path.name != "auth" or path.parent.name != "key"} == {
        path: text for path, text in kept.items() if path.name != "auth" or path.parent.name != "key"
    }


@pytest.mark.parametrize(
    ("lost", "made"),
    [
        ("password/auth", ["password/auth"]),
        ("client/portal", ["client/portal", "clients"]),
        ("audit/ejournal", ["audit/ejournal", "audit-public/ejournal"]),
        ("amqp/library", ["amqp/library"]),
    ],
)
def test_a_lost_secret_is_never_made_anew_unasked_and_never_at_odds_with_the_others(
    tmp_path: Any, lost: str, made: list[str]
) -> None:
    project = Project(Layout(8080, tmp_path), Engine(tmp_path / "docker"), look=False)
    assert secrets.is_new(project.secrets)
    secrets.make(project.secrets, SERVICES)
    assert not secrets.is_new(project.secrets)
    (project.secrets / lost).unlink()
    if lost in secrets.missing(project.secrets, SERVICES):
        with pytest.raises(Refusal, match=f"{lost}.*make compose-secrets"):
            project.check()
    assert secrets.make(project.secrets, SERVICES) == made
    assert secrets.missing(project.secrets, SERVICES) == []
    password = (project.secrets / "password" / "auth").read_text()
    assert f":{password}@" in (project.secrets / "database" / "auth").read_text()
    broker = (project.secrets / "broker" / "library").read_text()
    assert f":{broker}@" in (project.secrets / "amqp" / "library").read_text()


def test_a_service_publishes_its_own_feeds_alone_and_reads_what_it_declares() -> None:
    made = secrets.definitions(dict.fromkeys(SERVICES, "secret"))
    topics = {one["user"]: one for one in made["topic_permissions"]}
    grade = "ejournal.marks.kz.shanyraq.ejournal.column.published.v1"
    assert [name for name in SERVICES if re.search(topics[name]["write"], grade)] == ["ejournal"]
    assert [name for name in SERVICES if re.search(topics[name]["read"], grade)] == ["portal"]
    assert not re.search(topics["website"]["read"], "auth.people.#")
    queues = {one["user"]: one["read"] for one in made["permissions"]}
    assert [name for name in SERVICES if re.search(queues[name], "shanyraq.library")] == ["library"]
    assert secrets.reads([]) == "^$"


def test_a_password_is_kept_as_rabbitmq_hashes_it() -> None:
    # The example of RabbitMQ's own documentation of its hashes.
    assert (
        secrets.password_hash("test12", bytes.fromhex("908dc60a"))
        == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
    )
