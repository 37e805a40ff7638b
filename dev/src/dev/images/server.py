"""The base of Keycloak's image: the server of its archive, built for PostgreSQL once and kept as the bases of Debian are.

Keycloak's own build orders and names by chance what it generates (so does Quarkus 3.27 beneath it), and equal inputs give other bytes. What
it has made is therefore an input: a file beside the bases, made once per version.
"""

import hashlib
import shutil
import tarfile
import tempfile
from pathlib import Path

from dev import console, keycloak
from dev.images import base
from dev.images.engine import Engine
from dev.images.plan import DEPLOY
from dev.layout import Refusal

KIND = "keycloak"
DESCRIPTION = DEPLOY / KIND / "server" / "Dockerfile"


def tag(java: str) -> str:
    """Name it by what makes it: its own base, the version and the description."""
    recipe = repr((java, keycloak.VERSION, DESCRIPTION.read_text("utf-8")))
    return f"shanyraq/base-keycloak:{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


def ensure(engine: Engine, java: str, folder: Path) -> str:
    """Give the name of the built server, made when it is not there.

    Args:
        engine: where it shall be.
        java: the base it is built on.
        folder: where its file is kept.

    Raises:
        Refusal: the archive cannot be had, or the build failed.
    """
    name = tag(java)
    file = folder / f"base-keycloak-{name.rpartition(':')[2]}.tar"
    if not file.exists():
        _make(engine, java, name, file)
    elif not engine.run("images", "-q", name):
        engine.run("load", "-q", "-i", str(file))
    return name


def _make(engine: Engine, java: str, name: str, file: Path) -> None:
    console.say("building Keycloak's server for PostgreSQL, once")
    with tempfile.TemporaryDirectory(dir=file.parent) as made:
        place = Path(made)
        _unpack(place / "tree" / "opt")
        shutil.copy(DESCRIPTION, place)
        raw = f"{name}-raw"
        given = ("--quiet", "--network", "none", "--no-cache", "--build-arg", f"BASE_IMAGE={java}")
        engine.run("build", *given, "-t", raw, str(place))
        base.seal(engine, raw, file, name, java, created=base.EPOCH)


def _unpack(folder: Path) -> None:
    try:
        packed = keycloak.fetch()
    except keycloak.KeycloakError as problem:
        raise Refusal(str(problem)) from problem
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    (folder / f"keycloak-{keycloak.VERSION}").rename(folder / "keycloak")
