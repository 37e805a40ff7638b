"""Images that hold the same have the same digest, whenever and in whatever order they were built."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from dev.images import archive

pytestmark = pytest.mark.unit

CREATED, EPOCH = 1_700_000_000, 1_600_000_000
FILES = {"srv/a.txt": b"one", "srv/b.txt": b"two", "srv/c.txt": b"three"}


def layer(names: list[str], *, dated: int) -> bytes:
    """A layer as the builder writes it: dated now, in the order of a disk."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.uname = len(FILES[name]), dated, "builder"
            tar.addfile(entry, io.BytesIO(FILES[name]))
        link = tarfile.TarInfo("srv/0-link")
        link.type, link.linkname, link.mtime = tarfile.LNKTYPE, "srv/c.txt", dated
        tar.addfile(link)
    return out.getvalue()


def saved(folder: Path, content: bytes, when: str) -> Path:
    """What `docker save` would write."""
    archived = folder / "saved.tar"
    config = {
        "architecture": "amd64",
        "os": "linux",
        "created": when,
        "container": when,
        "history": [{"created": when}],
        "config": {"User": "10001", "Image": when, "Labels": {"a": "b"}},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:raw"]},
    }
    parts = {
        "config.json": json.dumps(config).encode(),
        "layer.tar": content,
        "manifest.json": json.dumps(
            [{"Config": "config.json", "RepoTags": ["x"], "Layers": ["layer.tar"]}]
        ).encode(),
    }
    with tarfile.open(archived, "w") as tar:
        for name, data in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return archived


def seal(
    folder: Path, content: bytes, when: str, created: int = CREATED, **more: list[str]
) -> tuple[str, bytes]:
    folder.mkdir()
    target = folder / "sealed.tar"
    digest = archive.seal(
        saved(folder, content, when), target, "shanyraq/x:1", created=created, epoch=EPOCH, **more
    )
    return digest, target.read_bytes()


def test_two_builds_of_the_same_are_equal_to_the_byte(tmp_path: Path) -> None:
    first = seal(tmp_path / "1", layer(list(FILES), dated=CREATED + 5), "2026-11-26T01:00:00Z")
    second = seal(tmp_path / "2", layer(list(reversed(FILES)), dated=CREATED + 900), "2026-11-26T02:00:00Z")
    assert first == second


def test_a_layer_that_an_earlier_build_of_another_commit_left_is_equal_to_a_new_one(tmp_path: Path) -> None:
    left = seal(tmp_path / "1", layer(list(FILES), dated=CREATED - 900), "2026-11-26T01:00:00Z")
    fresh = seal(tmp_path / "2", layer(list(FILES), dated=CREATED + 5), "2026-11-26T02:00:00Z")
    assert left == fresh


def test_another_content_or_another_date_of_a_source_is_another_image(tmp_path: Path) -> None:
    whole = layer(list(FILES), dated=CREATED)
    found = {seal(tmp_path / str(day), whole, "now", day)[0] for day in (CREATED, CREATED + 1)}
    found.add(seal(tmp_path / "less", layer(list(FILES)[1:], dated=CREATED), "now")[0])
    assert len(found) == 3


def test_a_layer_of_the_base_stays_as_it_is(tmp_path: Path) -> None:
    content = layer(list(FILES), dated=CREATED + 5)
    _digest, written = seal(tmp_path / "1", content, "now", keep=["sha256:raw"])
    with tarfile.open(fileobj=io.BytesIO(written)) as tar:
        [manifest] = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
        assert tar.extractfile(manifest["Layers"][0]).read() == content  # type: ignore[union-attr]


def test_what_a_hard_link_names_comes_before_it_and_settings_survive(tmp_path: Path) -> None:
    _digest, written = seal(tmp_path / "1", layer(list(FILES), dated=1), "now")
    with tarfile.open(fileobj=io.BytesIO(written)) as tar:
        [manifest] = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
        config = json.load(tar.extractfile(manifest["Config"]))  # type: ignore[arg-type]
        assert config["config"] == {"User": "10001", "Labels": {"a": "b"}}
        assert config["created"] == archive.stamp(CREATED)
        with tarfile.open(fileobj=tar.extractfile(manifest["Layers"][0])) as inner:
            assert inner.getnames()[-1] == "srv/0-link"
