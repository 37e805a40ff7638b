"""Base images: a small Debian made by mmdebstrap from this machine's own package sources, where no registry can be reached.

`BASE_IMAGE=` names a registry's image with the Python of the locked wheels instead; RabbitMQ's base is always Debian's package.
"""

import hashlib
import json
import os
import platform
import subprocess
from pathlib import Path

from dev import console
from dev.images import archive
from dev.images.engine import Engine, need
from dev.layout import Refusal

EPOCH = (
    1_767_225_600  # 2026-01-01: what a file of a base or a library is dated, so that its layer stays the same
)
SOURCES = Path("/etc/apt/sources.list.d")
PYTHON = ("python3", "ca-certificates", "tzdata")
JAVA = ("openjdk-17-jre-headless", "ca-certificates", "tzdata")
PACKAGES = {"python": PYTHON, "rabbitmq": ("rabbitmq-server",), "java": JAVA}
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")
# What names this machine or its mirror, and bytecode that is dated: made again by content, which is the same every time.
CLEAN = """
set -e
rm -rf "$1"/etc/apt/sources.list* "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/lib/apt "$1"/var/cache/apt "$1"/var/log/apt
rm -f "$1"/var/log/*.log "$1"/var/lib/rabbitmq/.erlang.cookie "$1"/var/cache/ldconfig/aux-cache
if [ -e "$1"/usr/bin/python3 ]; then
  find "$1"/usr/lib/python3* -name '*.pyc' -delete
  PYTHONHASHSEED=0 chroot "$1" python3 -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python3 /usr/lib/python3.* || true
fi
"""


def sources() -> list[str]:
    """List this machine's own package sources; nothing of them stays in an image.

    Raises:
        Refusal: this is no Debian.
    """
    found = [path for path in SOURCES.glob("*") if path.suffix in {".list", ".sources"}]
    plain = SOURCES.with_name("sources.list")
    places = [str(path) for path in sorted([*found, *([plain] if plain.exists() else [])])]
    if not places:
        raise Refusal("No Debian package sources here: name a base with BASE_IMAGE=.")
    return places


def tag(kind: str) -> str:
    """Name the base of a kind by what makes it, so that another list of packages is another base."""
    recipe = repr((release(), EPOCH, PACKAGES[kind], LEFT_OUT, CLEAN))
    return f"shanyraq/base-{kind}:{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


def release() -> str:
    """Give the code name of this Debian."""
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "stable")


def ensure(engine: Engine, kind: str, folder: Path, *, anew: bool = False) -> str:
    """Give the name of a base image, made when it is not there.

    Args:
        engine: where it shall be.
        kind: python, rabbitmq or java.
        folder: where its file is kept.
        anew: make it again even so.
    """
    name = tag(kind)
    file = folder / f"base-{kind}-{name.rpartition(':')[2]}.tar"
    if anew or not file.exists():
        make(kind, file)
    if anew or not engine.run("images", "-q", name):
        archive.from_root(file, folder / "base.archive.tar", name, EPOCH)
        engine.run("load", "-q", "-i", str(folder / "base.archive.tar"))
        (folder / "base.archive.tar").unlink()
    return name


def make(kind: str, file: Path) -> None:
    """Write the root of a base as a tar file.

    Raises:
        Refusal: mmdebstrap failed, with the end of its words.
    """
    need("mmdebstrap")
    console.say(f"making the base {kind} with mmdebstrap")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part.tar")
    command = ["mmdebstrap", "--quiet", "--variant=essential", f"--include={','.join(PACKAGES[kind])}"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
    if (
        kind == "java"
    ):  # its package links pages of the manual, which are left out, and fails without their folder
        command += ['--essential-hook=mkdir -p "$1"/usr/share/man/man1']
    command += [f"--customize-hook={CLEAN}", release(), str(part), *sources()]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        part.unlink(missing_ok=True)
        raise Refusal(f"mmdebstrap failed:\n{done.stderr.strip()[-2000:]}")
    part.replace(file)


def seal(engine: Engine, raw: str, file: Path, name: str, base: str, *, created: int) -> str:
    """Save what was built, seal it into a file, and load that under its name in place of the other.

    Args:
        engine: where it was built.
        raw: the name it was built under.
        file: becomes the archive.
        name: of the image.
        base: it was built on, whose layers stay as they are.
        created: the moment its sources were committed.

    Returns:
        The digest of the image.
    """
    saved, part = file.with_suffix(".raw.tar"), file.with_suffix(".part.tar")
    engine.run("save", "-o", str(saved), raw)
    layers = json.loads(engine.run("inspect", "-f", "{{json .RootFS.Layers}}", base))
    digest = archive.seal(saved, part, name, created=created, epoch=EPOCH, keep=layers)
    saved.unlink()
    part.replace(file)
    engine.run("load", "-q", "-i", str(file))
    engine.run("rmi", "--no-prune", raw)
    return digest
