"""Images as files: rewritten so that equal content gives an equal digest.

Docker's builder dates every file, layer and configuration with the moment of the build. Here entries are sorted, what the build itself
dated gets one fixed date, and the configuration keeps only what describes the image.
"""

import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

Json = dict[str, Any]
KEPT = ("architecture", "os", "variant")
BLOCK = 1 << 20
SOURCES = "srv/"
"""Where the tree lies in an image."""


def stamp(seconds: int) -> str:
    """Write a moment as image configurations do."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_root(root: Path, target: Path, name: str, epoch: int) -> str:
    """Make an image of one layer out of the tar file of a root.

    Returns:
        The digest of the image.
    """
    with root.open("rb") as layer:
        config = {
            "architecture": "amd64" if "x86_64" in _machine() else "arm64",
            "os": "linux",
            "config": {"Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        }
        return write(target, name, config, [layer], created=epoch)


def seal(built: Path, target: Path, name: str, *, created: int, epoch: int, keep: Iterable[str] = ()) -> str:
    """Rewrite what `docker save` wrote.

    Args:
        built: the file of `docker save`.
        target: the file for `docker load`.
        name: of the image.
        created: the moment the sources were committed; it dates them, for whoever asks nginx whether a file has changed.
        epoch: the date of everything else that is younger.
        keep: digests of layers that stay as they are, those of the base.

    Returns:
        The digest of the image.
    """
    with tarfile.open(built) as source, tempfile.TemporaryDirectory(dir=target.parent) as folder:
        [manifest] = json.load(_member(source, "manifest.json"))
        config: Json = json.load(_member(source, manifest["Config"]))
        layers = []
        for number, path in enumerate(manifest["Layers"]):
            written = Path(folder) / str(number)
            with _member(source, path) as layer, written.open("wb") as rewritten:
                if config["rootfs"]["diff_ids"][number] in set(keep):
                    _copy(layer, rewritten)
                else:
                    sort(layer, rewritten, created=created, epoch=epoch)
            layers.append(written.open("rb"))
        try:
            return write(target, name, config, layers, created=created)
        finally:
            for opened in layers:
                opened.close()


def sort(layer: IO[bytes], target: IO[bytes], *, created: int, epoch: int) -> None:
    """Rewrite one layer: entries by name, hard links last, no date of this build or of an earlier one."""
    with (
        tarfile.open(fileobj=layer) as source,
        tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as out,
    ):
        for entry in sorted(source.getmembers(), key=lambda one: (one.islnk(), one.name)):
            entry.mtime = _dated(entry, created=created, epoch=epoch)
            entry.uname = entry.gname = ""
            entry.pax_headers = {k: v for k, v in entry.pax_headers.items() if k.startswith("SCHILY.xattr")}
            out.addfile(entry, source.extractfile(entry) if entry.isreg() else None)


def _dated(entry: tarfile.TarInfo, *, created: int, epoch: int) -> int:
    """Give the date of an entry: a layer that a former build left may carry the date of that build, or of another commit."""
    if entry.mtime <= epoch:
        return int(entry.mtime)
    return created if entry.name.startswith(SOURCES) else epoch


def write(target: Path, name: str, config: Json, layers: Iterable[IO[bytes]], *, created: int) -> str:
    """Write an archive that `docker load` reads.

    Returns:
        The digest of the image: that of its configuration, which holds those of its layers.
    """
    digests = [_digest(layer) for layer in layers]
    settings = {k: v for k, v in config.get("config", {}).items() if v and k not in {"Image", "Hostname"}}
    clean = {key: config[key] for key in KEPT if key in config}
    clean |= {"created": stamp(created), "config": settings}
    clean |= {"rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]}}
    text = json.dumps(clean, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(text).hexdigest()
    paths = [f"{one}.tar" for one in digests]
    manifest = [{"Config": f"{digest}.json", "RepoTags": [name], "Layers": paths}]
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as out:
        for path, layer in dict(zip(paths, layers, strict=True)).items():
            layer.seek(0, io.SEEK_END)
            size = layer.tell()
            layer.seek(0)
            _add(out, path, size, layer)
        for path, data in ((f"{digest}.json", text), ("manifest.json", json.dumps(manifest).encode())):
            _add(out, path, len(data), io.BytesIO(data))
    return f"sha256:{digest}"


def layers_of(built: Path) -> list[str]:
    """Give the digests of the layers in an archive."""
    with tarfile.open(built) as source:
        [manifest] = json.load(_member(source, "manifest.json"))
        return list(json.load(_member(source, manifest["Config"]))["rootfs"]["diff_ids"])


def _add(out: tarfile.TarFile, path: str, size: int, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = size, 0o644
    out.addfile(entry, content)


def _member(source: tarfile.TarFile, name: str) -> IO[bytes]:
    found = source.extractfile(name)
    if found is None:
        raise ValueError(f"{name} is not a file of the archive")
    return found


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while block := source.read(BLOCK):
        target.write(block)


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _machine() -> str:
    import platform

    return platform.machine()
