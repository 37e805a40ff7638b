"""Files under their SHA-256: written once, never changed, the same file stored once.

Where they lie is an fsspec address: a local folder, or `s3://bucket/folder` with the package for it installed.
"""

import hashlib
import re
from pathlib import PurePosixPath
from typing import IO, Any
from uuid import uuid4

from fsspec.core import url_to_fs

DIGEST = re.compile(r"[0-9a-f]{64}")
PIECE = 1 << 20


class FileMissing(LookupError):
    """The store has no file with this digest."""


class FileDamaged(Exception):
    """The stored bytes are no longer those of the digest."""


class Store:
    """A store of files by content."""

    def __init__(self, url: str) -> None:
        self.fs, self.root = url_to_fs(url)

    def put(self, content: bytes | IO[bytes]) -> str:
        """Store bytes, or a binary stream read in pieces, and answer the SHA-256 (64 hex digits)."""
        digest = hashlib.sha256()
        incoming = f"{self.root}/incoming/{uuid4().hex}"
        self.fs.makedirs(f"{self.root}/incoming", exist_ok=True)
        try:
            with self.fs.open(incoming, "wb") as target:
                for piece in _pieces(content):
                    digest.update(piece)
                    target.write(piece)
            self._settle(incoming, digest.hexdigest())
        finally:
            if self.fs.exists(incoming):
                self.fs.rm_file(incoming)
        return digest.hexdigest()

    def _settle(self, incoming: str, digest: str) -> None:
        place = self._place(digest)
        if not self.fs.exists(place):
            self.fs.makedirs(str(PurePosixPath(place).parent), exist_ok=True)
            self.fs.mv(incoming, place)

    def get(self, digest: str) -> bytes:
        """Read a whole file and hold it against its digest.

        Raises:
            FileMissing: there is none.
            FileDamaged: the disk or somebody changed it.
        """
        with self.open(digest) as source:
            content: bytes = source.read()
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(digest)
        return content

    def open(self, digest: str) -> Any:
        """Open a file for reading, for answers too big for the memory.

        Raises:
            FileMissing: there is none.
        """
        try:
            return self.fs.open(self._place(digest), "rb")
        except FileNotFoundError:
            raise FileMissing(digest) from None

    def exists(self, digest: str) -> bool:
        """Tell whether a file is there."""
        return bool(self.fs.exists(self._place(digest)))

    def _place(self, digest: str) -> str:
        if not DIGEST.fullmatch(digest):
            raise FileMissing(digest)
        return f"{self.root}/{digest[:2]}/{digest[2:4]}/{digest}"


def _pieces(content: bytes | IO[bytes]) -> Any:
    if isinstance(content, bytes):
        return [content]
    return iter(lambda: content.read(PIECE), b"")
