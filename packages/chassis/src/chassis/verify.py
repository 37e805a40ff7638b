"""Check an export of the audit: `python3 verify.py export.json [more.json] --key public.pem [--seen 12:<root>]`.

One file on the Python standard library alone, so that an inspector can read it, carry it to another machine and run it there.
It needs the export, the public key (taken from the academy on paper or on another way than the export) and, where kept from an
earlier visit, the roots of seals. It prints one line per fault, naming the row or the seal, and ends with 1; with 0 when all is as
it was sealed, and with 2 when the files cannot be read. Signatures are Ed25519 as RFC 8032 (5.1.7) verifies them, trees are
drawn as RFC 6962 (2.1) does: a leaf and a node can never be mistaken for each other.
"""

import argparse
import base64
import itertools
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

FORM = "shanyraq-audit-export-1"
EMPTY = sha256(b"").digest()
LATE = timedelta(hours=1)
"""A row whose transaction was still open when a seal was made is taken by a later one; none is open for an hour."""
Json = Mapping[str, Any]
Check = Callable[[bytes, bytes, bytes], bool]
"""Takes the public key (32 bytes), the message and the signature."""


# --- what is hashed and signed ------------------------------------------------------------------------------------------


def canonical(row: Json) -> bytes:
    """Write a row as bytes in the one way that is hashed: sorted keys, no spaces, UTF-8; an absent address is left out."""
    plain = {key: value for key, value in row.items() if key != "address" or value is not None}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf(content: bytes) -> bytes:
    """Hash a leaf."""
    return sha256(b"\x00" + content).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Hash leaves together; the last one of an odd row goes up alone."""
    row = list(leaves)
    while len(row) > 1:
        pairs = [sha256(b"\x01" + a + b).digest() for a, b in zip(row[::2], row[1::2], strict=False)]
        row = pairs + row[len(row) - len(row) % 2 :]
    return row[0] if row else EMPTY


def batch_root(previous: bytes, leaves: Iterable[tuple[int, bytes]]) -> bytes:
    """Hash a batch: the root of the seal before it, then each row's number with its hash."""
    return root([leaf(previous), *(leaf(number.to_bytes(8, "big") + hash_) for number, hash_ in leaves)])


def statement(seal: Json) -> bytes:
    """Write what a seal's signature is about."""
    at = datetime.fromisoformat(seal["sealed_at"]).astimezone(UTC).isoformat()
    return "\n".join(
        ["shanyraq-audit-seal-1", str(seal["number"]), at, seal["previous"], seal["root"]]
    ).encode()


def key_id(key: bytes) -> str:
    """Name a public key by the beginning of its hash."""
    return sha256(key).hexdigest()[:16]


# --- Ed25519 (RFC 8032, 5.1) ------------------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
"""Extended homogeneous coordinates: x = X/Z, y = Y/Z, xy = T/Z."""


def _add(a: Point, b: Point) -> Point:
    w, x = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    y, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = x - w, z - y, z + y, x + w
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = _add(total, point)
        point, factor = _add(point, point), factor >> 1
    return total


def _point(data: bytes) -> Point | None:
    """Decode a point (5.1.3); None when the bytes are none."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


_Y = 4 * pow(5, P - 2, P) % P
_BASE = _point(_Y.to_bytes(32, "little"))


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature of a message was made with the private half of a key (RFC 8032, 5.1.7)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, commitment = _point(key), _point(signature[:32])
    proof = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or _BASE is None or proof >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = _times(proof, _BASE), _add(commitment, _times(challenge, public))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


PREFIX = bytes.fromhex("302a300506032b6570032100")
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----")


def read_keys(text: str) -> list[bytes]:
    """Read the Ed25519 public keys of a PEM text (RFC 8410, 4).

    Raises:
        ValueError: there is none, or one of another kind.
    """
    found = [base64.b64decode("".join(block.split()), validate=True) for block in PEM.findall(text)]
    if not found or any(len(der) != 44 or not der.startswith(PREFIX) for der in found):
        raise ValueError("the key file holds no Ed25519 public key in PEM form")
    return [der[len(PREFIX) :] for der in found]


# --- the check --------------------------------------------------------------------------------------------------------


def join(documents: Iterable[Json]) -> dict[str, list[Any]]:
    """Put the parts of an export together, in the order they are given.

    Raises:
        ValueError: one of them is no export, or they are of different services.
    """
    parts = list(documents)
    if any(not isinstance(part, dict) or part.get("form") != FORM for part in parts):
        raise ValueError("this is no export of the audit")
    if len({part["service"] for part in parts}) != 1:
        raise ValueError("the files are exports of different services")
    return {name: [item for part in parts for item in part[name]] for name in ("rows", "leaves", "seals")}


def open_after(seals: Sequence[Json], leaves: Iterable[Sequence[Any]]) -> int:
    """Give the number up to which every row must have been sealed by now: what lay sealed an hour before the last seal."""
    if not seals:
        return 0
    last = datetime.fromisoformat(seals[-1]["sealed_at"])
    settled = {s["number"] for s in seals if datetime.fromisoformat(s["sealed_at"]) <= last - LATE}
    return max((row for row, seal, _hash in leaves if seal in settled), default=0)


def verify(
    export: Mapping[str, Sequence[Any]],
    keys: Iterable[bytes],
    *,
    seen: Mapping[int, str] | None = None,
    first: int = 1,
    check: Check = is_signed,
) -> list[str]:
    """Check an export against public keys.

    Args:
        export: what `join` gave: rows as objects, leaves as [row number, seal number, hash], seals as objects; hashes in hex.
        keys: the public keys seals may have been made with.
        seen: roots kept from earlier, by seal number; they show that the latest seals were not taken away.
        first: the seal the export begins with, where only a part of it is looked at.
        check: what verifies a signature.

    Returns:
        One line per fault, naming the row or the seal; empty when all is as it was sealed. Rows not sealed yet are no fault.
    """
    faults = _order_faults(export)
    faults += _chain_faults(export, {key_id(key): key for key in keys}, first, check)
    faults += _row_faults(export)
    roots = {seal["number"]: seal["root"] for seal in export["seals"]}
    for number, kept in sorted((seen or {}).items()):
        if number not in roots:
            faults.append(f"seal {number} was removed")
        elif roots[number] != kept:
            faults.append(f"seal {number} is not the one that was seen")
    return list(dict.fromkeys(faults))


def _order_faults(export: Mapping[str, Sequence[Any]]) -> list[str]:
    faults = []
    for kind in ("row", "seal"):
        numbers = [item["number"] for item in export[f"{kind}s"]]
        for before, number in itertools.pairwise(numbers):
            if number == before:
                faults.append(f"{kind} {number} was added: it stands here twice")
            elif number < before:
                faults.append(f"{kind} {number} was reordered: it stands after {kind} {before}")
    return faults


def _chain_faults(
    export: Mapping[str, Sequence[Any]], keys: Mapping[str, bytes], first: int, check: Check
) -> list[str]:
    by_seal: dict[int, list[tuple[int, bytes]]] = {}
    for row, seal, hash_ in export["leaves"]:
        by_seal.setdefault(seal, []).append((row, bytes.fromhex(hash_)))
    faults, before = [], None
    for seal in export["seals"]:
        expected = before["number"] + 1 if before else first
        faults += [f"seal {n} was removed" for n in range(expected, min(seal["number"], expected + 1000))]
        previous = before["root"] if before else EMPTY.hex() if first == 1 else seal["previous"]
        if seal["number"] == expected and seal["previous"] != previous:
            faults.append(f"seal {seal['number']} does not follow the seal before it")
        faults += seal_faults(seal, by_seal.get(seal["number"], []), keys.get(seal["key_id"]), check)
        before = seal
    known = {seal["number"] for seal in export["seals"]}
    return faults + [f"seal {number} was removed" for number in sorted(by_seal.keys() - known)]


def seal_faults(seal: Json, leaves: list[tuple[int, bytes]], key: bytes | None, check: Check) -> list[str]:
    """Check one seal: its key, its signature, and that it covers the hashes stored for it."""
    name = f"seal {seal['number']}"
    if key is None:
        return [f"{name} was made with an unknown key {seal['key_id']}"]
    faults = []
    if not check(key, statement(seal), bytes.fromhex(seal["signature"])):
        faults.append(f"{name} was changed: its signature is wrong")
    if batch_root(bytes.fromhex(seal["previous"]), leaves).hex() != seal["root"]:
        numbers = [row for row, _hash in leaves]
        span = f" (rows {min(numbers)} to {max(numbers)} stand there)" if numbers else ""
        faults.append(
            f"{name} does not cover the hashes stored for it: one was changed, added or removed{span}"
        )
    return faults


def _row_faults(export: Mapping[str, Sequence[Any]]) -> list[str]:
    rows = {row["number"]: row for row in export["rows"]}
    hashes = {row: hash_ for row, _seal, hash_ in export["leaves"]}
    faults = []
    for number in sorted(hashes):
        if number not in rows:
            faults.append(f"row {number} was removed")
        elif leaf(canonical(rows[number])).hex() != hashes[number]:
            faults.append(f"row {number} was changed")
    limit = open_after(export["seals"], export["leaves"])
    late = [number for number in rows if number <= limit and number not in hashes]
    return faults + [f"row {number} was added: no seal covers it" for number in sorted(late)]


# --- the command ------------------------------------------------------------------------------------------------------


def _seen(text: str) -> tuple[int, str]:
    number, _colon, kept = text.partition(":")
    return int(number), bytes.fromhex(kept).hex()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; answer its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("exports", nargs="+", type=Path, help="the parts of an export, in their order")
    parser.add_argument("--key", required=True, type=Path, help="public key or keys, PEM")
    parser.add_argument(
        "--seen", action="append", type=_seen, default=[], help="number:root kept from earlier"
    )
    parser.add_argument("--first", type=int, default=1, help="the seal the first file begins with")
    given = parser.parse_args(arguments)
    try:
        export = join(json.loads(path.read_text(encoding="utf-8")) for path in given.exports)
        keys = read_keys(given.key.read_text(encoding="utf-8"))
        faults = verify(export, keys, seen=dict(given.seen), first=given.first)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        sys.stderr.write(f"cannot be checked: {error!r}\n")
        return 2
    sealed = len({row for row, _seal, _hash in export["leaves"]})
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(
        f"{len(export['seals'])} seals, {sealed} sealed rows, {len(export['rows']) - sealed} rows not sealed yet: "
        f"{len(faults)} faults\n"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
