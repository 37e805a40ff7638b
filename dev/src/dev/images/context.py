"""What a build is given: the wheels, fetched outside by their locked hashes, and a part of the tree dated by its commit."""

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev import bootstrap, console
from dev.images.plan import DEPLOY, IGNORED, LOCK, Image, locked
from dev.layout import ROOT, Refusal

PIP = "pip==25.3"


def committed() -> int:
    """Give the moment the tree was committed (`SOURCE_DATE_EPOCH` when that is set)."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    return int(_git("log", "-1", "--format=%ct"))


def revision() -> str:
    """Name the commit; one that is not committed says so."""
    return _git("describe", "--always", "--dirty", "--abbrev=40")


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def fetch_wheels(folder: Path) -> Path:
    """Have every locked wheel here, each checked against its hash by pip; once per lock.

    Args:
        folder: where the wheels are kept, a folder per lock.

    Raises:
        Refusal: pip could not get or build one.
    """
    place = folder / bootstrap.digest("runtime")[:12]
    if place.exists():
        return place
    console.say("fetching the locked wheels")
    part = place.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "-w",
        str(part),
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    for what in (["--require-hashes", "-r", str(LOCK)], [PIP]):
        if subprocess.run([*pip, *what], env=environment, check=False).returncode:
            raise Refusal("The wheels could not be fetched; see the lines above.")
    part.rename(place)
    return place


def assemble(image: Image, wheels: Path, folder: Path) -> Path:
    """Lay out the context of one build; wheels are links, nothing is copied twice.

    Args:
        image: to build.
        wheels: the folder of `fetch_wheels`.
        folder: becomes the context; what was there is forgotten.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tree").mkdir(parents=True)
    shutil.copy(DEPLOY / image.kind / "Dockerfile", folder)
    if image.libraries:
        (folder / "wheels").mkdir()
        for wheel in sorted(wheels.glob("*.whl")):
            if _name(wheel.name) in image.libraries | {"pip"}:
                os.link(wheel, folder / "wheels" / wheel.name)
        versions = locked()
        lines = [f"{name}=={versions[name]}" for name in sorted(image.libraries) if _is_here(folder, name)]
        (folder / "locked.txt").write_text("\n".join(lines) + "\n")
    _copy_tree(image, folder / "tree")
    return folder


def _is_here(folder: Path, name: str) -> bool:
    """Tell whether the lock wants this one on this kind of machine: it names those of others too."""
    return any(_name(wheel.name) == name for wheel in (folder / "wheels").iterdir())


def _name(wheel: str) -> str:
    return wheel.partition("-")[0].lower().replace("_", "-").replace(".", "-")


def _copy_tree(image: Image, tree: Path) -> None:
    ours = DEPLOY / image.kind
    if image.kind == "keycloak":
        importlib.import_module("auth.keycloak.theme").write(tree / "opt" / "keycloak" / "themes")
    if (ours / "tree").is_dir():
        shutil.copytree(ours / "tree", tree, dirs_exist_ok=True)
    for file in (*ours.glob("*.py"), *ours.glob("*.sh")):
        shutil.copy(file, tree)
    for part in image.tree:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns(*IGNORED))
    moment = committed()
    for path in (tree, *tree.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (moment, moment))
