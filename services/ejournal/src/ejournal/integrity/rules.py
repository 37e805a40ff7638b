"""What is hashed: entries of a stream, commitments to cells, the tree over the heads of all streams, the root that is signed.

The offline verifier carries this file inside (see `onefile`), so it stands on the standard library and `chassis.verify` alone.

A cell is written `learner:column:version:value`, the value left out of an emptied cell. An entry holds one hash for all its cells,
made over salted commitments: the stream tells nothing about marks until somebody shows a salt. All salts of an entry come from
one seed, and one salt tells nothing about the others.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256, shake_256
from typing import Any

from chassis.verify import leaf

SALT = 16
SEED = 32
BEGINNING = sha256(b"").digest()
"""What stands before the first entry of every stream."""


def entry_bytes(entry: Mapping[str, Any]) -> bytes:
    """Write an entry in the one way that is hashed: UTF-8 JSON, sorted keys, no spaces (RFC 8785 for what stands in it).

    Args:
        entry: `journal`, `n`, `at` (ISO, UTC, microseconds), `actor` (or None), `kind`, `data`; numbers that are exact are text.
    """
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def chained(previous: bytes, content: bytes) -> bytes:
    """Hash an entry together with everything before it: h(n) = SHA-256(0x00 ‖ h(n-1) ‖ bytes(n))."""
    return sha256(b"\x00" + previous + content).digest()


def cell_text(person_id: str, column_id: str, version: int, value: str | None) -> str:
    """Write a cell as it is committed to."""
    return f"{person_id}:{column_id}:{version}:{'' if value is None else value}"


def salt(seed: bytes, position: int) -> bytes:
    """Give the salt of the cell at a position of an entry."""
    return shake_256(seed).digest(SALT * (position + 1))[SALT * position :]


def commitment(salt_: bytes, text: str) -> bytes:
    """Commit to a cell: nobody can tell the mark from it, nobody can later show another one for it."""
    return sha256(b"\x02" + salt_ + text.encode()).digest()


def commitments(seed: bytes, texts: Sequence[str]) -> list[bytes]:
    """Commit to all cells of an entry."""
    salts = shake_256(seed).digest(SALT * len(texts))
    return [
        sha256(b"\x02" + salts[at : at + SALT] + text.encode()).digest()
        for at, text in zip(range(0, len(salts), SALT), texts, strict=True)
    ]


def together(found: Iterable[bytes]) -> str:
    """Hash the commitments of an entry together: what stands in it as `cells`."""
    return sha256(b"\x03" + b"".join(found)).hexdigest()


def head_leaf(journal_id: str, number: int, digest: bytes) -> bytes:
    """Hash the head of a stream into a leaf of the tree over all streams."""
    return leaf(f"{journal_id}:{number}:".encode() + digest)


def path(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """Give the neighbours on the way from a leaf up to the root of `chassis.verify.root` (RFC 6962, 2.1.1)."""
    found, row = [], list(leaves)
    while len(row) > 1:
        if (neighbour := position ^ 1) < len(row):
            found.append(row[neighbour])
        pairs = [sha256(b"\x01" + a + b).digest() for a, b in zip(row[::2], row[1::2], strict=False)]
        row, position = pairs + row[len(row) - len(row) % 2 :], position // 2
    return found


def climb(leaf_: bytes, position: int, size: int, neighbours: Iterable[bytes]) -> bytes | None:
    """Compute the root from a leaf and its path; None when the path does not fit the tree."""
    if not 0 <= position < size:
        return None
    way, here = iter(neighbours), leaf_
    while size > 1:
        if position ^ 1 < size:
            beside = next(way, None)
            if beside is None:
                return None
            pair = beside + here if position & 1 else here + beside
            here = sha256(b"\x01" + pair).digest()
        position, size = position // 2, (size + 1) // 2
    return here if next(way, None) is None else None


def root_statement(signed: Mapping[str, Any]) -> bytes:
    """Write what the signature of a root is about.

    Args:
        signed: `number`, `at` (ISO, UTC), `previous` and `root` (hex), `streams` (how many heads the tree has), `key_id`.
    """
    names = ("number", "at", "previous", "root", "streams", "key_id")
    return "\n".join(["shanyraq-journal-root-1", *(str(signed[name]) for name in names)]).encode()


def root_link(signed: Mapping[str, Any]) -> str:
    """Hash a root for the one after it to hold, so that one signature vouches for every root before it."""
    return sha256(root_statement(signed)).hexdigest()
