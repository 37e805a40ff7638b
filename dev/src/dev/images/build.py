"""Build images: bases, wheels, contexts, `docker build` without a network, then the seal that makes equal inputs equal digests."""

import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dev import console
from dev.images import archive, base, context, sbom, server
from dev.images.engine import Engine
from dev.images.plan import Image, version
from dev.layout import ROOT
from gateway.routes import load

FOLDER = ROOT / "var" / "images"
LICENCE = "Apache-2.0"


@dataclass(frozen=True)
class Built:
    """One finished image.

    Attributes:
        name: of the image.
        digest: of its configuration, which is its identity.
        size: bytes of all its layers.
        seconds: the build took.
    """

    name: str
    digest: str
    size: int
    seconds: float


class Builder:
    """Builds images one after the other on one engine.

    Attributes:
        anew: use nothing a former build left, but the bases and wheels.
    """

    def __init__(self, engine: Engine, folder: Path = FOLDER, *, anew: bool = False) -> None:
        self.engine, self.folder, self.anew = engine, folder, anew
        self.created = context.committed()
        self._bases: dict[str, str] = {}

    def build(self, image: Image) -> Built:
        """Build one image, seal it and load it under its tag."""
        started = time.monotonic()
        base_name = self._base(image.base)
        place = context.assemble(
            image, context.fetch_wheels(self.folder / "wheels"), self.folder / "context" / image.name
        )
        self._write_bill(image, base_name, place)
        raw = f"{image.tag}-raw"
        self.engine.run("build", *self._arguments(image, base_name), "-t", raw, str(place))
        digest, size = self._seal(image, base_name, raw)
        return Built(image.name, digest, size, time.monotonic() - started)

    def _base(self, kind: str) -> str:
        given = os.environ.get("BASE_IMAGE") if kind == "python" else None
        if kind not in self._bases:
            self._bases[kind] = given or self._made(kind)
        return self._bases[kind]

    def _made(self, kind: str) -> str:
        if kind == server.KIND:
            return server.ensure(self.engine, self._base("java"), self.folder)
        return base.ensure(self.engine, kind, self.folder)

    def _arguments(self, image: Image, base_name: str) -> list[str]:
        prefixes = {service.name: service.prefix for service in load().services}
        given = {"BASE_IMAGE": base_name}
        if image.kind == "service":
            given |= {"SERVICE": image.name, "PREFIX": prefixes[image.name]}
        marks = {
            "title": f"Shanyraq {image.name}",
            "version": version(),
            "revision": context.revision(),
            "created": archive.stamp(self.created),
            "licenses": LICENCE,
            "base.name": base_name,
        }
        arguments = ["--quiet", "--network", "none", *(["--no-cache"] if self.anew else [])]
        for key, value in given.items():
            arguments += ["--build-arg", f"{key}={value}"]
        for key, value in marks.items():
            arguments += ["--label", f"org.opencontainers.image.{key}={value}"]
        return arguments

    def _write_bill(self, image: Image, base_name: str, place: Path) -> None:
        wheels = {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in (place / "wheels").glob("*.whl")
            if not file.name.startswith("pip-")
        }
        text = sbom.bill(
            image.name,
            version=version(),
            debian=self._packages(base_name),
            wheels=wheels,
            created=self.created,
        )
        sbom.write(place, text)
        os.utime(place / "tree" / "sbom.cdx.json", (self.created, self.created))
        (self.folder / f"{image.name}.cdx.json").write_text(text, encoding="utf-8")

    def _packages(self, base_name: str) -> str:
        form = "${Package}\\t${Version}\\t${Architecture}\\n"
        command = ["sh", "-c", f"dpkg-query -W -f '{form}' 2>/dev/null || true"]
        return self.engine.run("run", "--rm", "--network", "none", "--entrypoint", "", base_name, *command)

    def _seal(self, image: Image, base_name: str, raw: str) -> tuple[str, int]:
        file = self.folder / f"{image.name}.tar"
        digest = base.seal(self.engine, raw, file, image.tag, base_name, created=self.created)
        return digest, int(self.engine.run("inspect", "-f", "{{.Size}}", image.tag))


def report(results: Iterable[Built]) -> None:
    """Print a line for each image: name, size, seconds, digest."""
    for built in results:
        console.announce(
            f"{built.name:<10} {built.size / 1e6:7.1f} MB {built.seconds:6.1f} s  {built.digest}"
        )
