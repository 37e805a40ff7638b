import hashlib
import io

import pytest

from chassis.files import FileDamaged, FileMissing, Store

pytestmark = pytest.mark.unit


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "files"))


@pytest.mark.parametrize("size", [0, 1, 3 << 20])
def test_bytes_and_streams_come_back_under_their_hash(store, size):
    content = b"\xd0\x96" * size
    digest = store.put(content)
    assert digest == hashlib.sha256(content).hexdigest() == store.put(io.BytesIO(content))
    assert store.get(digest) == content
    assert store.exists(digest)
    with store.open(digest) as source:
        assert source.read(2) == content[:2]


def test_the_same_file_is_stored_once_and_nothing_is_left_over(store, tmp_path):
    for _ in range(2):
        store.put(b"order")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_stream_that_breaks_leaves_nothing(store, tmp_path):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError("cable")

    with pytest.raises(OSError, match="cable"):
        store.put(Broken())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_a_missing_file_is_named(store, digest):
    assert digest != "0" * 64 or not store.exists(digest)
    with pytest.raises(FileMissing):
        store.get(digest)


def test_damage_is_noticed(store, tmp_path):
    digest = store.put(b"order")
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    path.write_bytes(b"0rder")
    with pytest.raises(FileDamaged):
        store.get(digest)
